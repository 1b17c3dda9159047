"""Outliers stand first; what they cost is counted."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import outliers
from fer_core.evaluation.neighbours import unit


def crowd_and_two_strangers():
    """Features of 40 pictures around one direction, and two far from it at positions 7 and 21."""
    rng = np.random.default_rng(2)
    features = np.tile([1.0, 0, 0, 0, 0], (40, 1)) + rng.normal(0, 0.05, (40, 5))
    features[7] = [-1, 0.1, 0, 0, 0]
    features[21] = [0, 0, 0, 1, -0.2]
    return unit(features)


@pytest.mark.parametrize("by", ["far from its neighbours", "isolation forest"])
def test_strangers_in_feature_space_stand_first(by):
    shares = []
    scores = outliers.score(by, np.zeros((40, 48, 48), np.uint8), crowd_and_two_strangers(), shares.append)
    assert set(np.argsort(-scores)[:2]) == {7, 21}
    assert shares == ([1.0] if by.startswith("far") else [])


def test_the_distance_is_the_mean_over_the_nearest():
    features = unit(np.array([[1, 0], [1, 0], [0, 1], [-1, 0]]))
    scores = outliers.score("far from its neighbours", np.zeros((4, 48, 48), np.uint8), features)
    assert scores == pytest.approx([1 - (1 + 0 - 1) / 3, 1, 1 - 0 / 3, 1 - (-1 - 1 + 0) / 3])


def test_an_unusual_picture_and_a_flat_one_stand_first_without_a_network():
    rng = np.random.default_rng(4)
    patterns = rng.normal(0, 1, (48, 48 * 48))  # more than are kept, and each in many more pictures than one
    pixels = np.clip(128 + 5 * rng.normal(0, 1, (300, 48)) @ patterns, 0, 255).astype(np.uint8).reshape(-1, 48, 48)
    pixels[11] = rng.integers(0, 256, (48, 48))
    pixels[30] = 90
    order = np.argsort(-outliers.score("unlike the usual pixels", pixels), kind="stable")
    assert order[0] == 30
    assert order[1] == 11


def test_precision_counts_the_first():
    scores = np.array([0.1, 0.9, 0.5, 0.7])
    wrong = np.array([False, True, True, False])
    assert outliers.precision(scores, wrong, 2) == (0.5, 0.5)
    assert outliers.precision(scores, wrong, 1) == (1.0, 0.5)


def test_what_leaving_out_changes():
    labels = np.array([0, 1, 2, -1, 4])
    predicted = np.array([0, 0, 2, 3, 5])
    left = np.array([False, True, False, True, False])
    assert outliers.without(labels, predicted, left) == (2, 4, 2, 3)


@pytest.mark.parametrize(
    ("by", "count", "says"),
    [
        ("age", 5, "not by 'age'"),
        ("isolation forest", 5, "needs the features"),
        ("isolation forest", 2, "three"),
    ],
)
def test_what_cannot_be_ranked_is_said(by, count, says):
    with pytest.raises(FerError, match=says):
        outliers.score(by, np.zeros((count, 48, 48), np.uint8))
