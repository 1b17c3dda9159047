"""The rule that says when an answer is a label."""

import json
from pathlib import Path

import numpy as np
import pytest

from fer_core.evaluation import abstention
from fer_core.labels import CLASSES
from fer_core.reading.sure import UNSURE, label_of, name_of, rule_for
from fer_core.runs import load_run
from tests.conftest import write_run


def with_predictions(root: Path, confidence: list[float], right: list[bool], temperature: float = 1.0) -> Path:
    """A run whose validation answers are "happy" with these probabilities, right or wrong as given."""
    folder = write_run(root, "one", calibration={"temperature": temperature})
    p = np.array([[(1 - c) / 6] * 3 + [c] + [(1 - c) / 6] * 3 for c in confidence], np.float32)
    labels = np.where(right, 3, 5).astype(np.int8)
    with np.load(folder / "predictions.npz") as file:
        kept = {key: file[key] for key in file.files if not key.startswith("validation")}
    kept |= {"validation_rows": np.arange(len(p)), "validation_labels": labels, "validation_probabilities": p}
    np.savez(folder / "predictions.npz", **kept)
    return folder


def test_the_threshold_is_the_lowest_that_keeps_the_accuracy(tmp_path: Path) -> None:
    # From the surest down, right so far: 1/1, 2/2, 2/3, 3/4, 3/5.
    folder = with_predictions(tmp_path, [0.5, 0.9, 0.7, 0.6, 0.8], [False, True, False, True, True])
    rule = rule_for(load_run(folder), 0.75)
    assert rule.least == pytest.approx(0.6)
    assert (rule.answered.pictures, rule.answered.answered, rule.answered.right) == (5, 4, 3)
    assert rule_for(load_run(folder), 0.9).least == pytest.approx(0.8)
    assert "answers 80%" in rule.words() and "75% of those" in rule.words() and "60%" in rule.words()


def test_the_probabilities_are_those_that_are_shown(tmp_path: Path) -> None:
    folder = with_predictions(tmp_path, [0.9, 0.5], [True, False], temperature=2.0)
    # The square roots of 0.9 and six times 0.1 / 6, made to sum to 1.
    assert rule_for(load_run(folder), 1.0).least == pytest.approx(0.9**0.5 / (0.9**0.5 + 6 * (0.1 / 6) ** 0.5))


def test_no_threshold_and_no_predictions_are_said(tmp_path: Path) -> None:
    folder = with_predictions(tmp_path, [0.9, 0.5], [False, False])
    never = rule_for(load_run(folder), 0.75)
    assert label_of(np.eye(7)[3], never.least) is None and "always" in never.words()
    off = rule_for(load_run(folder), 0.0)
    assert off.least == 0 and "always named" in off.words()
    (folder / "predictions.npz").unlink()
    none = rule_for(load_run(folder), 0.75)
    assert none.least == 0 and "no predictions" in none.words()
    assert json.loads((folder / "run.json").read_text())["name"] == "one"


def test_a_label_stands_at_the_threshold_and_not_below_it() -> None:
    p = np.array([0.1, 0.0, 0.0, 0.25, 0.5, 0.15, 0.0])
    assert label_of(p, 0.5) == 4 and name_of(p, 0.5) == CLASSES[4]
    assert label_of(p, 0.51) is None and name_of(p, 0.51) == UNSURE
    assert label_of(np.full(7, 1 / 7)) == 0


def test_it_is_the_abstain_views_rule(tmp_path: Path) -> None:
    run = load_run(write_run(tmp_path, "one", skill=3.0))
    found = run.predictions("validation")
    curve = abstention.coverage_curve(found.labels, found.probabilities)
    assert rule_for(run, 0.9).least == pytest.approx(abstention.threshold_for(curve, 0.9))
