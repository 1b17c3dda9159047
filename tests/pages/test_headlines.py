"""Each view of Runs, Confusion and Explain begins with a sentence, and its words are behind the help sign."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.states import CONFUSION, EXPLAIN, RUNS, of
from tests.conftest import REPO, tiny_faces
from tests.pages.state import ask

NO_QUESTION = ("Take along", "Train and import")


def opened(monkeypatch: pytest.MonkeyPatch, root: Path, page: str, **values: object) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    app = AppTest.from_file(REPO / "pages" / f"{page}.py", default_timeout=120)
    ask(app, of(page), **values)
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def headlines(app: AppTest) -> list[str]:
    return [one.value for one in app.markdown if one.proto.help]


@pytest.mark.parametrize("view", [view for view in RUNS.options("view") if view not in NO_QUESTION])
def test_runs(monkeypatch, runs_root, view: str) -> None:
    found = headlines(opened(monkeypatch, runs_root, "runs", view=view))
    assert len(found) == 1
    if view == "Is it real?":
        assert found[0].startswith("**strong is best on the private split")
    if view == "Table":
        assert "Of 3 runs on the same pictures, strong is right most often" in found[0]


def test_agreement_with_voters_is_not_held_against_accuracy_by_labels(monkeypatch, runs_root, tmp_path) -> None:
    root = shutil.copytree(runs_root, tmp_path / "own")
    run = json.loads((root / "weak/run.json").read_text())
    (root / "weak/run.json").write_text(
        json.dumps({**run, "training": {**run.get("training", {}), "targets": "votes"}})
    )
    history = pd.read_csv(root / "weak/history.csv")
    history["val_accuracy"] = 0.99
    history.to_csv(root / "weak/history.csv", index=False)
    (found,) = headlines(opened(monkeypatch, root, "runs", runs=["strong", "weak"], ref="strong"))
    assert found.startswith("**strong comes highest") and "weak: judged by other targets" in found


def test_the_network_that_was_taught_votes_is_left_out_of_the_shipped_headline(monkeypatch) -> None:
    (found,) = headlines(opened(monkeypatch, REPO / "checkpoints", "runs", runs=["compact", "human"], ref="compact"))
    assert found.startswith("**compact comes highest") and "human: judged by other targets" in found


@pytest.mark.parametrize("view", [view for view in CONFUSION.options("view") if view != "Map"])
def test_confusion(monkeypatch, runs_root, tmp_path, view: str) -> None:
    faces = tiny_faces()
    np.savez(tmp_path / "tiny.npz", pixels=faces.pixels, emotion=faces.labels, usage=faces.split)
    monkeypatch.setenv("FER_DATA", str(tmp_path / "tiny.npz"))
    found = headlines(opened(monkeypatch, runs_root, "confusion", view=view))
    assert len(found) == 1 and "nan" not in found[0]


@pytest.mark.parametrize("view", [view for view in EXPLAIN.options("view") if view != "Cells"])
def test_explain(monkeypatch, model_root, view: str) -> None:
    found = headlines(opened(monkeypatch, model_root, "explain", view=view, slow=False))
    assert len(found) == 1 and "nan" not in found[0]


def test_the_glossary_is_searched(monkeypatch, runs_root) -> None:
    app = opened(monkeypatch, runs_root, "glossary", word="overfitting")
    assert app.markdown[0].value.startswith("**overfitting**")
    app.text_input[0].set_value("xyzzy").run()
    assert app.info
