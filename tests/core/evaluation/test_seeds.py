"""Recipes across seeds, against scipy."""

import pytest
from scipy import stats

from fer_core.evaluation.seeds import compare_seeds


def _of(*scores: float, first: int = 0) -> dict[int, float]:
    return {first + i: score for i, score in enumerate(scores)}


def test_other_seeds_are_compared_by_welch_and_two_are_too_few():
    groups = {"a": _of(0.66, 0.67, 0.665), "b": _of(0.64, 0.652, 0.647, first=10), "c": _of(0.7, 0.71)}
    table = compare_seeds(groups)
    assert len(table) == 1
    row = table.iloc[0]
    expected = stats.ttest_ind([0.66, 0.67, 0.665], [0.64, 0.652, 0.647], equal_var=False)
    assert row.test == "Welch" and row.p == row.p_holm == pytest.approx(expected.pvalue)
    assert row.difference == pytest.approx(0.665 - (0.64 + 0.652 + 0.647) / 3)
    assert (row.low, row.high) == pytest.approx(tuple(expected.confidence_interval(0.95)))
    assert row.sd_a == pytest.approx(0.005)


def test_the_same_seeds_are_compared_seed_by_seed():
    a, b = [0.60, 0.70, 0.65], [0.59, 0.688, 0.64]
    row = compare_seeds({"a": _of(*a), "b": {2: b[2], 0: b[0], 1: b[1]}}).iloc[0]
    expected = stats.ttest_rel(a, b)
    assert row.test == "paired t" and row.p == pytest.approx(expected.pvalue) and row.p < 0.01
    assert stats.ttest_ind(a, b, equal_var=False).pvalue > 0.5


def test_without_any_spread():
    table = compare_seeds({"a": _of(0.5, 0.5, 0.5), "b": _of(0.5, 0.5, 0.5), "c": _of(0.6, 0.6, 0.6, first=5)})
    assert table["p"].tolist() == [1.0, 0.0, 0.0]
