"""The Data page's view Review: verdicts given, found again, taken back, compared."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data import load, verdicts
from fer_core.labels import CLASSES
from pages.ui.states import DATASET
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.state import ask


@pytest.fixture
def there(tmp_path, monkeypatch):
    """21 pictures of noise in a file, two of them black; their labels go round the classes."""
    path = tmp_path / "some.npz"
    pixels = np.random.default_rng(1).integers(0, 256, (21, 48, 48), dtype=np.uint8)
    pixels[[3, 11]] = 0
    np.savez(path, pixels=pixels, emotion=np.resize(np.arange(7), 21), usage=np.repeat([0, 1, 2], 7))
    monkeypatch.setenv("FER_DATA", str(path))
    return path


def open_review(**state) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / "dataset.py"), default_timeout=60)
    ask(app, DATASET, view="review", **state)
    app.run()
    assert not app.exception and not app.error
    return app


def kept(path: Path, who: str | None = None) -> dict[int, str]:
    data = load(path)
    return verdicts.latest(verdicts.read(verdicts.file_for(data, path), data.fingerprint), who)


def row_in_view(app: AppTest) -> int:
    words = next(item.proto.body for item in app.get("html") if '<div class="fer-row"' in item.proto.body)
    return int(words.split('alt="row ')[1].split(":")[0])


def progress(app: AppTest) -> str:
    return app.get("progress")[0].proto.text


def test_verdicts_are_kept_and_the_next_picture_comes(there):
    app = open_review(list="empty", who="Ann")
    assert row_in_view(app) == 3 and progress(app) == "0 of 2 decided by Ann"
    app = app.button(key="review_not a face").click().run()
    assert kept(there) == {3: "not a face"}
    assert row_in_view(app) == 11 and progress(app) == "1 of 2 decided by Ann"
    app = app.button(key="review_unsure").click().run()
    assert kept(there) == {3: "not a face", 11: "unsure"}
    assert any("All 2 pictures of this list are decided" in text.value for text in app.success)


def test_the_voters_can_be_asked_where_there_are_votes(there, tmp_path, monkeypatch):
    assert open_review(list="empty").toggle(key="dataset:votes").disabled
    arrays = dict(np.load(there))
    np.savez(tmp_path / "voted.npz", **arrays, votes=np.tile(np.arange(10, dtype=np.uint8), (21, 1)))
    monkeypatch.setenv("FER_DATA", str(tmp_path / "voted.npz"))
    assert not open_review(list="empty").toggle(key="dataset:votes").disabled


def test_a_verdict_is_found_again_by_the_reader_alone(there):
    app = open_review(row=5, who="Ann")
    app.button(key="review_sad").click().run()
    again = open_review(row=5, who="Ann")
    assert any("You said: **sad**" in text.value for text in again.markdown)
    assert not any("You said" in text.value for text in open_review(row=5, who="Bo").markdown)


def test_the_label_s_own_class_is_right_in_other_words(there):
    app = open_review(row=4, who="Ann")
    app.button(key=f"review_{CLASSES[4]}").click().run()
    assert kept(there) == {4: "right"}


def test_undo_takes_the_own_last_verdict_back_and_shows_its_picture(there):
    data = load(there)
    app = open_review(list="empty", who="Ann")
    assert app.button(key="review_undo").disabled
    app = app.button(key="review_not a face").click().run()
    verdicts.give(verdicts.file_for(data, there), data.fingerprint, 11, "fear", "Bo")
    app = app.button(key="review_undo").click().run()
    assert row_in_view(app) == 3
    assert kept(there) == {11: "fear"}


def test_skip_and_back_go_along_the_list_without_a_verdict(there):
    app = open_review(list="empty")
    app = app.button(key="review_on").click().run()
    assert row_in_view(app) == 11
    app = app.button(key="review_on").click().run()
    assert row_in_view(app) == 3
    app = app.button(key="review_back").click().run()
    assert row_in_view(app) == 11
    assert kept(there) == {}


def test_labels_that_a_run_doubts_come_first(tmp_path, monkeypatch):
    data = tiny_faces(per_class=6)
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=data.pixels, emotion=data.labels, usage=data.split)
    run = write_run(tmp_path / "runs", "one", load(path), seed=1, skill=1.0)
    monkeypatch.setenv("FER_DATA", str(path))
    monkeypatch.setenv("FER_RUNS", str(tmp_path / "runs"))
    app = open_review(list="doubtful")
    with np.load(run / "predictions.npz") as file:
        splits = sorted({name.split("_")[0] for name in file})
    assert splits
    from fer_core.runs import load_run

    parts = [load_run(run).predictions(split) for split in load_run(run).splits()]
    probabilities = np.concatenate([part.probabilities for part in parts]).astype(float)
    labels = np.concatenate([part.labels for part in parts])
    rows = np.concatenate([part.rows for part in parts])
    every = np.arange(len(labels))
    others = probabilities.copy()
    others[every, labels] = -1
    margin = probabilities[every, labels] - others.max(axis=1)
    assert row_in_view(app) == rows[margin.argmin()]


def test_readers_who_differ_have_a_list_and_a_kappa(there):
    data = load(there)
    for who, words in {"Ann": ["sad", "sad", "sad", "fear"], "Bo": ["sad", "sad", "fear", "fear"]}.items():
        for row, word in enumerate(words):
            verdicts.give(verdicts.file_for(data, there), data.fingerprint, row, word, who)
    app = open_review(list="differ", who="Cy")
    assert row_in_view(app) == 2 and progress(app) == "0 of 1 decided by Cy"
    app = open_review(review_kept_box=True, who="Cy")
    frame = app.dataframe[0].value
    assert frame[["reader", "other", "pictures", "alike"]].iloc[0].tolist() == ["Ann", "Bo", 4, 0.75]
    assert frame.kappa.iloc[0] == pytest.approx(0.5)
    assert any("3 pictures decided on**: sad 2, fear 1" in text.value for text in app.markdown)


def test_a_file_that_is_no_file_of_verdicts_is_one_sentence(there):
    there.with_name("some.npz.verdicts.csv").write_text("mine\n1\n")
    app = AppTest.from_file(str(REPO / "pages" / "dataset.py"), default_timeout=60)
    ask(app, DATASET, view="review")
    app.run()
    assert not app.exception
    assert "is no file of verdicts" in app.error[0].value


def test_the_drawn_faces_can_be_reviewed_too(monkeypatch, tmp_path):
    from fer_core import data
    from pages.ui import loaders

    drawn = data.drawn_dataset(count=14, seed=0)
    monkeypatch.setattr(loaders, "drawn", lambda: drawn)
    monkeypatch.setattr(data.sources, "REPOSITORY_DATA", tmp_path / "none")
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    app = open_review(row=2)
    app.button(key="review_unsure").click().run()
    path = verdicts.file_for(drawn, None)
    assert verdicts.latest(verdicts.read(path, drawn.fingerprint)) == {2: "unsure"}
