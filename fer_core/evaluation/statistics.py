"""Is the difference real? Tests and intervals for classifiers judged on the same pictures.

All of them treat the networks as given: they say whether *these trained networks* differ on pictures like
these. Whether one recipe beats another is a question about seeds: see `fer_core.evaluation.seeds`.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson

CAVEAT = (
    "This compares these trained networks on these pictures. Training again from another seed moves the accuracy too: "
    "to say that one recipe is better than another, train each with three seeds or more."
)
"""The sentence that stands beside every test between two single networks."""

FEWEST_SEEDS = 3
"""From this many runs of one recipe on, a mean and a standard deviation over seeds are shown."""


@dataclass(frozen=True)
class McNemar:
    """only_a, only_b: pictures that only A, only B gets right. p: two-sided exact p-value."""

    only_a: int
    only_b: int
    p: float


def mcnemar_exact(correct_a: np.ndarray, correct_b: np.ndarray) -> McNemar:
    """Exact McNemar test (McNemar 1947, Psychometrika 12:153): the pictures on which A and B differ in being
    right are coin tosses if both are equally good, so their split is binomial with p = 1/2.

    correct_a, correct_b: bool (N,), the same pictures in the same order.
    """
    from scipy.special import bdtr  # the binomial's distribution function; scipy.stats takes a second to import

    correct_a, correct_b = np.asarray(correct_a, bool), np.asarray(correct_b, bool)
    if correct_a.shape != correct_b.shape:
        raise FerError(f"Both networks must be judged on the same pictures: {correct_a.shape} and {correct_b.shape}.")
    only_a = int((correct_a & ~correct_b).sum())
    only_b = int((correct_b & ~correct_a).sum())
    # With no disagreement at all the binomial has one outcome and p is 1.
    p = min(1.0, 2.0 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))
    return McNemar(only_a, only_b, p)


def holm(p_values: Sequence[float]) -> np.ndarray:
    """p-values corrected for their number by Holm's step-down method (Holm 1979, Scand. J. Statist. 6:65).

    The k-th smallest of m is multiplied by m - k + 1; a running maximum keeps the order. Returns f64 (m,).
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.size == 0:
        return p
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def macro_f1(labels: np.ndarray, predicted: np.ndarray, classes: int = 7) -> float:
    """Mean over the classes of 2 TP / (true + predicted); classes that appear in neither are left out."""
    ones = np.ones((1, len(labels)), dtype=np.float32)
    return float(_scores(ones, np.asarray(labels), [np.asarray(predicted)], classes)[1][0, 0])


@dataclass(frozen=True)
class Bootstrap:
    """Scores of K runs on the same R resamples of the pictures: f64 (R, K) each, in 0 to 1."""

    accuracy: np.ndarray
    macro_f1: np.ndarray

    def difference(self, metric: str, a: int, b: int, confidence: float = 0.95) -> tuple[float, float]:
        """Percentile interval of run a's score less run b's; metric is "accuracy" or "macro_f1"."""
        scores = getattr(self, metric)
        tail = (1 - confidence) / 2
        low, high = np.quantile(scores[:, a] - scores[:, b], [tail, 1 - tail])
        return float(low), float(high)


