"""The report that writes itself: each figure is the run's, nothing is fetched, both languages say the same."""

import base64
import html
import io
import json
import re
import string

import numpy as np
import pytest
from PIL import Image

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.evaluation.metrics import confusion
from fer_core.labels import CLASSES
from fer_core.reports.student import student_report
from fer_core.reports.words import WORDS
from fer_core.runs import load_run, read_json, write_json
from tests.conftest import tiny_faces, write_run


def _told(page: str) -> str:
    without = re.sub(r'src="[^"]+"', "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without)).split())


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny_model):
    root = tmp_path_factory.mktemp("report")
    folder = write_run(root, "tiny", skill=1.0)
    tiny_model.save(folder / "model.keras")
    write_run(root, "better", seed=5, skill=5.0)
    seen = []
    run = load_run(folder)
    page = student_report(run, tiny_faces(), [load_run(root / "better")], steps=2, tell=lambda *told: seen.append(told))
    return root, run, page, seen


def test_accuracies_and_intervals_are_those_of_the_predictions(made) -> None:
    _, run, page, _ = made
    told = _told(page)
    for split in ("validation", "public", "private"):
        score = run.scores[split]
        low, high = score["accuracy_interval"]
        row = f"{split} {score['n']} {score['accuracy']:.4f} {low:.4f} – {high:.4f} {score['macro_f1']:.4f}"
        assert row in told


def test_the_matrix_and_its_sentences_are_those_of_the_predictions(made) -> None:
    _, run, page, _ = made
    found = run.predictions("private")
    counts = confusion(found.labels, found.predicted)
    shares = counts / counts.sum(axis=1, keepdims=True)
    cells = re.findall(r"<td style=\"background[^>]*>([\d.]+%)</td>", page)
    assert cells == [f"{share:.1%}" for share in shares.ravel()]
    off = shares - np.diag(np.diag(shares))
    true, said = np.unravel_index(off.argmax(), off.shape)
    told = _told(page)
    words = (
        f"{off.max():.1%} of the {CLASSES[true]} pictures are taken for {CLASSES[said]} ({counts[true, said]} pictures)"
    )
    assert words in told
    best = np.diag(shares)
    assert f"{CLASSES[best.argmax()]} is read best ({best.max():.1%}), {CLASSES[best.argmin()]} worst" in told


def test_variants_are_said_to_differ_only_where_a_test_shows_it(made) -> None:
    root, run, page, _ = made
    assert "better is better than tiny on private" in _told(page)
    same = load_run(write_run(root, "same", skill=1.0))
    other = _told(student_report(run, tiny_faces(), [same], steps=1))
    assert "No difference between same and tiny is shown on private (+0.0 points" in other


def test_the_page_stands_alone_and_progress_runs_to_the_end(made) -> None:
    _, _, page, seen = made
    assert not re.search(r"(?:src|href)=\"(?!data:)", page) and "<script" not in page and "@page" in page
    assert [share for share, _ in seen] == sorted(share for share, _ in seen) and seen[-1][0] == 1.0
    assert page.count("contenteditable") == 5 and page.count("data:image/png") == 8
    assert len({share for share, _ in seen}) > 8  # within an answer, too


def test_names_from_outside_are_no_markup(made) -> None:
    root, _, _, _ = made
    folder = write_run(root, "named")
    config = read_json(folder / "run.json")
    write_json(folder / "run.json", {**config, "name": "<img src=http://x/y.png>"})
    page = student_report(load_run(folder), tiny_faces(), steps=1)
    assert "<img src=http" not in page and "img-src-http-x-y.png" in page


def test_what_is_not_there_is_said(made, monkeypatch) -> None:
    root, _, _, _ = made
    monkeypatch.setattr("fer_core.data.drawn.dataset.drawn_dataset", lambda count: tiny_faces(seed=4))
    folder = write_run(root, "bare")
    (folder / "predictions.npz").unlink()
    told = _told(student_report(load_run(folder), None, steps=1))
    assert WORDS["en"]["no_model"] in told and WORDS["en"]["no_predictions"] in told


def test_each_chosen_picture_stands_beside_its_three_maps(made) -> None:
    from fer_core import saliency
    from fer_core.reports.answer import material

    _, run, _, _ = made
    rows = run.predictions("private").rows[[2, 9]]
    m = material(run, tiny_faces(), [], WORDS["en"], 1, ["conv2"], rows.tolist())
    assert m.chosen.tolist() == [2, 9]
    page = student_report(run, tiny_faces(), steps=1, layers=["conv2"], rows=rows.tolist())
    pictures = re.findall(r'alt="([^"]*)" src="data:image/png;base64,([^"]+)"', page)
    maps = next(data for words, data in pictures if words.startswith("Each picture"))
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(maps))).convert("L"))
    assert sheet.shape == (2 * (48 * 3 + 17 + 4) + 4, 4 * (48 * 3 + 4) + 4)
    face = m.pixels[2].astype(float)
    scaled = 255 * (face - face.min()) / (face.max() - face.min())  # to [0, 1]
    np.testing.assert_allclose(sheet[4 : 4 + 144 : 3, 4 : 4 + 144 : 3], scaled, atol=1)
    raw = saliency.explain(m.model, m.pixels[[9]], "guided")
    values = saliency.normalise(raw, signed=saliency.get("guided").signed, percentile=99.5)[0]
    wanted = 255 * ((values + 1) / 2 if saliency.get("guided").signed else values)
    top, left = 4 + 48 * 3 + 17 + 4, 4 + 2 * (48 * 3 + 4)
    np.testing.assert_allclose(sheet[top : top + 144 : 3, left : left + 144 : 3], wanted, atol=2)
    told = _told(page)
    assert "Outputs of the first 6 filters of conv2" in told and "filters of conv1" not in told


