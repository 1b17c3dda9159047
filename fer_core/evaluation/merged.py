"""Classes taken together: "disgust" with "angry", or all negative ones, in matrix, scores and tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Predictions


@dataclass(frozen=True)
class Grouping:
    """Groups of classes.

    Attributes:
        names: of the groups, in the order of their first class. of: i64 (7,), the group of each class.
    """

    names: tuple[str, ...]
    of: np.ndarray

    @property
    def told(self) -> str:
        """What is taken together, in words: "angry or disgust as one class, fear or sad as another"."""
        together = [name for place, name in enumerate(self.names) if (self.of == place).sum() > 1]
        return ", ".join(f"{name} as {'another' if at else 'one class'}" for at, name in enumerate(together))

    def merge(self, one: Any) -> Predictions:
        """The predictions as if there had been only these groups: the tests between runs take them as any others.

        one: anything with rows i64 (N,), labels (N,), 0 to 6 or -1, probabilities f32 (N, 7). What comes back has
        groups as labels, -1 staying -1, and probabilities f32 (N, G).
        """
        return Predictions(one.rows, self.labels(one.labels), self.probabilities(one.probabilities))

    def labels(self, labels: np.ndarray) -> np.ndarray:
        """Groups i64 (N,) of labels (N,), 0 to 6; -1 stays -1."""
        labels = np.asarray(labels, dtype=np.int64)
        return np.where(labels < 0, -1, self.of[labels])

    def probabilities(self, probabilities: np.ndarray) -> np.ndarray:
        """f32 (N, G): the sum over each group's classes of f32 (N, 7). The likeliest group need not hold the likeliest
        class: three unlikely ones together may weigh more."""
        out = np.zeros((len(probabilities), len(self.names)), dtype=np.float32)
        for index, group in enumerate(self.of):
            out[:, group] += probabilities[:, index]
        return out

    def counts(self, labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """i64 (G, G) [true, taken for], by the likeliest group; unlabelled pictures are left out.

        labels: int (N,), 0 to 6 or -1. probabilities: f32 (N, 7).
        """
        size, true = len(self.names), self.labels(labels)
        cells = true * size + self.probabilities(probabilities).argmax(axis=1)
        return np.bincount(cells[true >= 0], minlength=size**2).reshape(size, size)


def grouping(groups: Sequence[Sequence[str]]) -> Grouping:
    """Groups from names of classes; a class in no group stays alone.

    groups: say [["angry", "disgust"]]. Raises FerError for an unknown class, one in two groups, or all in one group.
    """
    of = np.full(len(CLASSES), -1, dtype=np.int64)
    for group in groups:
        for name in group:
            if name not in CLASSES:
                raise FerError(f"There is no class {name!r}; there are: {', '.join(CLASSES)}.")
            if of[CLASSES.index(name)] >= 0:
                raise FerError(f"{name} stands in two groups.")
            of[CLASSES.index(name)] = CLASSES.index(group[0])
    of = np.where(of < 0, np.arange(len(CLASSES)), of)
    firsts = sorted({int(np.flatnonzero(of == code)[0]) for code in set(of.tolist())})
    if len(firsts) < 2:
        raise FerError("All classes in one group leave nothing to tell apart.")
    names = tuple(" or ".join(CLASSES[i] for i in np.flatnonzero(of == of[first])) for first in firsts)
    places = {int(of[first]): place for place, first in enumerate(firsts)}
    return Grouping(names, np.array([places[int(code)] for code in of]))


def parse(texts: Sequence[str]) -> Grouping:
    """Groups as they are typed, each its classes with + between: ["angry+disgust", "fear+sad"].

    Raises FerError as `grouping`, and where no text names two classes.
    """
    groups = [[name.strip() for name in text.split("+") if name.strip()] for text in texts]
    if not any(len(group) > 1 for group in groups):
        raise FerError(f"A group is two classes or more with + between, as in angry+disgust, not {' '.join(texts)!r}.")
    return grouping([group for group in groups if group])
