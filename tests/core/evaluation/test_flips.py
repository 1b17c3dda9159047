"""Flips, worked out by hand on six pictures."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation.flips import changes, flips, sort_flips
from fer_core.evaluation.statistics import Aligned


def row_of(predicted, confidence):
    p = np.full(7, (1 - confidence) / 6, dtype=np.float32)
    p[predicted] = confidence
    return p


@pytest.fixture
def aligned():
    # row:      10   11   12   13   14   15
    labels = [0, 0, 1, 2, 3, 4]
    a = [(0, 0.9), (1, 0.5), (1, 0.6), (2, 0.8), (6, 0.7), (4, 0.3)]  # right: 10, 12, 13, 15
    b = [(0, 0.9), (0, 0.4), (5, 0.8), (2, 0.8), (3, 0.95), (0, 0.6)]  # right: 10, 11, 13, 14
    return Aligned(
        np.arange(10, 16),
        np.array(labels),
        {"a": np.stack([row_of(*x) for x in a]), "b": np.stack([row_of(*x) for x in b])},
    )


def test_flips_both_ways(aligned):
    table = flips(aligned, "a", "b")
    assert table["row"].tolist() == [11, 12, 14, 15]
    assert table["right"].tolist() == ["b", "a", "b", "a"]
    assert table["predicted_a"].tolist() == [1, 1, 6, 4]
    np.testing.assert_allclose(table["confidence_b"], [0.4, 0.8, 0.95, 0.6], rtol=1e-6)


@pytest.mark.parametrize(
    ("order", "rows"),
    [
        ("sure_right", [14, 12, 11, 15]),  # .95 .6 .4 .3
        ("sure_wrong", [12, 14, 15, 11]),  # .8 .7 .6 .5
        ("sure_both", [14, 12, 11, 15]),  # smaller of the two: .7 .6 .4 .3
        ("unsure_both", [11, 15, 12, 14]),  # larger of the two: .5 .6 .8 .95
    ],
)
def test_orders(aligned, order, rows):
    assert sort_flips(flips(aligned, "a", "b"), order)["row"].tolist() == rows


def test_counts_of_agreement(aligned):
    assert changes(aligned, "a", "b").to_numpy().tolist() == [[2, 2], [2, 0]]


def test_unknown_names(aligned):
    with pytest.raises(FerError, match="run c"):
        flips(aligned, "a", "c")
    with pytest.raises(FerError, match="'size'"):
        sort_flips(flips(aligned, "a", "b"), "size")
