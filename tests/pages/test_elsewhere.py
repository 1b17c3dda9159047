"""The Runs page's section Other sets, and its scores in the table and the tests."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data import load
from fer_core.runs import Predictions, elsewhere, load_run
from pages.ui.states import RUNS
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.state import ask


@pytest.fixture
def two_runs(tmp_path, monkeypatch, tiny_model):
    """Two runs with networks on one set; another set is open."""
    for name, seed in (("one", 1), ("two", 2)):
        tiny_model.save(write_run(tmp_path / "runs", name, tiny_faces(), seed=seed) / "model.keras")
    other = tiny_faces(per_class=8, seed=9)
    path = tmp_path / "other.npz"
    np.savez(path, pixels=other.pixels, emotion=other.labels, usage=other.split)
    monkeypatch.setenv("FER_DATA", str(path))
    monkeypatch.setenv("FER_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs", load(path)


def open_page(**state) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / "runs.py"), default_timeout=120)
    ask(app, RUNS, runs=["one", "two"], ref="one", **state)
    app.run()
    assert not app.exception and not app.error
    return app


def test_the_chosen_runs_are_scored_on_the_open_set_and_it_is_kept(two_runs):
    root, other = two_runs
    app = open_page(view="Other sets")
    assert "None of the chosen runs has been scored" in app.info[0].value
    app = app.button(key="elsewhere_go").click().run()
    assert not app.exception and not app.error
    frame = app.dataframe[0].value
    assert frame[["run", "on", "split"]].values.tolist() == [
        [run, "other", split] for run in ("one", "two") for split in ("public", "private")
    ]
    (kept,) = elsewhere.read_all(load_run(root / "two"))
    assert kept.fingerprint == other.fingerprint
    table = open_page(view="Table").dataframe[0].value
    column = f"{kept.label('private')} accuracy"
    assert table.set_index("run").loc["two", column] == pytest.approx(kept.scores["private"]["accuracy"])


@pytest.mark.parametrize("view", ["Is it real?", "Flips", "Calibration"])
def test_tests_and_flips_know_them_as_a_split(two_runs, view):
    root, other = two_runs
    rows, labels = other.rows[other.split == 2], other.labels[other.split == 2]
    for name, shift in (("one", 0), ("two", 1)):
        said = Predictions(rows, labels, np.eye(7, dtype=np.float32)[(labels + shift) % 7])
        scores = {"private": {"accuracy": float(shift == 0)}}
        found = elsewhere.write(load_run(root / name), "other", other.fingerprint, {"private": said}, scores)
    label = found.label("private")
    app = open_page(view=view, split=label)
    assert app.selectbox(key="runs:split").value == label
    said = " ".join(item.value for kind in (app.caption, app.markdown, app.info) for item in kind)
    assert "keeps no predictions" not in said
    if view == "Flips":
        assert f"Measured on {len(rows):,} pictures: both right 0, both wrong 0, only one right {len(rows)}" in said
