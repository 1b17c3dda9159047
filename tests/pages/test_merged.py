"""The Confusion page's view Merged: groups of classes that the user chooses."""

import json

import numpy as np
from streamlit.testing.v1 import AppTest

from fer_core.evaluation.merged import grouping
from fer_core.runs import load_run
from pages.ui.states import CONFUSION
from tests.conftest import REPO, write_run
from tests.pages.state import ask

NEGATIVE = ["angry", "disgust", "fear", "sad"]


def open_view(tmp_path, monkeypatch, **state) -> AppTest:
    if not (tmp_path / "one").exists():
        write_run(tmp_path, "one", seed=1, skill=1.0)
    monkeypatch.setenv("FER_RUNS", str(tmp_path))
    app = AppTest.from_file(str(REPO / "pages" / "confusion.py"), default_timeout=120)
    app.query_params["run"] = "one"
    ask(app, CONFUSION, view="Merged", split="private", **state)
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> dict:
    proto = next(e.proto for e in app.get("bidi_component") if e.proto.component_name == "fer_lab_matrix")
    return json.loads(proto.json or proto.mixed.json)


def test_the_matrix_and_the_scores_are_those_of_the_groups(tmp_path, monkeypatch):
    app = open_view(tmp_path, monkeypatch, group1=NEGATIVE, group2=["happy", "surprise", "neutral"])
    found = grouping([NEGATIVE, ["happy", "surprise", "neutral"]])
    kept = load_run(tmp_path / "one").predictions("private")
    counts = found.counts(kept.labels, kept.probabilities)
    sent = drawn(app)
    assert sent["names"] == list(found.names)
    assert np.reshape(sent["frames"], (2, 2)).tolist() == counts.tolist()
    told = [one.value for one in app.markdown]
    assert any(f"**{np.trace(counts) / counts.sum():.1%}**" in one and "right one of 2" in one for one in told), told
    tables = [one.value for one in app.dataframe if "support" in one.value]
    assert tables[0]["class"].tolist() == list(found.names)


def test_a_ready_grouping_is_one_press_and_a_cell_has_its_pictures(tmp_path, monkeypatch):
    app = open_view(tmp_path, monkeypatch, gtrue="happy", gpred="fear")
    app = app.button(key="merged_Negative").click().run()
    assert not app.exception
    assert app.multiselect(key="confusion:group1").value == NEGATIVE
    assert drawn(app)["names"][0] == "angry or disgust or fear or sad"
    assert drawn(app)["selected"] == [None, None]


def test_a_class_in_two_groups_is_one_sentence(tmp_path, monkeypatch):
    app = open_view(tmp_path, monkeypatch, group1=["angry", "fear"], group2=["fear", "sad"])
    assert [one.value for one in app.error] == ["fear stands in two groups."]
