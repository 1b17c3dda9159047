"""Scores of each class and its curves, against values worked out by hand."""

import numpy as np
import pytest

from fer_core.evaluation import per_class
from fer_core.evaluation.statistics import wilson


def counts():
    made = np.zeros((7, 7), int)
    made[0, 0], made[0, 1], made[1, 0], made[1, 1] = 6, 2, 4, 8
    return made


def test_scores_and_their_intervals():
    row = per_class.table(counts()).iloc[0]
    assert (row["class"], row.support, row.predicted) == ("angry", 8, 10)
    assert row.precision == pytest.approx(0.6)
    assert row.recall == pytest.approx(0.75)
    assert row.f1 == pytest.approx(12 / 18)
    assert (row.precision_low, row.precision_high) == wilson(6, 10)
    assert (row.recall_low, row.recall_high) == wilson(6, 8)
    # F* = 6 / 12 = 0.5; Wilson's interval of 6 in 12 is 0.2538 to 0.7462.
    assert row.f1_low == pytest.approx(2 * 0.25378 / 1.25378, abs=1e-4)
    assert row.f1_high == pytest.approx(2 * 0.74622 / 1.74622, abs=1e-4)


def test_a_class_that_never_occurs_is_undefined_not_zero():
    row = per_class.table(counts()).iloc[6]
    assert np.isnan([row.precision, row.recall, row.f1]).all()
    assert (row.recall_low, row.recall_high) == (0.0, 1.0)


def probabilities(first):
    first = np.array(first)
    made = np.zeros((len(first), 7), np.float32)
    made[:, 0], made[:, 1] = first, 1 - first
    return made


def test_roc_area_is_the_share_of_pairs_in_order():
    labels = np.array([0, 0, 1, 1, -1])
    # Pairs (0.9, 0.6), (0.9, 0.2), (0.4, 0.2) are in order, (0.4, 0.6) is not: 3 of 4.
    curve = per_class.roc(labels, probabilities([0.9, 0.4, 0.6, 0.2, 0.99]), 0)
    assert curve.area == pytest.approx(0.75)
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)


def test_average_precision_by_hand():
    labels = np.array([0, 1, 0, 1])
    # Found at ranks 1 and 3: (1/1 + 2/3) / 2.
    curve = per_class.precision_recall(labels, probabilities([0.9, 0.6, 0.4, 0.2]), 0)
    assert curve.area == pytest.approx(5 / 6)
    assert len(curve.thresholds) == len(curve.x)


def test_no_curve_without_both_sides():
    assert per_class.roc(np.array([0, 0]), probabilities([0.9, 0.4]), 0) is None
    assert per_class.precision_recall(np.array([1, 1]), probabilities([0.9, 0.4]), 0) is None


def test_thinning_keeps_the_ends_and_the_area():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 3000)
    curve = per_class.roc(labels, probabilities(rng.random(3000)), 0)
    thin = per_class.thinned(curve, 100)
    assert len(thin.x) <= 102 < len(curve.x)
    assert (thin.x[0], thin.y[-1], thin.area) == (0, 1, curve.area)


def test_areas_and_points_of_all_curves() -> None:
    labels = np.array([0, 0, 3, 3, 3, -1])
    probabilities = np.full((6, 7), 0.02, np.float32)
    probabilities[:, 0] = [0.9, 0.6, 0.7, 0.2, 0.1, 0.5]
    probabilities[:, 3] = 0.9 - probabilities[:, 0]
    curves = per_class.curves(labels, probabilities)
    assert list(curves["roc"]) == list(curves["pr"]) == ["angry", "happy"]  # no other class has pictures
    areas = per_class.areas(labels, curves).set_index("class")
    # Of the six pairs of an angry and another picture, five are in order (0.6 is below 0.7).
    assert areas.roc_auc["angry"] == pytest.approx(5 / 6)
    assert areas.average_precision_chance.to_dict() == pytest.approx({"angry": 2 / 5, "happy": 3 / 5})
    points = per_class.points(curves)
    assert list(points) == ["curve", "class", "x", "y", "threshold"]
    assert len(points) == sum(len(curve.x) for by in curves.values() for curve in by.values())


def test_a_curve_of_precision_and_recall_has_recall_across_and_precision_up():
    labels = np.array([0, 1, 0, 1, 1])
    # At 0.4 and above three are taken, two of them right, which are both there are.
    curve = per_class.precision_recall(labels, probabilities([0.9, 0.6, 0.4, 0.2, 0.1]), 0)
    place = int(np.argmin(np.abs(curve.thresholds - 0.4)))
    assert (curve.x[place], curve.y[place]) == (1.0, pytest.approx(2 / 3))
    place = int(np.argmin(np.abs(curve.thresholds - 0.6)))
    assert (curve.x[place], curve.y[place]) == (0.5, 0.5)


def test_the_axes_of_the_figures_say_what_they_are():
    from fer_core.figures.per_class import class_curves

    labels = np.array([0, 1, 0, 1, 1])
    made = per_class.curves(labels, probabilities([0.9, 0.6, 0.4, 0.2, 0.1]))
    figure = class_curves(made["pr"], "pr")
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Recall", "Precision")
    np.testing.assert_allclose(figure.data[0].x, made["pr"]["angry"].x)
    np.testing.assert_allclose(figure.data[0].y, made["pr"]["angry"].y)


def test_intervals_are_of_the_level_asked_for():
    row = per_class.table(counts(), 0.8).iloc[0]
    assert (row.precision_low, row.precision_high) == wilson(6, 10, 0.8)
    assert (row.recall_low, row.recall_high) == wilson(6, 8, 0.8)
    assert (row.f1_low, row.f1_high) == pytest.approx(tuple(2 * x / (1 + x) for x in wilson(6, 12, 0.8)))