def test_a_row_or_layer_that_is_not_there_is_said(made) -> None:
    _, run, _, _ = made
    with pytest.raises(FerError, match="no row 99999 among the 42 pictures of private"):
        student_report(run, tiny_faces(), steps=1, rows=[99999])
    with pytest.raises(FerError, match="conv9"):
        student_report(run, tiny_faces(), steps=1, layers=["conv9"])


def test_pictures_kept_beside_the_run_are_taken(made, monkeypatch) -> None:
    from fer_core.features import gallery
    from fer_core.runs import load_model

    _, run, _, _ = made
    model = load_model(run)
    gallery.write(run.folder, model, gallery.grow(model, each=6, steps=2))
    monkeypatch.setattr("fer_core.features.Ascent", lambda *_: pytest.fail("nothing is to grow"))
    told = _told(student_report(run, tiny_faces()))
    kept = gallery.read(run.folder)[0]["conv2"]
    assert f"in {gallery.STEPS} steps" in told and f"{int(kept.awake.sum())} of 6 answer more" in told
    (run.folder / gallery.NAME).unlink()


def test_what_the_original_says_stands_beside_its_network_alone(made, tmp_path) -> None:
    _, _, page, _ = made
    assert "<blockquote" not in page
    training = {"optimizer": "nadam", "seed": 0, "epochs_run": 3}
    run = load_run(write_run(tmp_path, "mine", model={"name": "report_cnn"}, training=training))
    told = _told(student_report(run, tiny_faces(), language="zh-TW"))
    assert WORDS["zh-TW"]["quoted_confusion"] in told


def test_variants_stand_with_every_split_and_its_interval(made) -> None:
    root, _, page, _ = made
    better, told = load_run(root / "better"), _told(page)
    cells = []
    for split in ("validation", "public", "private"):
        low, high = better.scores[split]["accuracy_interval"]
        cells.append(f"{better.scores[split]['accuracy']:.4f} ({low:.3f}–{high:.3f})")
    assert f"better {' '.join(cells)}" in told


def test_quoted_figures_are_called_quoted(tmp_path) -> None:
    training = {"optimizer": "nadam", "seed": 0, "epochs_run": 3}
    run = load_run(write_run(tmp_path, "mine", model={"name": "report_cnn"}, training=training))
    told = _told(student_report(run, tiny_faces(), steps=1))
    assert "quoted from the original report" in told and "0.6534" in told and WORDS["en"]["is_quoted"] in told


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things(made) -> None:
    assert WORDS["en"].keys() == WORDS["zh-TW"].keys()
    for key, text in WORDS["en"].items():
        assert _fields(text) == _fields(WORDS["zh-TW"][key]), key
    _, run, _, _ = made
    page = student_report(run, tiny_faces(), language="zh-TW", steps=1)
    assert '<html lang="zh-TW">' in page and "哪些類別容易混淆" in page
    with pytest.raises(FerError, match="en or zh-TW"):
        student_report(run, language="xx")


def test_the_shell_writes_it(made, tmp_path, monkeypatch, capsys) -> None:
    root, _, _, _ = made
    data = tiny_faces()
    np.savez(tmp_path / "tiny.npz", pixels=data.pixels, emotion=data.labels, usage=data.split)
    out = tmp_path / "own.html"
    given = ["report", "tiny", "--root", str(root), "--data", str(tmp_path / "tiny.npz"), "--steps", "1"]
    assert main([*given, "--out", str(out)]) == 0
    assert "How the network tiny reads faces" in out.read_text() and "wrote" in capsys.readouterr().out
    assert main([*given, "--out", str(tmp_path / "no" / "where.html")]) == 1
    assert "where.html" in capsys.readouterr().err


@pytest.mark.parametrize(("learned", "opened"), [("drawn", "drawn"), ("tiny", None), ("Drawn", None), ("a", None)])
def test_the_shell_opens_the_set_that_the_run_learned_from(learned, opened, tmp_path, monkeypatch):
    """Named data first; drawn faces for a run of drawings; else what FER_DATA or the folder data/ holds."""
    asked = []
    monkeypatch.setattr("fer_core.commands.report.open_data", lambda path: asked.append(path) or tiny_faces())
    monkeypatch.setattr("fer_core.reports.student.student_report", lambda run, *rest: f"of {run.name}")
    folder = write_run(tmp_path, "mine")
    record = json.loads((folder / "run.json").read_text())
    record["dataset"]["name"] = learned
    (folder / "run.json").write_text(json.dumps(record))
    command = ["report", "mine", "--root", str(tmp_path), "--out", str(tmp_path / "page.html")]
    assert main(command) == 0 and main([*command, "--data", "there.npz"]) == 0
    assert asked == [opened, "there.npz"]
    assert (tmp_path / "page.html").read_text() == "of mine"
