"""Counts and scores by hand, on classes of unequal size that are predicted unequally often."""

import numpy as np
import pytest

from fer_core.evaluation.metrics import class_scores, confusion, cross_entropy, scores

LABELS = np.array([0, 0, 0, 0, 2, 2, 5, -1])
PREDICTED = np.array([0, 0, 2, 5, 2, 5, 5, 3])


def test_rows_are_labels_and_columns_answers() -> None:
    counts = confusion(LABELS, PREDICTED)
    assert {(int(t), int(p)): int(counts[t, p]) for t, p in np.argwhere(counts)} == {
        (0, 0): 2, (0, 2): 1, (0, 5): 1, (2, 2): 1, (2, 5): 1, (5, 5): 1
    }  # fmt: skip


def test_support_counts_labels_and_precision_answers() -> None:
    found = class_scores(confusion(LABELS, PREDICTED))
    assert found["support"].tolist() == [4, 0, 2, 0, 0, 1, 0]
    np.testing.assert_allclose(found["precision"][[0, 2, 5]], [2 / 2, 1 / 2, 1 / 3])
    np.testing.assert_allclose(found["recall"][[0, 2, 5]], [2 / 4, 1 / 2, 1 / 1])
    np.testing.assert_allclose(found["f1"][[0, 2, 5]], [4 / 6, 2 / 4, 2 / 4])
    assert np.isnan(found["f1"][[1, 3, 4, 6]]).all()


def test_scores_of_a_split_by_hand() -> None:
    probabilities = np.full((8, 7), 0.05, np.float32)
    probabilities[np.arange(8), PREDICTED] = 0.7
    found = scores(LABELS.astype(np.int8), probabilities, temperature=2.0)
    assert (found["n"], found["accuracy"]) == (7, pytest.approx(4 / 7))
    assert found["macro_f1"] == pytest.approx((4 / 6 + 2 / 4 + 2 / 4) / 3)
    assert found["recall"]["angry"] == 0.5 and found["recall"]["surprise"] == 1 and found["recall"]["happy"] is None
    assert found["loss"] == pytest.approx(-(4 * np.log(0.7) + 3 * np.log(0.05)) / 7, rel=1e-5)
    assert found["ece"] == pytest.approx(0.7 - 4 / 7, abs=1e-6)
    softer = np.sqrt(0.7) / (np.sqrt(0.7) + 6 * np.sqrt(0.05))
    assert found["ece_calibrated"] == pytest.approx(4 / 7 - softer, abs=1e-6)


def test_an_impossible_answer_costs_what_keras_says() -> None:
    sure = np.array([[0.0, 1.0, 0, 0, 0, 0, 0]])
    assert cross_entropy(np.array([0]), sure) == pytest.approx(-np.log(1e-7))
