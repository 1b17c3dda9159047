"""Sections of the comparison page: which curves are drawn, which runs are tested, calibrated and told apart."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.evaluation.calibration import reliability
from fer_core.figures.palette import looks
from fer_core.reports import comparison_page as page
from fer_core.runs import load_run
from tests.conftest import write_run


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, Any]:
    """Two runs on one set, of different temperature, width and history."""
    write_run(tmp_path, "a", seed=1, skill=1.0, calibration={"temperature": 2.0})
    write_run(tmp_path, "b", seed=2, skill=2.5, training={"optimizer": "sgd", "seed": 3, "epochs_run": 5})
    return {name: load_run(tmp_path / name) for name in "ab"}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """(which figure, what it was made of), in the order they were drawn; the figures themselves are left out."""
    found: list[tuple[str, Any]] = []
    for name in ("curves_figure", "accuracy_figure", "forest_figure", "reliability_figure"):
        monkeypatch.setattr(page, name, lambda *given, name=name, **more: found.append((name, (*given, more))))
    monkeypatch.setattr(page.ComparisonSection, "figure", lambda self, figure: self.add("figure", "drawn"))
    return found


def test_a_curve_is_drawn_of_each_metric_and_none_of_the_learning_rate(runs: dict[str, Any], drawn: list) -> None:
    histories = {name: (run.config, run.history()) for name, run in runs.items()}
    section = page._curves(histories, looks(runs))
    assert [given[1] for _, given in drawn] == ["accuracy", "loss"] and len(section.parts) == 3
    assert drawn[0][1][-1]["best"] == {"a": 5, "b": 5}
    assert page._curves({}, {}).parts == []


def test_accuracies_quotes_and_differences_are_those_of_the_predictions(runs: dict[str, Any], drawn: list) -> None:
    predictions = {name: run.predictions("private") for name, run in runs.items()}
    section = page._tests("private", predictions, "a", True, None)
    (accuracies, forest) = drawn
    alone, quotes, split, _ = accuracies[1]
    right = {name: float((one.predicted == one.labels).mean()) for name, one in predictions.items()}
    assert dict(zip(alone["run"], alone["accuracy"], strict=True)) == pytest.approx(right) and split == "private"
    assert len(quotes) >= 6 and all(low < score < high for _, score, low, high in quotes)
    differences, reference, _ = forest[1]
    assert reference == "a" and differences["run"].tolist() == ["b"]
    assert differences["accuracy"].iloc[0] == pytest.approx(right["b"] - right["a"])
    assert [kind for kind, _ in section.parts].count("table") == 3  # accuracies, pairs by either metric
    drawn.clear()
    page._tests("private", predictions, "a", False, None)
    assert drawn[0][1][1] == []
    assert (
        page._tests("private", {}, "a", True, None).parts == [] == page._tests(None, predictions, "a", True, None).parts
    )


def test_calibration_is_before_and_after_each_runs_own_temperature(
    runs: dict[str, Any], drawn: list, monkeypatch
) -> None:
    frames: list[Any] = []
    monkeypatch.setattr(page.page_tables, "calibration", lambda frame: frames.append(frame))
    predictions = {name: run.predictions("public") for name, run in runs.items()}
    page._calibration("public", predictions, runs, looks(runs))
    a, b = frames[0].to_dict("records")
    assert (a["temperature"], b["temperature"]) == (2.0, 1.0) and b["ECE"] == pytest.approx(b["ECE, scaled"])
    p, labels = predictions["a"].probabilities.astype(float), predictions["a"].labels
    cooled = np.sqrt(p) / np.sqrt(p).sum(axis=1, keepdims=True)  # a temperature of 2
    assert a["ECE"] == pytest.approx(reliability(p, labels).ece)
    assert a["ECE, scaled"] == pytest.approx(reliability(cooled, labels).ece, abs=1e-5)
    assert list(drawn[0][1][0]) == ["a", "b"]
    assert page._calibration("public", {}, runs, {}).parts == []


def test_settings_that_differ_are_named_or_none_is_said(runs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[Any] = []
    monkeypatch.setattr(page.page_tables, "settings", lambda frame: frames.append(frame) or [])
    page._settings(runs)
    found = dict(zip(frames[0]["setting"], zip(frames[0]["a"], frames[0]["b"], strict=True), strict=True))
    assert found["training.optimizer"] == ("nadam", "sgd") and found["training.seed"] == ("0", "3")
    same = page._settings({"a": runs["a"], "again": runs["a"]})
    assert [kind for kind, _ in same.parts] == ["note"]
