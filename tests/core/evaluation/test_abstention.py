"""Abstention against a case of five pictures worked out by hand."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import abstention


def case():
    """Confidences 0.9, 0.8, 0.8, 0.6 (right, right, wrong, right), and one without a label."""
    labels = np.array([0, 1, 2, 3, -1])
    probabilities = np.zeros((5, 7), np.float32)
    probabilities[[0, 1, 2, 3, 4], [0, 1, 6, 3, 0]] = [0.9, 0.8, 0.8, 0.6, 1.0]
    return labels, probabilities


def test_coverage_against_accuracy():
    curve = abstention.coverage_curve(*case())
    np.testing.assert_allclose(curve.thresholds, [0.9, 0.8, 0.6], atol=1e-6)
    np.testing.assert_allclose(curve.coverage, [0.25, 0.75, 1.0])
    np.testing.assert_allclose(curve.accuracy, [1.0, 2 / 3, 0.75])


def test_area_is_the_mean_error_over_coverage():
    labels, probabilities = case()
    probabilities[2, 6] = 0.7  # no ties: errors so far 0/1, 0/2, 1/3, 1/4
    assert abstention.coverage_curve(labels, probabilities).area == pytest.approx((1 / 3 + 1 / 4) / 4)


def test_what_a_threshold_leaves():
    left = abstention.at(*case(), 0.7)
    assert (left.pictures, left.answered, left.right, left.coverage) == (4, 3, 2, 0.75)
    assert left.interval[0] < 2 / 3 < left.interval[1]
    assert np.isnan(abstention.at(*case(), 0.95).accuracy)


def test_by_class():
    frame = abstention.by_class(*case(), 0.7).set_index("class")
    assert frame.loc["angry", "recall_answered"] == 1
    assert frame.loc["fear", "recall_answered"] == 0
    assert frame.loc["happy", "coverage"] == 0
    assert np.isnan(frame.loc["sad", "coverage"])


def test_threshold_for_an_accuracy_keeps_the_most():
    curve = abstention.coverage_curve(*case())
    assert abstention.threshold_for(curve, 0.75) == pytest.approx(0.6)
    assert abstention.threshold_for(curve, 0.9) == pytest.approx(0.9)
    assert abstention.threshold_for(abstention.coverage_curve(np.array([1]), case()[1][:1]), 0.5) is None


def test_nothing_labelled():
    with pytest.raises(FerError, match="label"):
        abstention.coverage_curve(np.array([-1]), case()[1][:1])


def test_a_threshold_is_met_by_what_equals_it():
    labels, probabilities = case()
    probabilities[[1, 2], [1, 6]] = 0.75  # exact in float32
    assert abstention.at(labels, probabilities, 0.75).answered == 3
    frame = abstention.by_class(labels, probabilities, 0.75).set_index("class")
    assert frame.answered.to_dict() == {
        "angry": 1, "disgust": 1, "fear": 1, "happy": 0, "sad": 0, "surprise": 0, "neutral": 0
    }  # fmt: skip
    curve = abstention.coverage_curve(labels, probabilities)
    for threshold, share, right in zip(curve.thresholds, curve.coverage, curve.accuracy, strict=True):
        left = abstention.at(labels, probabilities, float(threshold))
        assert (left.coverage, left.accuracy) == (share, right)
