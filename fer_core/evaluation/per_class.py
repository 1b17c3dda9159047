"""Scores of each class against the rest, with their uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.metrics import class_scores
from fer_core.labels import CLASSES


def interval(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a proportion; 0 to 1, knowing nothing, where nothing was tried."""
    return wilson(hits, trials, level) if trials else (0.0, 1.0)


def table(counts: np.ndarray, level: float = 0.95, names: Sequence[str] = CLASSES) -> pd.DataFrame:
    """One row a class: precision, recall and f1 with the ends of their intervals, support and times predicted.

    counts: i64 (C, C) [true, predicted] of the classes or groups `names`. Intervals are Wilson's (1927) for precision
    and recall. F1 itself is no proportion, but F* = TP / (TP + FP + FN) is one, and F1 = 2 F* / (1 + F*) grows with it:
    its ends are those of Wilson's interval for F*, put through that formula (Lam 2023, arXiv 2309.14621, "Wilson
    indirect"). Scores are 0 to 1, NaN where undefined; an undefined score has the interval 0 to 1.
    """
    by_class = class_scores(counts)
    rows = []
    for k, name in enumerate(names):
        hits, labelled, taken = int(counts[k, k]), int(counts[k].sum()), int(counts[:, k].sum())
        row: dict[str, float | str] = {"class": name}
        for score, trials in (("precision", taken), ("recall", labelled)):
            low, high = interval(hits, trials, level)
            row |= {score: by_class[score][k], f"{score}_low": low, f"{score}_high": high}
        low, high = (2 * end / (1 + end) for end in interval(hits, labelled + taken - hits, level))
        row |= {"f1": by_class["f1"][k], "f1_low": low, "f1_high": high}
        rows.append(row | {"support": labelled, "predicted": taken})
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class ThresholdCurve:
    """A curve of one class against the rest: x and y f64 (K,) in 0 to 1, thresholds f64 (K,), and its area."""

    x: np.ndarray
    y: np.ndarray
    thresholds: np.ndarray
    area: float


def roc(labels: np.ndarray, probabilities: np.ndarray, which: int) -> ThresholdCurve | None:
    """False positive rate against true positive rate as the threshold on the class's probability falls.

    labels: int (N,); probabilities: f32 (N, 7). The area is that under the curve. None where the class or
    all others have no picture.
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    truth, score = _one_against_rest(labels, probabilities, which)
    if truth.all() or not truth.any():
        return None
    false_rate, true_rate, thresholds = roc_curve(truth, score)
    return ThresholdCurve(false_rate, true_rate, thresholds, float(roc_auc_score(truth, score)))


def precision_recall(labels: np.ndarray, probabilities: np.ndarray, which: int) -> ThresholdCurve | None:
    """Recall against precision as the threshold on the class's probability rises; the area is average precision.

    labels: int (N,); probabilities: f32 (N, 7). None where the class or all others have no picture.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    truth, score = _one_against_rest(labels, probabilities, which)
    if truth.all() or not truth.any():
        return None
    precision, recall, thresholds = precision_recall_curve(truth, score)
    return ThresholdCurve(
        recall, precision, np.append(thresholds, np.inf), float(average_precision_score(truth, score))
    )


def curves(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, dict[str, ThresholdCurve]]:
    """ "roc" and "pr" -> the curves by class name, those left out that are None. labels int (N,), f32 (N, 7)."""
    made = {
        kind: {name: function(labels, probabilities, k) for k, name in enumerate(CLASSES)}
        for kind, function in (("roc", roc), ("pr", precision_recall))
    }
    return {kind: {name: curve for name, curve in by.items() if curve is not None} for kind, by in made.items()}


def areas(labels: np.ndarray, by_kind: dict[str, dict[str, ThresholdCurve]]) -> pd.DataFrame:
    """One row a class of `curves`: roc_auc and average_precision, 0 to 1, and what chance reaches in each.

    Chance is 0.5 for the one and the class's share of the labelled pictures for the other.
    """
    given = np.asarray(labels)[np.asarray(labels) >= 0]
    return pd.DataFrame(
        [
            {
                "class": name,
                "roc_auc": curve.area,
                "roc_auc_chance": 0.5,
                "average_precision": by_kind["pr"][name].area,
                "average_precision_chance": float(np.mean(given == CLASSES.index(name))),
            }
            for name, curve in by_kind["roc"].items()
        ]
    )


def points(by_kind: dict[str, dict[str, ThresholdCurve]]) -> pd.DataFrame:
    """Every point of `curves`, one row each: curve, class, x, y, threshold."""
    parts = [
        pd.DataFrame({"curve": kind, "class": name, "x": curve.x, "y": curve.y, "threshold": curve.thresholds})
        for kind, by in by_kind.items()
        for name, curve in by.items()
    ]
    return pd.concat(parts, ignore_index=True)


def thinned(curve: ThresholdCurve, points: int = 300) -> ThresholdCurve:
    """The curve with at most `points` points, evenly picked along its length, ends kept: enough for a screen."""
    if len(curve.x) <= points:
        return curve
    length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(curve.x), np.diff(curve.y)))])
    picked = np.unique(np.searchsorted(length, np.linspace(0, length[-1], points)).clip(0, len(length) - 1))
    picked = np.unique(np.concatenate([[0], picked, [len(length) - 1]]))
    return ThresholdCurve(curve.x[picked], curve.y[picked], curve.thresholds[picked], curve.area)


def _one_against_rest(labels: np.ndarray, probabilities: np.ndarray, which: int) -> tuple[np.ndarray, np.ndarray]:
    given = np.asarray(labels) >= 0
    return np.asarray(labels)[given] == which, np.asarray(probabilities)[given, which].astype(np.float64)
