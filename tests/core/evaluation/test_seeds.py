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


def test_three_recipes_are_three_pairs_each_corrected_and_at_the_level_asked_for():
    scores = {"a": [0.66, 0.67, 0.665], "b": [0.64, 0.652, 0.647], "c": [0.70, 0.71, 0.69, 0.72]}
    groups = {name: _of(*values, first=10 * i) for i, (name, values) in enumerate(scores.items())}
    table = compare_seeds(groups, 0.8)
    assert table[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    last = stats.ttest_ind(scores["b"], scores["c"], equal_var=False)
    assert (table.low[2], table.high[2]) == pytest.approx(tuple(last.confidence_interval(0.8)))
    assert (table.seeds_a[2], table.seeds_b[2]) == (3, 4)
    assert table.sd_b[2] == pytest.approx(0.0129099, rel=1e-4)  # sqrt(0.0005 / 3), of a sample
    ordered = table.sort_values("p")
    assert ordered.p_holm.iloc[0] == pytest.approx(3 * ordered.p.iloc[0])
    assert ordered.p_holm.iloc[1] == pytest.approx(2 * ordered.p.iloc[1])
