"""A last layer of one's own on a network that stays as it is: multinomial logistic regression on its last hidden layer.

That pictures of one take resemble each other would make cross-validation look too good: where each class has two takes
or more, whole takes are held out together.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.neighbours import hidden_vectors, unit
from fer_core.own_classes.collection import LEAST, Collection
from fer_core.types import Bytes, Doubles, Floats, Integers

FOLDS = 5
STRENGTH = 0.1
"""Inverse strength of the L2 penalty on standardised features: few pictures, many features."""
_BATCH = 32


@dataclass(frozen=True)
class LastLayer:
    """A last layer: names of its classes, what features are shifted and divided by, f64 (D,) each, weights f64 (C, D),
    bias f64 (C,)."""

    names: tuple[str, ...]
    mean: Doubles
    spread: Doubles
    weights: Doubles
    bias: Doubles

    def probabilities(self, vectors: Floats) -> Floats:
        """f32 (N, C) that sum to 1, for features f32 (N, D)."""
        logits = ((vectors - self.mean) / self.spread) @ self.weights.T + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return result


@dataclass(frozen=True)
class Taught:
    """What came out.

    Attributes:
        head: fitted to all pictures.
        predicted: i64 (N,), what a head that had not seen the picture said.
        labels: i64 (N,).
        by_take: whether whole takes were held out; else single pictures, which looks too good.
    """

    head: LastLayer
    predicted: Integers
    labels: Integers
    by_take: bool

    @property
    def accuracy(self) -> float:
        """Cross-validated."""
        return float(np.mean(self.predicted == self.labels))

    @property
    def interval(self) -> tuple[float, float]:
        """Of the accuracy, 95%, by Wilson, as if each picture were drawn by itself."""
        return wilson(int((self.predicted == self.labels).sum()), len(self.labels))

    @property
    def counts(self) -> Integers:
        """Confusion matrix i64 (C, C): rows what it is, columns what it was taken for."""
        size = len(self.head.names)
        found: Integers = np.bincount(self.labels * size + self.predicted, minlength=size * size).reshape(size, size)
        return found


def features(hidden: Any, pixels: Bytes, progress: Callable[[float], object] | None = None) -> Floats:
    """What the run's last hidden layer makes of u8 (N, 48, 48): unit vectors f32 (N, D).

    hidden: `evaluation.neighbours.last_hidden` of the run's network.
    """
    found: Floats = unit(hidden_vectors(hidden, pixels, _BATCH, progress))
    return found


def teach(collection: Collection, vectors: Floats, progress: Callable[[float], object] = lambda share: None) -> Taught:
    """Fits a head to all pictures, and heads that leave out one fold each to say how good it is.

    Args:
        collection: with two classes or more of LEAST pictures or more.
        vectors: its features f32 (N, D).
        progress: called with the share done, 0 to 1.

    Raises FerError where there are too few classes or pictures.
    """
    if not collection.ready:
        few = [f"{name} has {count}" for name, count in collection.counts().items() if count < LEAST]
        raise FerError(
            f"Two classes or more are needed, each with {LEAST} pictures or more"
            + (f": {', '.join(few)}." if few else f"; there is {len(collection.names) or 'none'}.")
        )
    labels = collection.labels
    folds, by_take = held_out(labels, collection.takes)
    predicted = np.zeros(len(labels), np.int64)
    count = int(folds.max()) + 1
    for fold in range(count):
        out = folds == fold
        head = _fit(vectors[~out], labels[~out], collection.names)
        predicted[out] = head.probabilities(vectors[out]).argmax(axis=1)
        progress((fold + 1) / (count + 1))
    head = _fit(vectors, labels, collection.names)
    progress(1.0)
    return Taught(head, predicted, labels, by_take)


def held_out(labels: Integers, takes: Integers) -> tuple[Integers, bool]:
    """Which fold each picture is held out in, i64 (N,), and whether whole takes are.

    Where each class has two takes or more: as many folds as the class with the fewest has, at most FOLDS, and a class's
    takes go round them. Else FOLDS stretches of each class's pictures in their order, neighbours together.
    """
    folds = np.zeros(len(labels), np.int64)
    classes = np.unique(labels)
    own = {k: np.unique(takes[labels == k]) for k in classes}
    count = min(FOLDS, *(len(found) for found in own.values()))
    for k in classes:
        at = np.flatnonzero(labels == k)
        if count >= 2:
            folds[at] = np.searchsorted(own[k], takes[at]) % count
        else:
            folds[at] = np.arange(len(at)) * FOLDS // len(at)
    return folds, count >= 2


def _fit(vectors: Floats, labels: Integers, names: tuple[str, ...]) -> LastLayer:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    mean, spread = vectors.mean(axis=0, dtype=np.float64), vectors.std(axis=0, dtype=np.float64)
    spread = np.where(spread > 1e-9, spread, 1.0)
    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit((vectors - mean) / spread, labels)
    weights, bias = regression.coef_, regression.intercept_
    if len(names) == 2:  # scikit-learn gives one row for two classes: of the second
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return LastLayer(names, mean, spread, weights, bias)
