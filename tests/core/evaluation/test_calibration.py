"""Calibration against hand-worked values, scikit-learn and a known temperature."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from fer_core.errors import FerError
from fer_core.evaluation.calibration import (
    apply_temperature,
    ece,
    fit_temperature,
    negative_log_likelihood,
    reliability,
)


def two_class(confidences, correct):
    """Predictions for class 0 with the given confidences; the label is 0 where correct."""
    confidences = np.asarray(confidences, dtype=float)
    return np.stack([confidences, 1 - confidences], axis=1), np.where(correct, 0, 1)


def test_reliability_and_ece_by_hand():
    # Five bins of width 0.2. (0.6, 0.8]: 0.7 right, 0.8 wrong: accuracy 0.5, confidence 0.75.
    # (0.8, 1]: 0.9, 0.9, 1.0 with two right: accuracy 2/3, confidence 2.8/3.
    probabilities, labels = two_class([0.7, 0.8, 0.9, 0.9, 1.0], [True, False, True, False, True])
    diagram = reliability(probabilities, labels, bins=5)
    assert diagram.counts.tolist() == [0, 0, 0, 2, 3]
    np.testing.assert_allclose(diagram.accuracy[3:], [0.5, 2 / 3])
    np.testing.assert_allclose(diagram.confidence[3:], [0.75, 2.8 / 3])
    assert np.isnan(diagram.accuracy[:3]).all()
    # (2 * 0.25 + 3 * (2.8/3 - 2/3)) / 5 = (0.5 + 0.8) / 5
    assert ece(probabilities, labels, bins=5) == pytest.approx(0.26)


def test_ece_extremes():
    sure, right = two_class([1.0] * 4, [True] * 4)
    assert ece(sure, right) == pytest.approx(0.0)
    assert ece(sure, 1 - right) == pytest.approx(1.0)


def test_reliability_agrees_with_scikit_learn():
    random = np.random.default_rng(3)
    probabilities = random.dirichlet(np.ones(7), size=400)
    labels = random.integers(0, 7, size=400)
    diagram = reliability(probabilities, labels, bins=10)
    correct = probabilities.argmax(1) == labels
    theirs_accuracy, theirs_confidence = calibration_curve(correct, probabilities.max(1), n_bins=10)
    filled = diagram.counts > 0
    np.testing.assert_allclose(diagram.accuracy[filled], theirs_accuracy)
    np.testing.assert_allclose(diagram.confidence[filled], theirs_confidence)


def test_temperature_recovers_the_one_that_made_the_labels():
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, size=(20000, 7))
    true = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (true.cumsum(1) < random.random((20000, 1))).sum(1)
    overconfident = np.exp(2.5 * logits)
    overconfident /= overconfident.sum(1, keepdims=True)
    temperature = fit_temperature(overconfident.astype(np.float32), labels)
    assert temperature == pytest.approx(2.5, rel=0.05)
    cured = apply_temperature(overconfident, temperature)
    assert ece(cured, labels) < 0.02 < ece(overconfident, labels)
    assert negative_log_likelihood(cured, labels) < negative_log_likelihood(overconfident, labels)


def test_apply_temperature_by_hand():
    # p = (0.8, 0.2) at T = 2: square roots, renormalised: 2 / (2 + 1).
    np.testing.assert_allclose(apply_temperature(np.array([[0.8, 0.2]]), 2.0), [[2 / 3, 1 / 3]], rtol=1e-6)
    np.testing.assert_allclose(apply_temperature(np.array([[0.8, 0.2]]), 1.0), [[0.8, 0.2]], rtol=1e-6)


def test_exact_zeros_stay_finite():
    probabilities = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    labels = np.array([0, 1, 1])
    assert np.isfinite(apply_temperature(probabilities, 3.0)).all()
    assert 1 < fit_temperature(probabilities, labels) <= 20.0


@pytest.mark.parametrize(
    ("probabilities", "labels", "words"),
    [
        (np.ones((2, 7)) / 7, np.zeros(3), "shape"),
        (np.zeros((0, 7)), np.zeros(0), "empty"),
        (np.ones((2, 7)) / 7, np.array([0, 7]), "0 to 6"),
        (np.array([[2.0, -1.0]]), np.array([0]), "0 to 1"),
    ],
)
def test_bad_input_is_one_sentence(probabilities, labels, words):
    with pytest.raises(FerError, match=words):
        ece(probabilities, labels)


def test_bad_temperature():
    with pytest.raises(FerError, match="above 0"):
        apply_temperature(np.ones((1, 7)) / 7, 0.0)
