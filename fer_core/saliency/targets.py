"""What is explained: one logit, or the difference of two, always before the softmax.

The softmax ties the classes together and saturates: at a confidence above .999 its gradient is a thousandth of the
logit's, and a map of it shows what speaks against all other classes as much as what speaks for this one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError


@dataclass(frozen=True)
class Difference:
    """Why `towards` and not `against`: the score is logit[towards] - logit[against]. Both are class indices."""

    towards: int
    against: int


Target = Any
"""None (the predicted class of each image), a class index, an int array (N,), or a Difference."""


def target_weights(target: Target, logits: np.ndarray) -> np.ndarray:
    """The target as weights f32 (N, C) on the logits (N, C): the explained score is sum(weights * logits).

    Raises FerError for a class out of range, an array of the wrong length, or a difference of a class with itself.
    """
    count, classes = logits.shape
    if isinstance(target, Difference):
        towards, against = (_checked(value, classes) for value in (target.towards, target.against))
        if towards == against:
            raise FerError(f"A difference needs two classes, not class {towards} twice.")
        weights = np.zeros((count, classes), np.float32)
        weights[:, towards], weights[:, against] = 1, -1
        return weights
    chosen = logits.argmax(axis=1) if target is None else np.asarray(target)
    if chosen.ndim == 0:
        chosen = np.full(count, chosen)
    if chosen.shape != (count,):
        raise FerError(f"{count} images need one target or {count} targets, not an array of shape {chosen.shape}.")
    chosen = [_checked(value, classes) for value in chosen.tolist()]
    return np.eye(classes, dtype=np.float32)[chosen]


def _checked(value: Any, classes: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise FerError(f"A target is a class index from 0 to {classes - 1}, not {value!r}.")
    if not 0 <= value < classes:
        raise FerError(f"A target is a class index from 0 to {classes - 1}, not {value}.")
    return int(value)
