"""Statistics against values worked out by hand and against scipy and scikit-learn."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from fer_core.errors import FerError
from fer_core.evaluation.intervals import newcombe
from fer_core.evaluation.statistics import (
    Bootstrap,
    accuracies,
    align,
    holm,
    macro_f1,
    mcnemar_exact,
    paired_bootstrap,
    wilson,
)


def judged(rows, labels, predicted, confidence=0.9):
    """Predictions that put `confidence` on the predicted class."""
    predicted = np.asarray(predicted)
    probabilities = np.full((len(predicted), 7), (1 - confidence) / 6, dtype=np.float32)
    probabilities[np.arange(len(predicted)), predicted] = confidence
    return SimpleNamespace(rows=np.asarray(rows), labels=np.asarray(labels), probabilities=probabilities)


def random_pair(n=500, seed=0, skill=(0.7, 0.6)):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 7, n)
    guesses = [np.where(random.random(n) < s, labels, random.integers(0, 7, n)) for s in skill]
    return labels, guesses


def test_a_run_without_labels_is_spoken_of_as_one_run():
    with pytest.raises(FerError, match=r"^lone was judged on no picture with a label"):
        align({"lone": judged([1, 2], [-1, -1], [0, 3])})


def test_wilson_by_hand():
    # z = 1.959964, n = 10, 5 right: centre 1/2, half z / (1 + z^2/10) * sqrt(0.025 + z^2/400) = 0.263405
    low, high = wilson(5, 10)
    assert (low, high) == (pytest.approx(0.236595, abs=1e-5), pytest.approx(0.763405, abs=1e-5))


@pytest.mark.parametrize(("correct", "n"), [(0, 12), (12, 12), (1, 3), (2345, 3589), (7, 1000)])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_wilson_agrees_with_scipy(correct, n, confidence):
    theirs = stats.binomtest(correct, n).proportion_ci(confidence, method="wilson")
    assert wilson(correct, n, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_refuses_impossible_counts():
    with pytest.raises(FerError, match="11 of 10"):
        wilson(11, 10)


def test_mcnemar_by_hand():
    # A alone right 5 times, B alone once: P(X <= 1) for 6 tosses = (1 + 6) / 64; twice that.
    a = np.array([1] * 5 + [0] + [1, 1, 0])
    b = np.array([0] * 5 + [1] + [1, 1, 0])
    result = mcnemar_exact(a, b)
    assert (result.only_a, result.only_b) == (5, 1)
    assert result.p == pytest.approx(14 / 64)


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (3, 3), (0, 9), (20, 41), (300, 240)])
def test_mcnemar_agrees_with_scipy(only_a, only_b):
    a = np.r_[np.ones(only_a), np.zeros(only_b), np.ones(7)]
    b = np.r_[np.zeros(only_a), np.ones(only_b), np.ones(7)]
    expected = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar_exact(a, b).p == pytest.approx(expected, rel=1e-9)


def test_mcnemar_needs_the_same_pictures():
    with pytest.raises(FerError, match="same pictures"):
        mcnemar_exact(np.ones(3), np.ones(4))


def test_holm_by_hand():
    # Sorted .01, .02, .03, .04 times 4, 3, 2, 1: .04, .06, .06, .04 -> running maximum .04, .06, .06, .06.
    np.testing.assert_allclose(holm([0.04, 0.01, 0.03, 0.02]), [0.06, 0.04, 0.06, 0.06])
    np.testing.assert_allclose(holm([0.6, 0.7]), [1.0, 1.0])
    assert holm([]).size == 0


def test_holm_is_the_sequential_rejection_rule():
    """What is rejected at 5% is what Holm's own step-down description rejects."""
    random = np.random.default_rng(1)
    for _ in range(50):
        p = random.beta(0.3, 2, size=8)
        rejected = np.zeros(8, bool)
        for step, place in enumerate(np.argsort(p)):
            if p[place] > 0.05 / (8 - step):
                break
            rejected[place] = True
        assert ((holm(p) <= 0.05) == rejected).all()


def test_macro_f1_agrees_with_scikit_learn():
    labels, (predicted, _) = random_pair()
    assert macro_f1(labels, predicted) == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_macro_f1_by_hand():
    # class 0: TP 1, true 2, predicted 1: 2/3. class 1: TP 1, true 1, predicted 2: 2/3. Others absent.
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1])) == pytest.approx(2 / 3)


