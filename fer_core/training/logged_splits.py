"""The pictures and labels that somebody gives to RunLogger, checked before anything is trained."""

from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES, class_index

KNOWN_SPLITS = ("validation", "public", "private", "test")
Split = tuple[Any, Any] | tuple[Any, Any, Any]
_MOST = 256
"""So many pictures tell the range of a split."""


def checked_split(name: str, split: Split, classes: tuple[str, ...] = CLASSES) -> tuple[Any, np.ndarray, np.ndarray]:
    """(x, labels i8 (N,) in our order, -1 for a class without counterpart, rows i64 (N,)), or FerError.

    classes: what the numbers of the labels, or the columns of one-hot ones, stand for.
    """
    if name not in KNOWN_SPLITS:
        raise FerError(f"A split is named {', '.join(KNOWN_SPLITS)}; {name!r} is not.")
    if len(split) not in (2, 3):
        raise FerError(f"Split {name!r} must be (x, labels) or (x, labels, rows), not {len(split)} things.")
    x, labels = split[0], _as_numbers(name, np.asarray(split[1]), classes)
    rows = np.asarray(split[2]) if len(split) == 3 else np.arange(len(labels))
    if not len(x) == len(labels) == len(rows) or len(labels) == 0:
        raise FerError(
            f"Split {name!r} has {len(x)} pictures, {len(labels)} labels and {len(rows)} rows; they must match."
        )
    return x, labels.astype(np.int8), rows.astype(np.int64)


def _as_numbers(split: str, labels: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Labels (N,) from (N,), (N, 1), one-hot or probabilities (N, C), numbers or names of classes."""
    count = len(classes)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.shape[1] == count and np.issubdtype(labels.dtype, np.number):
        labels = labels.argmax(axis=1)
    if labels.ndim != 1:
        raise FerError(
            f"Split {split!r} has labels of shape {labels.shape}; they come as (N,), (N, 1) or one-hot (N, {count})."
        )
    if labels.dtype.kind in "USO" and len(labels) and isinstance(labels.tolist()[0], str):
        return np.array([_of_word(split, str(word)) for word in labels.tolist()])
    if not np.issubdtype(labels.dtype, np.number) or not np.array_equal(labels, labels.astype(np.int64)):
        raise FerError(f"Split {split!r} has labels that are neither whole numbers nor names of classes.")
    if len(labels) and (labels.min() < 0 or labels.max() >= count):
        raise FerError(
            f"Split {split!r} has labels from {labels.min()} to {labels.max()}; they must lie in 0 to {count - 1}."
        )
    ours = np.array([CLASSES.index(name) if name in CLASSES else -1 for name in classes])
    found: np.ndarray = ours[labels.astype(np.int64)]
    return found


def _of_word(split: str, word: str) -> int:
    try:
        return class_index(word)
    except KeyError:
        raise FerError(f"Split {split!r} has a label {word!r}; the classes are {', '.join(CLASSES)}.") from None


def check_range(name: str, x: Any, scale: str) -> None:
    """Raises FerError where the pictures can't have been brought to the scale that they are said to have."""
    pixels = np.asarray(x[:_MOST], np.float64)
    if not pixels.size:
        return
    low, high = float(pixels.min()), float(pixels.max())
    if not np.isfinite([low, high]).all():
        raise FerError(f"Split {name!r} has pictures with values that are no numbers (NaN or infinity).")
    fits = {
        "0..1": low >= -0.01 and 0.02 < high <= 1.01,
        "-1..1": -1.01 <= low < -0.01 and high <= 1.01,
        "0..255": low >= -0.5 and 1.5 < high <= 255.5,
        "samplewise": _is_standardised(pixels),
    }
    if not fits.get(scale, True):
        raise FerError(
            f"The network is said to take pixels {scale}, and the pictures of split {name!r} go from {low:.3g} to "
            f"{high:.3g}; give `splits` as the network takes them, and `scale` that says how."
        )


def _is_standardised(pixels: np.ndarray) -> bool:
    each = pixels.reshape(len(pixels), -1)
    deviations = each.std(axis=1)
    telling = deviations > 1e-3  # pictures of one gray level become all zero
    return bool((abs(each.mean(axis=1)) < 0.1).all() and (abs(deviations[telling] - 1) < 0.1).all())
