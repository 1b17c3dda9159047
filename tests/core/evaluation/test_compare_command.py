"""`compare`: runs against a reference in a shell, on all classes and on merged ones."""

import json

import numpy as np
import pytest

from fer_core import api
from fer_core.cli import main
from fer_core.runs import load_run
from tests.conftest import write_run


@pytest.fixture
def root(tmp_path):
    for name, seed, skill in (("one", 1, 1.0), ("two", 2, 0.4), ("three", 3, 2.0)):
        write_run(tmp_path, name, seed=seed, skill=skill)
    return tmp_path


def _right(root, name: str) -> np.ndarray:
    kept = load_run(root / name).predictions("private")
    merged = np.array([0, 0, 1, 2, 3, 4, 5])
    sums = np.stack([kept.probabilities[:, merged == k].sum(axis=1) for k in range(6)], axis=1)
    return sums.argmax(axis=1) == merged[kept.labels]


def test_runs_are_tested_on_merged_classes(root, capsys) -> None:
    assert main(["compare", "one", "two", "three", "--root", str(root), "--merge", "disgust+angry", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["a"], row["b"]) for row in rows] == [("two", "one"), ("three", "one")]
    for row in rows:
        own, reference = _right(root, row["a"]), _right(root, "one")
        assert (row["only_a"], row["only_b"]) == (np.sum(own & ~reference), np.sum(reference & ~own))
        assert row["merged"] == "angry or disgust as one class"
    runs = [root / name for name in ("one", "two", "three")]
    table = api.compare(runs, merged=[["angry", "disgust"]])
    assert table["only_a"].tolist() == [row["only_a"] for row in rows]
    assert api.compare(runs)["only_a"].tolist() != table["only_a"].tolist()


def test_the_sentence_says_what_was_taken_together(root, capsys) -> None:
    assert main(["compare", "one", "two", "--root", str(root), "--merge", "fear+sad", "--merge", "angry+disgust"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("With angry or disgust as one class, fear or sad as another: two alone is right on ")
    assert "Holm" in said and "macro F1" in said


def test_a_run_without_the_split_is_left_out_and_said(root, capsys) -> None:
    config = json.loads((root / "three" / "run.json").read_text())
    (root / "three" / "predictions.npz").unlink()
    config["scores"] = {}
    (root / "three" / "run.json").write_text(json.dumps(config))
    assert main(["compare", "one", "three", "two", "--root", str(root)]) == 0
    told = capsys.readouterr()
    assert "left out: The run 'three'" in told.err and "two less one" in told.out
    assert main(["compare", "three", "one", "--root", str(root)]) == 1


@pytest.mark.parametrize("groups", [["angry"], ["angry+joy"], ["angry+sad", "sad+fear"]])
def test_groups_that_can_not_be_are_one_sentence(root, groups, capsys) -> None:
    line = ["compare", "one", "two", "--root", str(root)]
    assert main([*line, *(part for group in groups for part in ("--merge", group))]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
