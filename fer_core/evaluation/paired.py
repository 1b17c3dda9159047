"""Pairs of runs on the pictures that both were judged on: each quantity with a test of its own.

Accuracy: McNemar's exact test. Macro F1, which no count of disagreements decides: a paired permutation test. Both
p-values are corrected by Holm's method over the pairs that were asked for, and over no others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.statistics import Aligned, align, holm, macro_f1, mcnemar_exact, paired_bootstrap

METRICS = ("accuracy", "macro_f1")
FEW = 100
"""Below so many common pictures a comparison is said to rest on few."""

PERMUTATIONS = 9_999


@dataclass(frozen=True)
class Pairs:
    """Pairs that were compared.

    Attributes:
        table: a row a pair: a, b, n (pictures both were judged on), only_a, only_b (that only one gets right);
            accuracy and macro_f1 (a less b), each with *_low and *_high from the paired bootstrap, p_* and holm_*.
        left_out: (a, b) -> why the pair can't be compared, a sentence.
    """

    table: pd.DataFrame
    left_out: dict[tuple[str, str], str] = field(default_factory=dict)


def against(reference: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of a view against a reference: K - 1 for K runs, each (run, reference)."""
    return [(name, reference) for name in names if name != reference]


def compare(
    predictions: Mapping[str, Any],
    pairs: Sequence[tuple[str, str]],
    data: Mapping[str, Any] | None = None,
    resamples: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Pairs:
    """Tests the given pairs, each on the labelled pictures that both runs were judged on.

    Args:
        predictions: by run, anything with rows i64 (N,), labels (N,), -1 where not given, probabilities f32 (N, 7).
        pairs: (a, b), the family over which Holm corrects.
        data: by run what tells its data set (a fingerprint): runs of different sets are not compared, for their rows
            are other pictures. None where it is known to be one.
    """
    aligned: dict[tuple[str, str], Aligned] = {}
    left_out = {}
    for a, b in pairs:
        if data is not None and data[a] != data[b]:
            left_out[a, b] = f"{a} and {b} were judged on different data sets."
            continue
        try:
            aligned[a, b] = align({a: predictions[a], b: predictions[b]})
        except FerError as error:
            left_out[a, b] = str(error)
    intervals = _intervals(aligned, resamples, seed, confidence)
    permutations = max(PERMUTATIONS, 40 * len(aligned))  # so that the smallest p stays small after Holm
    records = [_record(pair, one, permutations, seed) | intervals[pair] for pair, one in aligned.items()]
    table = pd.DataFrame.from_records(records)
    if len(table):
        for metric in METRICS:
            table[f"holm_{metric}"] = holm(table[f"p_{metric}"])
    return Pairs(table, left_out)


def _record(pair: tuple[str, str], one: Aligned, permutations: int, seed: int) -> dict[str, Any]:
    a, b = pair
    said = one.predicted
    test = mcnemar_exact(said[a] == one.labels, said[b] == one.labels)
    return {
        "a": a,
        "b": b,
        "n": len(one.labels),
        "only_a": test.only_a,
        "only_b": test.only_b,
        "accuracy": (test.only_a - test.only_b) / len(one.labels),
        "macro_f1": macro_f1(one.labels, said[a]) - macro_f1(one.labels, said[b]),
        "p_accuracy": test.p,
        "p_macro_f1": permutation_macro_f1(one.labels, said[a], said[b], permutations, seed),
    }


def _intervals(
    aligned: Mapping[tuple[str, str], Aligned], resamples: int, seed: int, confidence: float
) -> dict[tuple[str, str], dict[str, float]]:
    """The paired bootstrap of each pair; pairs on the same pictures share one set of resamples."""
    shared: dict[bytes, list[tuple[str, str]]] = {}
    for pair, one in aligned.items():
        shared.setdefault(one.rows.tobytes() + one.labels.tobytes(), []).append(pair)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for own in shared.values():
        said: dict[str, np.ndarray] = {}
        for pair in own:
            said.update(aligned[pair].predicted)
        names = list(said)
        boot = paired_bootstrap(aligned[own[0]].labels, list(said.values()), resamples, seed)
        for a, b in own:
            found[a, b] = {}
            for metric in METRICS:
                low, high = boot.difference(metric, names.index(a), names.index(b), confidence)
                found[a, b] |= {f"{metric}_low": low, f"{metric}_high": high}
    return found


def permutation_macro_f1(
    labels: np.ndarray,
    predicted_a: np.ndarray,
    predicted_b: np.ndarray,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    classes: int = 7,
) -> float:
    """Two-sided p of the difference in macro F1, in 1 / (permutations + 1) to 1.

    If both networks are equally good, it is a toss of a coin, picture by picture, which of the two gave which answer:
    the answers are exchanged at random and the difference is taken anew (Yeh 2000, "More accurate tests for the
    statistical significance of result differences", section 3, approximate randomisation). Labels, answers: int (N,),
    0 to classes - 1. Reproducible from the seed.
    """
    labels, a, b = (np.asarray(x, dtype=np.int64) for x in (labels, predicted_a, predicted_b))
    differ = np.flatnonzero(a != b)
    if not differ.size:
        return 1.0
    true = np.bincount(labels, minlength=classes).astype(np.float64)
    counts = [(_hits(labels, x, classes), np.bincount(x, minlength=classes).astype(np.float64)) for x in (a, b)]
    # What one exchange moves from B to A, for each class: hits, then answers.
    names = np.arange(classes)
    said_a, said_b = a[differ, None] == names, b[differ, None] == names
    is_true = labels[differ, None] == names
    moves = np.concatenate([(said_b & is_true) * 1.0 - (said_a & is_true), said_b * 1.0 - said_a], axis=1)
    moves = moves.astype(np.float32)
    (hit_a, guess_a), (hit_b, guess_b) = counts
    observed = _mean_f1(hit_a, guess_a, true) - _mean_f1(hit_b, guess_b, true)
    random, extreme = np.random.default_rng(seed), 0
    block = max(1, 4_000_000 // differ.size)
    for start in range(0, permutations, block):
        size = min(block, permutations - start)
        bits = np.unpackbits(np.frombuffer(random.bytes((size * differ.size + 7) // 8), np.uint8))[: size * differ.size]
        moved = (bits.reshape(size, differ.size).astype(np.float32) @ moves).astype(np.float64)
        hits, guesses = moved[:, :classes], moved[:, classes:]
        difference = _mean_f1(hit_a + hits, guess_a + guesses, true) - _mean_f1(hit_b - hits, guess_b - guesses, true)
        # A hair's breadth of tolerance: the same counts in another order of sums must count as the same difference.
        extreme += int(np.sum(np.abs(difference) >= abs(observed) - 1e-12))
    return (extreme + 1) / (permutations + 1)


def _hits(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    return np.bincount(labels[labels == predicted], minlength=classes).astype(np.float64)


def _mean_f1(hits: np.ndarray, guesses: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Macro F1 over the last axis; classes that are neither true nor guessed are left out."""
    either = guesses + true
    f1 = np.divide(2 * hits, either, out=np.zeros(np.broadcast(hits, either).shape), where=either > 0)
    result: np.ndarray = f1.sum(axis=-1) / np.maximum((either > 0).sum(axis=-1), 1)
    return result
