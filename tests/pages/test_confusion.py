"""The Confusion page as a script: every view, with the data set and without, on small synthetic runs."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data.dataset import make_dataset
from fer_core.labels import CLASSES
from fer_core.runs import load_run
from pages.ui.states import CONFUSION
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.state import ask
from tests.pages.transcript import agrees

VIEWS = ["Matrix", "Two runs", "Over epochs", "Per class", "Abstain", "Doubtful labels", "Slices"]


def open_page(monkeypatch: pytest.MonkeyPatch, root: Path, data: Path | None = None, **state: object) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    if data is not None:
        monkeypatch.setenv("FER_DATA", str(data))
    app = AppTest.from_file(REPO / "pages" / "confusion.py", default_timeout=120)
    if "run" in state:
        app.query_params["run"] = state.pop("run")
    return again(app, **state)


def again(app: AppTest, **state: object) -> AppTest:
    ask(app, CONFUSION, **state)
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def sent(app: AppTest, name: str) -> dict:
    """What the page sent to one of its own components."""
    found = [e.proto for e in app.get("bidi_component") if e.proto.component_name == name]
    assert len(found) == 1, [e.proto.component_name for e in app.get("bidi_component")]
    proto = found[0]
    return json.loads(proto.json or proto.mixed.json)


def text(app: AppTest) -> str:
    written = [e.value for kind in (app.markdown, app.caption, app.info, app.warning) for e in kind]
    return " ".join([*written, *(e.proto.body for e in app.get("html"))])


def test_the_matrix_is_that_of_the_run_and_split(runs_root: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, run="weak", split="public")
    found = load_run(runs_root / "weak").predictions("public")
    counts = np.zeros((7, 7), int)
    np.add.at(counts, (found.labels, found.predicted), 1)
    data = sent(app, "fer_lab_matrix")
    assert np.array_equal(np.array(data["frames"][0]).reshape(7, 7), counts)
    assert data["top"] == 1


@pytest.mark.parametrize(
    ("size", "columns", "ratio"), [("small", 8, 1.0), ("medium", 6, 96 / 113), ("large", 4, 96 / 113)]
)
def test_tiles_come_in_three_sizes(runs_root: Path, data_path: Path, monkeypatch, size, columns, ratio) -> None:
    data = sent(open_page(monkeypatch, runs_root, data_path, run="weak", tile=size), "fer_lab_tiles")
    assert data["columns"] == columns and data["ratio"] == pytest.approx(ratio)


def test_the_pictures_are_those_that_the_cell_counts(runs_root: Path, data_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, data_path, run="weak")
    found = load_run(runs_root / "weak").predictions("private")
    for true, taken in ((2, 4), (3, 3), (0, 6)):
        again(app, true=CLASSES[true], pred=CLASSES[taken])
        rows = set(found.rows[(found.labels == true) & (found.predicted == taken)].tolist())
        assert f"**{len(rows)} picture" in text(app)
        if rows:
            assert set(sent(app, "fer_lab_tiles")["rows"]) == rows
        assert sent(app, "fer_lab_matrix")["selected"] == [true, taken]


def test_the_two_test_halves_together(runs_root: Path, data_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, data_path, run="weak", split="public and private")
    run = load_run(runs_root / "weak")
    found = [run.predictions(split) for split in ("public", "private")]
    right = sum(int((part.labels == part.predicted).sum()) for part in found)
    assert f"84 pictures, {right / 84:.1%} recognised" in text(app)
    assert np.trace(np.reshape(sent(app, "fer_lab_matrix")["frames"][0], (7, 7))) == right
    row = int(found[1].rows[-1])
    app = open_page(monkeypatch, runs_root, data_path, run="weak", split="public and private", row=row)
    assert f"Row {row:,}" in text(app)


def test_a_selection_survives_a_look_at_another_view(runs_root: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, true="fear", pred="sad", by="all pictures")
    again(app, view="Abstain")
    assert "row" not in app.session_state  # Explain has a number box of this name
    again(app, view="Matrix")
    data = sent(app, "fer_lab_matrix")
    assert (data["selected"], data["by"]) == ([2, 4], "all")


def test_an_address_that_names_a_row_leads_to_its_page(tmp_path: Path, monkeypatch) -> None:
    dataset = tiny_faces(per_class=12)
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=dataset.pixels, emotion=dataset.labels, usage=dataset.split)
    write_run(tmp_path / "runs", "one", dataset)
    last = int(load_run(tmp_path / "runs" / "one").predictions("private").rows.max())
    app = open_page(monkeypatch, tmp_path / "runs", path, sort="row", row=last)
    tiles = sent(app, "fer_lab_tiles")
    assert tiles["rows"][tiles["picked"]] == last
    assert f"Row {last:,}" in text(app)


@pytest.mark.parametrize(
    ("sort", "key"),
    [("surest", lambda p: -p.max(axis=1)), ("closest call", lambda p: np.sort(p)[:, -1] - np.sort(p)[:, -2])],
)
def test_the_order_of_the_pictures(sort: str, key, runs_root: Path, data_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, data_path, run="weak", sort=sort)
    found = load_run(runs_root / "weak").predictions("private")
    order = np.argsort(key(found.probabilities), kind="stable")
    assert sent(app, "fer_lab_tiles")["rows"] == found.rows[order].tolist()[:48]


def test_without_the_data_set_rows_and_probabilities_are_shown(runs_root: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, run="strong", true="fear", pred="fear")
    found = load_run(runs_root / "strong").predictions("private")
    chosen = (found.labels == 2) & (found.predicted == 2)
    shown = app.dataframe[0].value
    assert set(shown["row"]) == set(found.rows[chosen])
    assert np.allclose(np.sort(shown["p_fear"]), np.sort(found.probabilities[chosen, 2]))
    row = int(found.rows[chosen][0])
    again(app, row=row)
    assert f"Row {row:,}: fear, recognised" in text(app)


def test_an_opened_picture_tells_its_twin_and_its_votes(runs_root: Path, data_path: Path, monkeypatch) -> None:
    dataset = tiny_faces()
    pixels, index = dataset.pixels.copy(), int(np.flatnonzero(dataset.split == 2)[0])
    pixels[0] = pixels[index]
    changed = replace(dataset, pixels=pixels)
    votes = np.zeros((len(dataset), 10), np.uint8)
    votes[:, [4, 8]] = [7, 3]
    np.savez(data_path, pixels=pixels, emotion=dataset.labels, usage=dataset.split, votes=votes)
    from fer_core.data.dataset import fingerprint

    for name in ("weak", "middling", "strong"):
        path = runs_root / name / "run.json"
        config = json.loads(path.read_text())
        config["dataset"]["fingerprint"] = fingerprint(changed.pixels, changed.labels, changed.split)
        path.write_text(json.dumps(config))
    row = int(dataset.rows[index])
    app = open_page(monkeypatch, runs_root, data_path, row=row)
    shown = text(app)
    assert "Pixel-identical in the training split: row 0 (angry)" in shown
    assert "10 FER+ annotators" in shown and "3 unknown" in shown
    network, people = next(json.loads(e.proto.spec) for e in app.get("plotly_chart"))["data"]
    assert {name.split(" (")[0] for name, words in zip(people["y"], people["text"], strict=True) if words} == {"angry"}
    assert "7 votes" in people["text"]
    found = load_run(runs_root / app.query_params["run"][0] if "run" in app.query_params else runs_root / "strong")
    own = found.predictions("private")
    said = own.probabilities[np.flatnonzero(own.rows == row)[0]]
    assert network["text"] == [f"{p:.1%}" for p in said[::-1]]
    again(app, row=row + 1)
    assert "No pixel-identical twin" in text(app)
    again(app, twins="only twins")
    assert sum(sent(app, "fer_lab_matrix")["frames"][0]) == 1
    agrees(app, "confusion-opened")


def test_neighbours_and_maps_come_from_the_network_when_asked(model_root: Path, data_path: Path, monkeypatch) -> None:
    dataset = tiny_faces()
    row = int(dataset.rows[dataset.split == 2][3])
    app = open_page(monkeypatch, model_root, data_path, row=row)
    assert len(app.get("image")) == 1
    again(app, alike=True, map=True)
    captions = [i.proto.imgs[0].caption for i in app.get("image")]
    assert any("cosine similarity" in c and c.count(",") == 7 for c in captions), captions
    assert any(c.startswith("For ") for c in captions), captions
    agrees(app, "confusion-neighbours", exact=False)


def test_the_maps_of_an_opened_picture_are_for_the_answer_and_for_the_label(
    model_root: Path, data_path: Path, monkeypatch
) -> None:
    from fer_core import saliency

    asked: list[tuple[bytes, int]] = []

    def record(model: object, pixels: np.ndarray, method: str, target: int) -> np.ndarray:
        asked.append((pixels.tobytes(), target))
        return np.ones((1, 48, 48), np.float32)

    monkeypatch.setattr(saliency, "explain", record)
    found, dataset = load_run(model_root / "tiny").predictions("private"), tiny_faces()
    place = int(np.flatnonzero(found.labels != found.predicted)[1])
    label, taken = int(found.labels[place]), int(found.predicted[place])
    app = open_page(monkeypatch, model_root, data_path, run="tiny", row=int(found.rows[place]), map=True)
    picture = dataset.pixels[found.rows[place]].tobytes()
    assert asked == [(picture, taken), (picture, label)]
    captions = [i.proto.imgs[0].caption for i in app.get("image")]
    assert f"For {CLASSES[taken]} and {CLASSES[label]}, left to right." in captions


def test_slices_change_the_matrix(runs_root: Path, data_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, data_path, measure="brightness", band=(0, 50))
    half = sum(sent(app, "fer_lab_matrix")["frames"][0])
    assert 20 <= half <= 22
    assert f"Slice: {half} of 42 pictures" in text(app)
    again(app, twins="only twins")
    assert "None of these pictures has a label" in text(app)
    next(button for button in app.button if button.label == "Whole split").click().run()
    assert sum(sent(app, "fer_lab_matrix")["frames"][0]) == 42


def test_copies_within_a_split_count_once_when_asked(tmp_path: Path, monkeypatch) -> None:
    dataset = tiny_faces()
    pixels, private = dataset.pixels.copy(), np.flatnonzero(dataset.split == 2)
    pixels[private[[5, 9]]] = pixels[private[0]]
    changed = make_dataset("tiny", pixels, dataset.labels, dataset.split, "npz")
    np.savez(tmp_path / "tiny.npz", pixels=pixels, emotion=dataset.labels, usage=dataset.split)
    write_run(tmp_path / "runs", "one", changed)
    app = open_page(monkeypatch, tmp_path / "runs", tmp_path / "tiny.npz", once=True, sort="row")
    rows = sent(app, "fer_lab_tiles")["rows"]
    assert rows == [int(row) for row in changed.rows[private] if row not in changed.rows[private[[5, 9]]]]


def test_two_runs_as_difference_and_as_axes(runs_root: Path, data_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, data_path, run="strong", view="Two runs", vs="weak")
    a = load_run(runs_root / "strong").predictions("private")
    b = load_run(runs_root / "weak").predictions("private")
    data = sent(app, "fer_lab_matrix")
    assert sum(data["frames"][0]) == sum(data["other"]) == len(a.rows)
    again(app, kind="run against run", true="fear", pred="sad")
    counts = np.array(sent(app, "fer_lab_matrix")["frames"][0]).reshape(7, 7)
    both = (a.predicted == 2) & (b.predicted == 4)
    assert counts[2, 4] == both.sum()
    assert np.trace(counts) == (a.predicted == b.predicted).sum()


@pytest.mark.parametrize(
    ("view", "state"),
    [("Matrix", {}), ("Two runs", {}), ("Two runs", {"kind": "run against run"}), ("Over epochs", {})],
)
def test_every_matrix_can_be_taken_along(view: str, state: dict, runs_root: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, run="strong", view=view, keep_box=True, **state)
    saved = [button.proto.label for button in app.get("download_button")]
    assert "Figure as HTML" in saved and "Table as csv" in saved
    shown = app.get("plotly_chart")[0].proto
    assert '"heatmap"' in shown.spec


def test_over_epochs_shows_the_epoch_of_the_address(runs_root: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, run="weak", view="Over epochs")
    data = sent(app, "fer_lab_matrix")
    assert len(data["frames"]) == 5
    assert data["frame"] == 4
    app.query_params["epoch"] = "2"
    again(app, true="happy", pred="sad")
    assert sent(app, "fer_lab_matrix")["frame"] == 1
    labels = load_run(runs_root / "weak").predictions("validation").labels
    then = load_run(runs_root / "weak").epoch_classes()[1][1]
    assert f"**{int(((labels == 3) & (then == 4)).sum())} picture" in text(app)


def test_doubtful_labels_against_votes(runs_root: Path, data_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, data_path, run="strong", view="Doubtful labels")
    # All votes are for neutral: every label but neutral is outvoted, 36 of 42.
    assert any("outvotes" in m.label and m.delta.endswith("all labels 85.7%") for m in app.metric)
    assert app.dataframe[0].value["outvoted"].sum() == 36
    agrees(app, "confusion-doubtful-voted")


def test_pictures_that_nobody_can_label_are_flagged_before_the_list(tmp_path: Path, monkeypatch) -> None:
    dataset = tiny_faces()
    pixels = dataset.pixels.copy()
    empty = [3, int(np.flatnonzero(dataset.split == 2)[4])]  # one in training, one in the private split
    pixels[empty] = 0
    changed = make_dataset("tiny", pixels, dataset.labels, dataset.split, "npz")
    np.savez(tmp_path / "tiny.npz", pixels=pixels, emotion=dataset.labels, usage=dataset.split)
    write_run(tmp_path / "runs", "one", changed)
    app = open_page(monkeypatch, tmp_path / "runs", tmp_path / "tiny.npz", view="Doubtful labels")
    assert "1 picture with all pixels zero under the label" in app.warning[0].value
    assert f"Row {empty[1]}." in app.warning[0].value
    assert sent(app, "fer_lab_tiles")["rows"][0] == empty[1]
    assert "(split: train)" in app.info[0].value and "Row 3." in app.info[0].value
    agrees(app, "confusion-flagged")


def test_a_run_on_other_rows_shares_only_some_pictures(tmp_path: Path, data_path: Path, monkeypatch) -> None:
    write_run(tmp_path / "two", "whole", skill=3)
    folder = write_run(tmp_path / "two", "part", seed=1)
    with np.load(folder / "predictions.npz") as file:
        kept = {key: file[key][:10] if key.startswith("private") else file[key] for key in file.files}
    np.savez(folder / "predictions.npz", **kept)
    app = open_page(monkeypatch, tmp_path / "two", data_path, run="whole", view="Two runs", vs="part")
    assert "on these 10 pictures" in text(app)
    assert sum(sent(app, "fer_lab_matrix")["frames"][0]) == 10
    again(app, view="Matrix")
    kept["private_rows"] = kept["private_rows"] - 42  # the public ones
    np.savez(folder / "predictions.npz", **kept)
    again(app, view="Two runs")
    assert "no labelled picture in common" in app.error[0].value
    agrees(app, "confusion-other-rows")


def test_the_scores_of_the_classes_and_their_curves(runs_root: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, runs_root, run="strong", view="Per class")
    found = load_run(runs_root / "strong").predictions("private")
    scores, areas = (app.dataframe[k].value.set_index("class") for k in (0, 1))
    right = found.predicted == found.labels
    for k, name in enumerate(CLASSES):
        assert scores.recall[name] == pytest.approx(right[found.labels == k].mean(), abs=1e-4)
        assert scores.recall_low[name] <= scores.recall[name] <= scores.recall_high[name]
        assert scores.support[name] == (found.labels == k).sum()
    assert areas.average_precision_chance.tolist() == pytest.approx([1 / 7] * 7, abs=1e-4)
    assert len(app.get("plotly_chart")) == 3


def test_epochs_that_do_not_fit_the_predictions_are_told(tmp_path: Path, monkeypatch) -> None:
    folder = write_run(tmp_path / "one", "short")
    with np.load(folder / "predictions.npz") as file:
        kept = {key: file[key] for key in file.files}
    kept["validation_epoch_classes"] = kept["validation_epoch_classes"][:, :-1]
    np.savez(folder / "predictions.npz", **kept)
    app = open_page(monkeypatch, tmp_path / "one", view="Over epochs")
    assert "validation_epoch_classes has the shape (5, 41), not (5, 42)" in app.error[0].value.replace("\\", "")
    agrees(app, "confusion-epochs-wrong")


def test_a_run_alone_and_a_run_without_epochs(tmp_path: Path, monkeypatch) -> None:
    folder = write_run(tmp_path / "one", "alone")
    with np.load(folder / "predictions.npz") as file:
        kept = {key: file[key] for key in file.files if not key.startswith("validation_epoch")}
    np.savez(folder / "predictions.npz", **kept)
    app = open_page(monkeypatch, tmp_path / "one", view="Two runs")
    assert "No other run" in text(app)
    again(app, view="Over epochs")
    assert "does not keep its validation predictions" in text(app)


def test_no_runs_at_all(tmp_path: Path, monkeypatch) -> None:
    app = open_page(monkeypatch, tmp_path)
    assert "fer_core train" in text(app)


def test_looking_around_does_not_import_tensorflow(runs_root: Path, data_path: Path) -> None:
    script = f"""
import os, sys
os.environ.update(FER_RUNS={str(runs_root)!r}, FER_DATA={str(data_path)!r}, FER_WARM="0")
from streamlit.testing.v1 import AppTest
sys.path.insert(0, {str(REPO)!r})
app = AppTest.from_file({str(REPO / "pages" / "confusion.py")!r}, default_timeout=120)
app.session_state["true"], app.session_state["pred"] = "fear", "fear"
for view in {VIEWS!r}:
    app.session_state["view"] = view
    app.run()
    assert not app.exception, app.exception[0].message
print("tensorflow" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
