"""Pairs of runs, each quantity with its own test: against hand-worked cases and against shuffling one by one."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from fer_core.evaluation.paired import against, compare, permutation_macro_f1
from fer_core.evaluation.statistics import accuracies, align, holm, mcnemar_exact
from tests.core.evaluation.test_statistics import judged, random_pair


def _three(n: int = 300) -> dict:
    labels, guesses = random_pair(n, skill=(0.9, 0.5))
    rows = np.arange(n)
    better, worse = (judged(rows, labels, guess) for guess in guesses)
    return {"x": better, "y": worse, "z": judged(rows, labels, guesses[0])}


def test_every_pair_with_its_tests():
    runs = _three()
    table = compare(runs, list(combinations(runs, 2)), resamples=500).table
    assert table[["a", "b"]].to_numpy().tolist() == [["x", "y"], ["x", "z"], ["y", "z"]]
    first, labels = table.iloc[0], runs["x"].labels
    right = {name: one.probabilities.argmax(axis=1) == labels for name, one in runs.items()}
    assert first.accuracy == pytest.approx(right["x"].mean() - right["y"].mean())
    assert first.accuracy_low < first.accuracy < first.accuracy_high
    assert first.p_accuracy == mcnemar_exact(right["x"], right["y"]).p
    assert first.holm_accuracy == pytest.approx(3 * first.p_accuracy)
    same = table.iloc[1]
    assert (same.accuracy, same.accuracy_low, same.accuracy_high, same.holm_accuracy, same.p_macro_f1) == (
        0,
        0,
        0,
        1,
        1,
    )


def test_holm_corrects_over_the_pairs_asked_for_and_no_others():
    runs = _three()
    table = compare(runs, against("y", list(runs)), resamples=100).table
    assert table["a"].tolist() == ["x", "z"] and table["b"].tolist() == ["y", "y"]
    assert table["holm_accuracy"].tolist() == holm(table["p_accuracy"]).tolist()
    assert table["holm_accuracy"].iloc[0] == pytest.approx(2 * table["p_accuracy"].iloc[0])


def test_pairs_are_aligned_one_by_one_and_the_rest_is_said():
    labels, guesses = random_pair(60, skill=(0.8, 0.6))
    runs = {
        "ref": judged(np.arange(60), labels, guesses[0]),
        "half": judged(np.arange(30), labels[:30], guesses[1][:30]),
        "other half": judged(np.arange(30, 60), labels[30:], guesses[1][30:]),
        "unlabelled": judged(np.arange(60), np.full(60, -1), guesses[1]),
        "elsewhere": judged(np.arange(60), labels, guesses[1]),
    }
    data = {name: "other" if name == "elsewhere" else "set" for name in runs}
    found = compare(runs, against("ref", list(runs)), data, resamples=100)
    assert dict(zip(found.table["a"], found.table["n"], strict=True)) == {"half": 30, "other half": 30}
    assert "no labelled picture in common" in found.left_out["unlabelled", "ref"]
    assert "different data sets" in found.left_out["elsewhere", "ref"]


def _shuffled(labels, a, b, rounds: int) -> float:
    """The permutation test in the plainest way: swap, score by scikit-learn, count."""
    rng = np.random.default_rng(7)

    def gap(one, two):
        names = range(7)
        score = [f1_score(labels, x, labels=names, average=None, zero_division=0) for x in (one, two)]
        there = [np.isin(names, np.r_[labels, x]) for x in (one, two)]
        return score[0][there[0]].mean() - score[1][there[1]].mean()

    seen = abs(gap(a, b))
    extreme = 0
    for _ in range(rounds):
        swap = rng.random(len(labels)) < 0.5
        extreme += abs(gap(np.where(swap, b, a), np.where(swap, a, b))) >= seen - 1e-12
    return (extreme + 1) / (rounds + 1)


def test_macro_f1s_permutation_test_agrees_with_shuffling_one_by_one():
    labels, (a, b) = random_pair(120, seed=3, skill=(0.62, 0.5))
    slow = _shuffled(labels, a, b, 600)
    assert 0.02 < slow < 0.6  # else the agreement below would say little
    assert permutation_macro_f1(labels, a, b, 4000) == pytest.approx(slow, abs=0.05)


def test_macro_f1_is_not_judged_by_accuracy():
    """B trades a rare class for as many pictures of a common one: as accurate, and far worse in macro F1."""
    labels = np.repeat([0, 1], [200, 12])
    a, b = labels.copy(), labels.copy()
    a[:12] = 2
    b[200:] = 0
    rows = np.arange(len(labels))
    runs = {"a": judged(rows, labels, a), "b": judged(rows, labels, b)}
    row = compare(runs, [("a", "b")], resamples=200).table.iloc[0]
    assert row.accuracy == 0 and row.p_accuracy == 1
    assert row.macro_f1 > 0.1 and row.p_macro_f1 < 0.05


def test_permutations_follow_the_seed_and_bound_the_smallest_p():
    labels, (a, b) = random_pair(200, skill=(0.95, 0.2))
    assert permutation_macro_f1(labels, a, b, 99) == 0.01
    labels, (a, b) = random_pair(200, 5, (0.6, 0.55))
    first, again, other = (permutation_macro_f1(labels, a, b, 500, seed) for seed in (1, 1, 2))
    assert first == again != other


def test_each_run_alone():
    runs = _three()
    alone = accuracies(align(runs))
    assert alone["correct"].tolist()[0] == int((runs["x"].probabilities.argmax(1) == runs["x"].labels).sum())


def test_both_scores_are_corrected_and_have_intervals_of_their_own():
    """As accurate, far apart in macro F1: only one interval may hold the zero, and both p grow with the pairs."""
    labels = np.repeat([0, 1], [200, 12])
    a, b = labels.copy(), labels.copy()
    a[:12] = 2
    b[200:] = 0
    rows = np.arange(len(labels))
    runs = {name: judged(rows, labels, guess) for name, guess in (("a", a), ("b", b), ("c", labels))}
    table = compare(runs, list(combinations(runs, 2)), resamples=300).table
    first = table.iloc[0]
    assert first.accuracy_low < 0 < first.accuracy_high and first.macro_f1_low > 0.05
    for metric in ("accuracy", "macro_f1"):
        smallest = table[f"p_{metric}"].idxmin()
        assert table[f"holm_{metric}"][smallest] == pytest.approx(min(1, 3 * table[f"p_{metric}"].min()))
        assert table[f"holm_{metric}"].tolist() == holm(table[f"p_{metric}"]).tolist()


def test_a_higher_level_gives_a_wider_interval():
    runs = _three(200)
    low, high = (compare(runs, [("x", "y")], resamples=400, confidence=c).table.iloc[0] for c in (0.5, 0.99))
    for metric in ("accuracy", "macro_f1"):
        assert high[f"{metric}_low"] < low[f"{metric}_low"] < low[f"{metric}_high"] < high[f"{metric}_high"]