def paired_bootstrap(
    labels: np.ndarray, predicted: Sequence[np.ndarray], resamples: int = 2000, seed: int = 0, classes: int = 7
) -> Bootstrap:
    """Paired bootstrap (Efron and Tibshirani 1993, chapter 13): pictures are drawn with replacement, and all
    runs are scored on the same draw, so that what makes a picture hard for all of them cancels.

    A resample is the counts of how often each picture was drawn, multinomial with N draws; every score is
    then a product of the counts with a 0/1 matrix. labels: int (N,), 0 to classes - 1. predicted: K arrays
    int (N,). Reproducible from the seed.
    """
    labels = np.asarray(labels)
    predicted = [np.asarray(p) for p in predicted]
    n = len(labels)
    if n == 0 or any(p.shape != labels.shape for p in predicted):
        raise FerError("The bootstrap needs at least one picture and, for each run, one prediction a picture.")
    random = np.random.default_rng(seed)
    parts = []
    # In blocks of resamples: bounds memory to some ten MB whatever N is.
    block = max(1, min(resamples, 1_500_000 // n))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = random.integers(0, n, size=(size, n), dtype=np.int32)
        drawn += np.arange(size, dtype=np.int32)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float32)
        parts.append(_scores(counts, labels, predicted, classes))
    return Bootstrap(np.concatenate([a for a, _ in parts]), np.concatenate([f for _, f in parts]))


def _scores(
    counts: np.ndarray, labels: np.ndarray, predicted: list[np.ndarray], classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy and macro F1, f64 (R, K) each, of K runs under R weightings of the pictures, f32 (R, N).

    Sums of whole numbers below 2^24 are exact in float32, so the matrix product loses nothing.
    """
    names = np.arange(classes)
    is_true = (labels[:, None] == names).astype(np.float32)
    is_predicted = [(p[:, None] == names).astype(np.float32) for p in predicted]
    hits = [is_true * guess for guess in is_predicted]
    sums = (counts @ np.concatenate([is_true, *is_predicted, *hits], axis=1)).astype(np.float64)
    runs = len(predicted)
    true = sums[:, :classes][:, None, :]
    guessed = sums[:, classes : classes * (1 + runs)].reshape(-1, runs, classes)
    hit = sums[:, classes * (1 + runs) :].reshape(-1, runs, classes)
    accuracy = hit.sum(axis=2) / true.sum(axis=2)
    either = true + guessed
    f1 = np.divide(2 * hit, either, out=np.zeros_like(hit), where=either > 0)
    present = (either > 0).sum(axis=2)
    return accuracy, f1.sum(axis=2) / np.maximum(present, 1)


@dataclass(frozen=True)
class Aligned:
    """Predictions of several runs on the pictures they share: rows i64 (N,), labels i64 (N,), and for each
    run its probabilities f32 (N, 7)."""

    rows: np.ndarray
    labels: np.ndarray
    probabilities: dict[str, np.ndarray]

    @property
    def predicted(self) -> dict[str, np.ndarray]:
        """The most probable class of each picture, for each run: i64 (N,)."""
        return {name: p.argmax(axis=1) for name, p in self.probabilities.items()}


def align(predictions: Mapping[str, Any]) -> Aligned:
    """Brings runs' predictions onto their common labelled rows, in ascending order.

    predictions: by run name, anything with rows i64 (N,), labels (N,), -1 where not given, and
    probabilities f32 (N, 7). Raises FerError where they share no picture, or label one differently: then the data
    sets differ.
    """
    if not predictions:
        raise FerError("There are no predictions to compare.")
    first_name = next(iter(predictions))
    labelled = [np.unique(np.asarray(one.rows)[np.asarray(one.labels) >= 0]) for one in predictions.values()]
    rows = functools.reduce(np.intersect1d, labelled)
    if rows.size == 0 and len(predictions) == 1:
        raise FerError(f"{first_name} was judged on no picture with a label; choose another split.")
    if rows.size == 0:
        raise FerError(
            f"The runs {', '.join(predictions)} were judged on no labelled picture in common; choose another split."
        )
    first = predictions[first_name]
    labels = _at(first, first.labels, rows).astype(np.int64)
    probabilities = {}
    for name, one in predictions.items():
        own = _at(one, one.labels, rows)
        if (own != labels).any():
            row = int(rows[np.flatnonzero(own != labels)[0]])
            raise FerError(
                f"Runs {first_name} and {name} label row {row} differently: they were judged on different data sets."
            )
        probabilities[name] = _at(one, one.probabilities, rows)
    return Aligned(rows, labels, probabilities)


def _at(one: Any, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """What a run's values say of these rows, in their order."""
    order = np.argsort(one.rows, kind="stable")
    chosen: np.ndarray = np.asarray(values)[order[np.searchsorted(one.rows, rows, sorter=order)]]
    return chosen


def accuracies(aligned: Aligned, confidence: float = 0.95) -> pd.DataFrame:
    """Each run alone: run, n, correct, accuracy, low, high (Wilson), macro_f1."""
    records = []
    for name, predicted in aligned.predicted.items():
        correct, n = int((predicted == aligned.labels).sum()), len(aligned.labels)
        low, high = wilson(correct, n, confidence)
        records.append(
            {
                "run": name,
                "n": n,
                "correct": correct,
                "accuracy": correct / n,
                "low": low,
                "high": high,
                "macro_f1": macro_f1(aligned.labels, predicted),
            }
        )
    return pd.DataFrame.from_records(records)
