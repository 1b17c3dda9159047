"""What a picture is to make great: nouns that combine with + and -, after lucid's optvis objectives
(Olah, Mordvintsev and Schubert, "Feature Visualization", Distill 2017).

An objective is a weighted sum of terms. A term reads one layer's output A (h, w, C) as sum_yxc P[y, x] v[c] A[y, x, c],
where P is 1/(hw) everywhere (the mean) or 1 at one place (a neuron) and v picks one channel or weighs all of them.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.features.layers import find_layer
from fer_core.graphs import score_of


@dataclass(frozen=True)
class Term:
    """One weighted reading of a layer.

    Attributes:
        layer: the layer's name.
        channel: the one channel read, or None with a direction.
        direction: weights of all channels, or None with a channel.
        place: (row, column) read, or None for the mean over all.
        weight: factor.
        linear: whether the classes' scores are read, what the softmax at the end is made of (fer_core.graphs.score).
    """

    layer: str
    channel: int | None = None
    direction: tuple[float, ...] | None = None
    place: tuple[int, int] | None = None
    weight: float = 1.0
    linear: bool = False


class Objective:
    """Base of all objectives; subclasses give `terms(model)` and `label`."""

    @property
    def label(self) -> str:
        """What it is, in words for a caption."""
        return ""

    def terms(self, model: Any) -> tuple[Term, ...]:
        """The terms on this model. Raises FerError for a layer, filter or place it doesn't have."""
        raise NotImplementedError

    def __add__(self, other: "Objective") -> "Sum":
        return Sum((self, other))

    def __sub__(self, other: "Objective") -> "Contrast":
        return Contrast(self, other)


@dataclass(frozen=True)
class FilterMean(Objective):
    """The filter's mean output over all places: what keras-vis and the report maximise."""

    layer: str
    filter: int

    @property
    def label(self) -> str:
        return f"filter {self.filter}"

    def terms(self, model: Any) -> tuple[Term, ...]:
        _check_channel(model, self.layer, self.filter)
        return (Term(self.layer, channel=int(self.filter)),)


@dataclass(frozen=True)
class Neuron(Objective):
    """The filter's output at one place (row, column); the middle where none is given."""

    layer: str
    filter: int
    row: int | None = None
    column: int | None = None

    @property
    def label(self) -> str:
        return f"filter {self.filter}, one neuron"

    def terms(self, model: Any) -> tuple[Term, ...]:
        shape = _check_channel(model, self.layer, self.filter)
        height, width = shape[:2] if len(shape) == 3 else (1, 1)
        row = height // 2 if self.row is None else self.row
        column = width // 2 if self.column is None else self.column
        if not (0 <= row < height and 0 <= column < width):
            raise FerError(f"{self.layer} has {height} × {width} places; there is no ({row}, {column}).")
        return (Term(self.layer, channel=int(self.filter), place=(int(row), int(column))),)


@dataclass(frozen=True)
class ClassLogit(Objective):
    """A class's logit: what the softmax is made of, which near certainty hardly has a gradient left; where the network
    has no logits, the logarithm of its probability."""

    index: int

    @property
    def label(self) -> str:
        from fer_core.labels import CLASSES

        return CLASSES[self.index] if self.index < len(CLASSES) else f"class {self.index}"

    def terms(self, model: Any) -> tuple[Term, ...]:
        score = score_of(model)
        if not 0 <= self.index < score.classes:
            raise FerError(f"The network has classes 0 to {score.classes - 1}; there is no class {self.index}.")
        return (Term(score.layer, channel=int(self.index), linear=True),)


@dataclass(frozen=True)
class Direction(Objective):
    """The mean over places of the output's projection on a direction over the layer's channels (f (C,)), which is
    scaled to length 1."""

    layer: str
    vector: tuple[float, ...] = field(repr=False)
    title: str = "direction"

    @property
    def label(self) -> str:
        return self.title

    def terms(self, model: Any) -> tuple[Term, ...]:
        vector = np.asarray(self.vector, np.float64)
        channels = find_layer(model, self.layer).filters
        length = float(np.linalg.norm(vector))
        if vector.shape != (channels,) or not np.isfinite(length) or length == 0:
            raise FerError(
                f"A direction in {self.layer} needs {channels} finite numbers, not all zero; got {vector.shape}."
            )
        return (Term(self.layer, direction=tuple((vector / length).tolist())),)


@dataclass(frozen=True)
class Sum(Objective):
    """Several objectives at once, with weights (all 1 where none are given)."""

    parts: tuple[Objective, ...]
    weights: tuple[float, ...] | None = None

    @property
    def label(self) -> str:
        return " + ".join(part.label for part in self.parts)

    def terms(self, model: Any) -> tuple[Term, ...]:
        weights = self.weights or (1.0,) * len(self.parts)
        if len(weights) != len(self.parts) or not self.parts:
            raise FerError(f"A sum of {len(self.parts)} objectives was given {len(weights)} weights.")
        return tuple(
            replace(term, weight=term.weight * weight)
            for part, weight in zip(self.parts, weights, strict=True)
            for term in part.terms(model)
        )


@dataclass(frozen=True)
class Contrast(Objective):
    """The first without the second: what tells two filters, or two classes, apart."""

    first: Objective
    second: Objective

    @property
    def label(self) -> str:
        return f"{self.first.label} − {self.second.label}"

    def terms(self, model: Any) -> tuple[Term, ...]:
        return Sum((self.first, self.second), (1.0, -1.0)).terms(model)


def _check_channel(model: Any, layer: str, channel: int) -> tuple[int, ...]:
    info = find_layer(model, layer)
    if not 0 <= channel < info.filters:
        raise FerError(f"{layer} has filters 0 to {info.filters - 1}; there is no filter {channel}.")
    return info.shape
