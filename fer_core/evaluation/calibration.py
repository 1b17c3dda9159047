"""Calibration: does a probability of 0.8 mean right four times in five?

Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017: expected calibration
error (equation 3) and temperature scaling (equation 9).
"""

from dataclasses import dataclass

import numpy as np

from fer_core.errors import FerError

_SMALLEST = 1e-12
"""Probabilities are clipped here before their logarithm is taken: float32 softmax underflows to exact zeros."""


@dataclass(frozen=True)
class Reliability:
    """What a reliability diagram shows: one entry for each bin of confidence, empty bins included.

    edges: f64 (B + 1,), from 0 to 1. counts: i64 (B,), predictions in (edges[b], edges[b + 1]].
    confidence, accuracy: f64 (B,), means over the bin, nan where it is empty.
    """

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @property
    def ece(self) -> float:
        """Expected calibration error: mean of |accuracy - confidence| over bins, weighted by their counts."""
        filled = self.counts > 0
        gaps = np.abs(self.accuracy[filled] - self.confidence[filled])
        return float(np.sum(gaps * self.counts[filled]) / self.counts.sum())


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> Reliability:
    """Bins predictions by the probability of the predicted class, in `bins` equal steps from 0 to 1.

    probabilities: float (N, C), rows sum to 1. labels: int (N,), 0 to C - 1.
    Raises FerError where shapes or ranges do not fit.
    """
    probabilities, labels = _checked(probabilities, labels)
    if bins < 1:
        raise FerError(f"The number of bins must be 1 or more, not {bins}.")
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0.0, 1.0, bins + 1)
    # Right-closed bins, as in the paper: a probability of exactly 1 belongs to the last one.
    which = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    counts = np.bincount(which, minlength=bins)
    divisor = np.where(counts > 0, counts, 1)
    empty = counts == 0
    mean_confidence = np.bincount(which, weights=confidence, minlength=bins) / divisor
    mean_accuracy = np.bincount(which, weights=correct, minlength=bins) / divisor
    mean_confidence[empty] = np.nan
    mean_accuracy[empty] = np.nan
    return Reliability(edges, counts, mean_confidence, mean_accuracy)


def ece(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017, equation 3), 0 (perfect) to 1.

    probabilities: float (N, C), rows sum to 1. labels: int (N,), 0 to C - 1.
    """
    return reliability(probabilities, labels, bins).ece


def apply_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax of the logits divided by the temperature (Guo et al. 2017, equation 9), from probabilities.

    The logits are recovered as log p: they differ from the network's own by a constant a row, which softmax
    cancels. The predicted class never changes. probabilities: float (N, C); returns f32 (N, C).
    Raises FerError for a temperature that is not above 0.
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise FerError(f"A temperature must be above 0, not {temperature}.")
    logits = _log(probabilities) / temperature
    return _softmax(logits).astype(np.float32)


def negative_log_likelihood(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean of -log p(true class), in nats. probabilities: float (N, C); labels: int (N,)."""
    probabilities, labels = _checked(probabilities, labels)
    return float(-_log(probabilities)[np.arange(len(labels)), labels].mean())


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that minimises the negative log-likelihood; above 1 softens, below 1 sharpens.

    Fit it on the validation split, never on the one that is reported. In log T the likelihood has one
    minimum (it is concave in 1 / T), so a bounded search between 0.05 and 20 finds it.
    probabilities: float (N, C), rows sum to 1. labels: int (N,), 0 to C - 1.
    """
    from scipy.optimize import minimize_scalar

    probabilities, labels = _checked(probabilities, labels)
    logits = _log(probabilities)
    true = logits[np.arange(len(labels)), labels]

    def loss(log_temperature: float) -> float:
        scale = np.exp(-log_temperature)
        scaled = logits * scale
        top = scaled.max(axis=1)
        log_sum = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float(np.mean(log_sum - true * scale))

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def _log(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.clip(np.asarray(probabilities, dtype=np.float64), _SMALLEST, None))


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return result


def _checked(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    probabilities = np.asarray(probabilities, dtype=np.float64)
    labels = np.asarray(labels).astype(np.int64)
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise FerError(
            f"Probabilities must have shape (N, classes) and labels (N,), not {probabilities.shape} and {labels.shape}."
        )
    if len(labels) == 0:
        raise FerError("There is no prediction to calibrate: the split is empty.")
    if labels.min() < 0 or labels.max() >= probabilities.shape[1]:
        raise FerError(
            f"Labels must lie in 0 to {probabilities.shape[1] - 1}, but run from {labels.min()} to {labels.max()}."
        )
    if not np.isfinite(probabilities).all() or probabilities.min() < 0 or probabilities.max() > 1 + 1e-4:
        raise FerError(
            f"Probabilities must lie in 0 to 1, but run from {probabilities.min():.4g} to {probabilities.max():.4g}."
        )
    return probabilities, labels
