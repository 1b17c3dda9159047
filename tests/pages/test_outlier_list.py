"""The Data page's outliers: ranked, checked against voters, and what leaving them out changes."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core import data
from fer_core.evaluation import outliers
from fer_core.runs import load_run
from pages.dataset_parts import outlier_list
from pages.ui.states import DATASET
from tests.conftest import REPO, strangers_set, tiny_faces, write_run
from tests.pages.state import ask

PIXELS = "unlike the usual pixels"


def open_page(view: str = "problems", **state) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / "dataset.py"), default_timeout=60)
    ask(app, DATASET, view=view, **state)
    app.run()
    assert not app.exception and not app.error
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(item.value) for kind in (app.caption, app.markdown) for item in kind) + "\n".join(
        item.proto.body for item in app.get("html")
    )


@pytest.fixture
def strangers(tmp_path, monkeypatch):
    """30 drawn faces; noise at row 4, a black picture at row 17, both called no face by the voters."""
    path = strangers_set(tmp_path / "strangers.npz", test=10)
    monkeypatch.setenv("FER_DATA", str(path))
    outlier_list._known().clear()
    return path


def test_outliers_are_ranked_when_asked_and_checked_against_the_voters(strangers):
    app = open_page(problem="outliers", outlier=PIXELS)
    assert "FER+'s voters call" not in words(app)
    app = app.button(key="outliers_rank").click().run()
    assert not app.exception
    assert app.dataframe[0].value["row"].tolist()[:2] == [17, 4]
    assert "call **7%** of the first 30 “not a face”" in words(app)
    again = open_page(problem="outliers", outlier=PIXELS)  # ranked before: shown at once
    assert again.dataframe[0].value["row"].tolist()[:2] == [17, 4]


def test_one_split_alone_can_be_ranked(strangers):
    app = open_page(problem="outliers", outlier=PIXELS, split="public")
    app = app.button(key="outliers_rank").click().run()
    assert sorted(app.dataframe[0].value["row"]) == list(range(20, 30))


def test_the_detector_ranks_without_a_network(strangers):
    app = open_page(problem="outliers")
    app = app.button(key="outliers_rank").click().run()
    assert not app.exception
    assert {4, 17} <= set(app.dataframe[0].value["row"][:3])


def test_outliers_can_be_reviewed_one_after_the_other(strangers):
    app = open_page("review", list="outliers", outlier=PIXELS)
    app = app.button(key="outliers_rank").click().run()
    assert not app.exception
    assert 'alt="row 17: ' in words(app)


def test_mean_and_deviation_without_a_picture_are_as_worked_out_by_hand(tmp_path, monkeypatch):
    """Gray levels 10, 20, 30, 100: mean 40, deviation 35.36. Without the first: 50 and 35.59."""
    path = tmp_path / "gray.npz"
    pixels = np.empty((4, 48, 48), np.uint8)
    pixels[:] = np.array([10, 20, 30, 100])[:, None, None]
    np.savez(path, pixels=pixels, emotion=np.arange(4), usage=np.zeros(4, np.uint8))
    monkeypatch.setenv("FER_DATA", str(path))
    said = words(open_page(problem="empty", leave=1, left_out_box=True))
    assert "change: at most 10.00 of 255, on average 10.00" in said
    assert "change: at most 0.23 of 255, on average 0.23" in said
    assert "4, of which 1 would be left out" in said
    assert "Nothing would be left" in words(open_page(problem="empty", leave=4, left_out_box=True))


def test_a_run_s_score_without_the_first_of_a_list(tmp_path, monkeypatch):
    tiny = tiny_faces(per_class=6)
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=tiny.pixels, emotion=tiny.labels, usage=tiny.split)
    here = data.load(path)
    run = load_run(write_run(tmp_path / "runs", "one", here, seed=1, skill=1.0))
    monkeypatch.setenv("FER_DATA", str(path))
    monkeypatch.setenv("FER_RUNS", str(tmp_path / "runs"))
    app = open_page(problem="outliers", outlier=PIXELS, left_out_box=True, leave=9)
    app = app.button(key="outliers_rank").click().run()
    frame = app.dataframe[0].value.set_index("split")
    first = set(here.rows[np.argsort(-outliers.score(PIXELS, here.pixels), kind="stable")[:9]].tolist())
    for split in run.splits():
        found = run.predictions(split)
        kept = np.array([int(row) not in first for row in found.rows])
        right = found.labels == found.predicted
        assert frame.loc[split, "accuracy"] == pytest.approx(right.mean())
        assert frame.loc[split, "without them"] == pytest.approx(right[kept].mean())
        assert frame.loc[split, "left out"] == (~kept).sum()
    assert frame["left out"].sum() > 0
