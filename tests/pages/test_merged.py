"""The Confusion page's view Merged: groups of classes that the user chooses."""

import json

import numpy as np
import pytest
from scipy.stats import binomtest
from streamlit.testing.v1 import AppTest

from fer_core.evaluation.merged import grouping
from fer_core.runs import load_run
from pages.ui.states import CONFUSION, RUNS
from tests.conftest import REPO, tiny_faces, write_run
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


def two_runs(tmp_path, monkeypatch) -> dict:
    """Two runs, and where they are right on the private half with negative classes against the rest, by hand."""
    there = tiny_faces()
    np.savez(tmp_path / "set.npz", pixels=there.pixels, emotion=there.labels, usage=there.split)
    monkeypatch.setenv("FER_DATA", str(tmp_path / "set.npz"))
    monkeypatch.setenv("FER_RUNS", str(tmp_path))
    sides = np.array([0, 0, 0, 1, 0, 1, 1])
    told = {}
    for name, seed, skill in (("one", 1, 1.0), ("two", 2, 0.3)):
        write_run(tmp_path, name, seed=seed, skill=skill)
        kept = load_run(tmp_path / name).predictions("private")
        negative = kept.probabilities[:, sides == 0].sum(axis=1)
        told[name] = (negative > 0.5) == (sides[kept.labels] == 0)
    return told


MERGED = {"merge": True, "group1": NEGATIVE, "group2": ["happy", "surprise", "neutral"]}
TOLD = "With angry or disgust or fear or sad as one class, happy or surprise or neutral as another: "


def test_two_runs_are_compared_on_the_groups_on_confusion(tmp_path, monkeypatch):
    right = two_runs(tmp_path, monkeypatch)
    only_one, only_two = np.sum(right["one"] & ~right["two"]), np.sum(~right["one"] & right["two"])
    app = open_view(tmp_path, monkeypatch, **MERGED)
    ask(app, CONFUSION, view="Two runs", vs="two")
    app.run()
    assert not app.exception
    said = " ".join(one.value for one in app.markdown)
    assert f"{TOLD}one alone is right on {only_one:,} pictures, two alone on {only_two:,}" in said, said
    assert f"({right['one'].mean():.1%} right" in said
    assert drawn(app)["names"] == ["angry or disgust or fear or sad", "happy or surprise or neutral"]
    ask(app, CONFUSION, kind="run against run", gtrue="happy or surprise or neutral")
    app.run()
    assert not app.exception and np.sum(drawn(app)["frames"]) == len(right["one"])
    assert drawn(app)["selected"] == [1, None]


def test_the_tests_between_runs_are_of_the_groups(tmp_path, monkeypatch):
    right = two_runs(tmp_path, monkeypatch)
    app = AppTest.from_file(str(REPO / "pages" / "runs.py"), default_timeout=120)
    ask(app, RUNS, runs=["one", "two"], ref="two", view="Is it real?", split="private", **MERGED)
    app.run()
    assert not app.exception and not app.error
    pair = next(one.value for one in app.dataframe if "only A right" in one.value).iloc[0]
    counts = np.sum(right["two"] & ~right["one"]), np.sum(right["one"] & ~right["two"])
    assert (pair["run A"], pair["only A right"], pair["only B right"]) == ("two", *counts)
    assert pair["p, accuracy"] == pytest.approx(binomtest(int(counts[0]), int(sum(counts))).pvalue)
    alone = next(one.value for one in app.dataframe if "right" in one.value).set_index("run")
    assert alone.loc["one", "right"] == right["one"].sum()
    said = [one.value for one in (*app.markdown, *app.caption)]
    assert sum(TOLD in one for one in said) >= 3, said
    assert not [one for one in app.multiselect if "report" in one.label]


def test_flips_are_of_the_groups(tmp_path, monkeypatch):
    right = two_runs(tmp_path, monkeypatch)
    app = AppTest.from_file(str(REPO / "pages" / "runs.py"), default_timeout=120)
    ask(app, RUNS, runs=["one", "two"], ref="one", view="Flips", split="private", **MERGED)
    app.run()
    assert not app.exception and not app.error
    assert f"Only one is right: {np.sum(right['one'] & ~right['two']):,}" in [one.value for one in app.subheader]
    app = AppTest.from_file(str(REPO / "pages" / "runs.py"), default_timeout=120)
    ask(app, RUNS, runs=["one", "two"], ref="one", view="Flips", **{**MERGED, "class": "happy or surprise or neutral"})
    app.run()
    assert not app.exception and not app.error
    told = [one.value for one in app.dataframe if "true" in one.value]
    assert told and {name for frame in told for name in frame["true"]} == {"happy or surprise or neutral"}
