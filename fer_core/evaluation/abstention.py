"""Selective prediction: the network answers only where it is sure enough, and abstains elsewhere.

El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification", JMLR 2010: coverage and risk.
The confidence is the greatest softmax probability, as in Geifman and El-Yaniv, NeurIPS 2017.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.per_class import interval
from fer_core.labels import CLASSES


@dataclass(frozen=True)
class Coverage:
    """Coverage against accuracy, one entry for each distinct confidence, from the surest prediction down.

    thresholds: f64 (K,), answers are given at this confidence and above. coverage: f64 (K,), the share answered.
    accuracy: f64 (K,), among those answered. area: mean error over coverage, 0 (perfect) to 1 ("AURC").
    """

    thresholds: np.ndarray
    coverage: np.ndarray
    accuracy: np.ndarray
    area: float


def coverage_curve(labels: np.ndarray, probabilities: np.ndarray) -> Coverage:
    """Coverage against accuracy over the pictures that have a label. Raises FerError where none has.

    labels: int (N,), -1 where not given; probabilities: f32 (N, 7).
    """
    confidence, correct = _judged(labels, probabilities)
    order = np.argsort(-confidence, kind="stable")
    confidence, correct = confidence[order], correct[order]
    answered = np.arange(1, len(order) + 1)
    accuracy = np.cumsum(correct) / answered
    # Equal confidences are answered together: a threshold can't part them.
    last = np.append(confidence[1:] != confidence[:-1], True)
    return Coverage(confidence[last], answered[last] / len(order), accuracy[last], float(np.mean(1 - accuracy)))


@dataclass(frozen=True)
class Answered:
    """What a threshold leaves: pictures in all, answered, right among those, accuracy with its Wilson interval."""

    pictures: int
    answered: int
    right: int
    accuracy: float
    interval: tuple[float, float]

    @property
    def coverage(self) -> float:
        """The share answered, 0 to 1."""
        return self.answered / self.pictures


def at(labels: np.ndarray, probabilities: np.ndarray, threshold: float) -> Answered:
    """What is answered at a confidence of `threshold` (0 to 1) and above; accuracy NaN where nothing is."""
    confidence, correct = _judged(labels, probabilities)
    kept = confidence >= threshold
    answered, right = int(kept.sum()), int(correct[kept].sum())
    accuracy = right / answered if answered else float("nan")
    return Answered(len(confidence), answered, right, accuracy, interval(right, answered))


def by_class(labels: np.ndarray, probabilities: np.ndarray, threshold: float) -> pd.DataFrame:
    """One row a true class: pictures, the share answered at the threshold, and recall among those answered."""
    labels = np.asarray(labels)
    sure = probabilities.max(axis=1) >= threshold
    right = probabilities.argmax(axis=1) == labels
    rows = []
    for k, name in enumerate(CLASSES):
        own = labels == k
        answered = int((own & sure).sum())
        rows.append(
            {
                "class": name,
                "pictures": int(own.sum()),
                "answered": answered,
                "coverage": answered / own.sum() if own.any() else np.nan,
                "recall_answered": (own & sure & right).sum() / answered if answered else np.nan,
            }
        )
    return pd.DataFrame(rows)


def threshold_for(curve: Coverage, accuracy: float) -> float | None:
    """The threshold with the greatest coverage at which the accuracy is at least `accuracy`, or None."""
    good = np.flatnonzero(curve.accuracy >= accuracy)
    return float(curve.thresholds[good[-1]]) if good.size else None


def _judged(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    labels = np.asarray(labels)
    given = labels >= 0
    if not given.any():
        raise FerError("None of these pictures has a label; abstention can be judged only where there are labels.")
    probabilities = np.asarray(probabilities, dtype=np.float64)[given]
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels[given]