def test_bootstrap_agrees_with_scipy():
    labels, (one, two) = random_pair()
    boot = paired_bootstrap(labels, [one, two], resamples=4000, seed=5)
    difference = (one == labels).astype(float) - (two == labels)
    theirs = stats.bootstrap(
        (difference,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(9)
    ).confidence_interval
    # The two use different draws; each end wobbles by about 4% of the standard error.
    assert boot.difference("accuracy", 0, 1) == pytest.approx((theirs.low, theirs.high), abs=0.005)
    analytic = difference.std() / np.sqrt(len(labels))
    assert (boot.accuracy[:, 0] - boot.accuracy[:, 1]).std() == pytest.approx(analytic, rel=0.06)


def test_bootstrap_macro_f1_is_scikit_learns_on_the_same_draws():
    labels, (one, two) = random_pair(60)
    boot = paired_bootstrap(labels, [one, two], resamples=5, seed=2)
    drawn = np.random.default_rng(2).integers(0, 60, size=(5, 60), dtype=np.int32)
    for r, rows in enumerate(drawn):
        assert boot.accuracy[r, 0] == pytest.approx((one == labels)[rows].mean())
        ours, theirs = boot.macro_f1[r, 1], f1_score(labels[rows], two[rows], average="macro")
        assert ours == pytest.approx(theirs)


def test_bootstrap_is_reproducible_and_seeded():
    labels, guesses = random_pair(80)
    first, again, other = (paired_bootstrap(labels, guesses, 50, seed).accuracy for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_blocks_change_nothing_about_shape():
    labels, guesses = random_pair(4000)
    boot = paired_bootstrap(labels, guesses, resamples=800)  # two blocks and a bit
    assert boot.accuracy.shape == boot.macro_f1.shape == (800, 2)


def test_align_takes_common_rows_in_order():
    a = judged([5, 3, 9], [1, 0, 2], [1, 0, 2])
    b = judged([3, 4, 5], [0, 6, 1], [4, 6, 1])
    aligned = align({"a": a, "b": b})
    assert aligned.rows.tolist() == [3, 5]
    assert aligned.labels.tolist() == [0, 1]
    assert aligned.predicted["a"].tolist() == [0, 1]
    assert aligned.predicted["b"].tolist() == [4, 1]


def test_align_leaves_pictures_without_a_label_out():
    aligned = align({"a": judged([1, 2, 3], [0, -1, 2], [0, 0, 0])})
    assert aligned.rows.tolist() == [1, 3]


def test_align_says_what_does_not_fit():
    a = judged([1, 2], [0, 0], [0, 0])
    with pytest.raises(FerError, match="no labelled picture in common"):
        align({"a": a, "b": judged([3], [0], [0])})
    with pytest.raises(FerError, match="row 2 differently"):
        align({"a": a, "b": judged([2], [1], [1])})


def test_an_interval_is_of_the_score_and_at_the_level_that_are_asked_for():
    """Run 0 less run 1 is 0.1 to 0.5 in accuracy and -0.4 to 0.4 in macro F1, on five resamples."""
    boot = Bootstrap(
        np.array([[0.5, 0.4], [0.7, 0.4], [0.9, 0.4], [0.6, 0.4], [0.8, 0.4]]),
        np.array([[0.1, 0.5], [0.9, 0.5], [0.5, 0.5], [0.3, 0.5], [0.7, 0.5]]),
    )
    assert boot.difference("accuracy", 0, 1, confidence=0.5) == pytest.approx((0.2, 0.4))
    assert boot.difference("macro_f1", 0, 1, confidence=0.5) == pytest.approx((-0.2, 0.2))
    assert boot.difference("macro_f1", 0, 1, confidence=1.0) == pytest.approx((-0.4, 0.4))
    assert boot.difference("accuracy", 1, 0, confidence=1.0) == pytest.approx((-0.5, -0.1))


@pytest.mark.parametrize("level", [0.8, 0.99])
def test_each_run_has_the_interval_of_the_level_that_is_asked_for(level):
    labels, (one, _) = random_pair(50)
    row = accuracies(align({"a": judged(np.arange(50), labels, one)}), level).iloc[0]
    hits = int((one == labels).sum())
    theirs = stats.binomtest(hits, 50).proportion_ci(level, method="wilson")
    assert (row.correct, row.accuracy) == (hits, hits / 50)
    assert (row.low, row.high) == pytest.approx((theirs.low, theirs.high))


def test_newcombe_by_the_papers_example():
    # Newcombe 1998, table II, (a) 56/70 - 48/80: 0.0524 to 0.3339 by method 10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    narrow, wide = newcombe(56, 70, 48, 80, 0.5), newcombe(56, 70, 48, 80, 0.99)
    assert wide[0] < 0.0524 < narrow[0] < 0.2 < narrow[1] < 0.3339 < wide[1]
