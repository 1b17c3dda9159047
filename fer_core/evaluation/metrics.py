"""Scores of predictions against labels."""

from typing import Any

import numpy as np

from fer_core.evaluation.calibration import apply_temperature, ece
from fer_core.evaluation.intervals import wilson
from fer_core.labels import CLASSES


def confusion(labels: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Counts i64 (7, 7): entry [t, p] is how many pictures of true class t were taken for p.

    Args:
        labels: (N,) true classes, 0 to 6; pictures labelled -1 are left out.
        predicted: (N,) predicted classes, 0 to 6.
    """
    given = labels >= 0
    cells = labels[given].astype(np.int64) * len(CLASSES) + predicted[given]
    return np.bincount(cells, minlength=len(CLASSES) ** 2).reshape(len(CLASSES), len(CLASSES))


def class_scores(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Precision, recall, f1 (f64 (7,), NaN where undefined) and support (i64 (7,)) from counts (7, 7)."""
    hits = np.diag(counts).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = hits / counts.sum(axis=0)
        recall = hits / counts.sum(axis=1)
        f1 = 2 * hits / (counts.sum(axis=0) + counts.sum(axis=1))
    return {"precision": precision, "recall": recall, "f1": f1, "support": counts.sum(axis=1)}


def cross_entropy(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean negative log probability of the true class, in nats; probabilities are floored at 1e-7 as Keras does."""
    chosen = probabilities[np.arange(len(labels)), labels]
    return float(-np.mean(np.log(np.clip(chosen, 1e-7, 1.0))))


def scores(labels: np.ndarray, probabilities: np.ndarray, temperature: float = 1.0) -> dict[str, Any]:
    """What run.json keeps of one split, over the pictures that have a label.

    Args:
        labels: i8 (N,), -1 where not given.
        probabilities: f32 (N, 7), softmax output before temperature scaling.
        temperature: for ece_calibrated.

    Returns: n, accuracy, accuracy_interval (Wilson, 95%), macro_f1 (over the classes that occur), recall by class
    (None where the class does not occur), loss (nats), ece and ece_calibrated (15 bins).
    """
    given = labels >= 0
    labels, probabilities = labels[given].astype(np.int64), probabilities[given]
    if len(labels) == 0:
        return {"n": 0}
    predicted = probabilities.argmax(axis=1)
    hits = int(np.sum(predicted == labels))
    by_class = class_scores(confusion(labels, predicted))
    return {
        "n": len(labels),
        "accuracy": hits / len(labels),
        "accuracy_interval": list(wilson(hits, len(labels))),
        "macro_f1": float(np.nanmean(by_class["f1"])),
        "recall": {
            name: None if np.isnan(value) else float(value)
            for name, value in zip(CLASSES, by_class["recall"], strict=True)
        },
        "loss": cross_entropy(labels, probabilities),
        "ece": float(ece(probabilities, labels)),
        "ece_calibrated": float(ece(apply_temperature(probabilities, temperature), labels)),
    }
