"""Slices of the pictures by a measure."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import slices
from fer_core.evaluation.statistics import wilson


def test_a_band_of_percentiles():
    values = np.array([30.0, 10.0, 50.0, 20.0, 40.0])
    assert slices.band(values, 0, 100).all()
    assert slices.band(values, 0, 50).tolist() == [True, True, False, True, False]
    assert slices.band(values, 75, 100).tolist() == [False, False, True, False, True]
    assert slices.band(values[:0], 0, 50).size == 0
    with pytest.raises(FerError, match="from 60 to 20"):
        slices.band(values, 60, 20)


def test_accuracy_in_equally_filled_bins():
    values = np.arange(10.0)
    labels = np.array([0] * 9 + [-1])
    predicted = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 0])
    frame = slices.accuracy_by_bin(values, labels, predicted, bins=3)
    assert frame.pictures.tolist() == [3, 3, 3]
    np.testing.assert_allclose(frame.accuracy, [1, 1 / 3, 0])
    assert (frame.accuracy_low[1], frame.accuracy_high[1]) == wilson(1, 3)
    assert (frame.low[0], frame.high[2]) == (0, 8)


def test_equal_values_share_one_bin():
    frame = slices.accuracy_by_bin(np.ones(6), np.zeros(6, int), np.zeros(6, int), bins=4)
    assert frame.pictures.tolist() == [6]
    assert slices.accuracy_by_bin(np.ones(2), np.full(2, -1), np.zeros(2, int)).empty


def test_accuracy_of_named_parts():
    labels, predicted = np.array([0, 0, 1, -1]), np.array([0, 1, 1, 1])
    parts = {"twin": np.array([True, True, False, True]), "none": np.zeros(4, bool)}
    frame = slices.accuracy_of(parts, labels, predicted).set_index("part")
    assert (frame.pictures["twin"], frame.accuracy["twin"]) == (2, 0.5)
    assert frame.pictures["none"] == 0
    assert frame.loc["none", ["accuracy", "accuracy_low", "accuracy_high"]].isna().all()
