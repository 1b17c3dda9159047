"""What the pictures of a class have in common."""

from dataclasses import dataclass

import numpy as np

from fer_core.labels import CLASSES

_BATCH = 4096


@dataclass(frozen=True)
class Averages:
    """Per class, in the order of CLASSES; zero where a class has no pictures.

    Attributes:
        counts: i64 (7,).
        mean: f64 (7, 48, 48), 0 to 255.
        deviation: f64 (7, 48, 48), standard deviation of each pixel position within the class.
    """

    counts: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray

    def overall(self) -> np.ndarray:
        """Mean of all labelled pictures, f64 (48, 48)."""
        return np.tensordot(self.counts / max(self.counts.sum(), 1), self.mean, axes=1)

    def against_all(self) -> np.ndarray:
        """Each class's mean less the mean of all pictures, f64 (7, 48, 48); zero for a class without pictures."""
        return np.where(self.counts[:, None, None] > 0, self.mean - self.overall(), 0.0)


def averages(pixels: np.ndarray, labels: np.ndarray) -> Averages:
    """Mean and deviation by class of pictures u8 (N, 48, 48) with labels i8 (N,); label -1 counts nowhere."""
    shape = (len(CLASSES), *pixels.shape[1:])
    total, squares = np.zeros(shape), np.zeros(shape)
    for start in range(0, len(pixels), _BATCH):  # in blocks: a float copy of the whole set would take half a gigabyte
        block = pixels[start : start + _BATCH].astype(np.float32)
        member = (labels[start : start + _BATCH, None] == np.arange(len(CLASSES))).astype(np.float32)
        total += np.tensordot(member, block, axes=(0, 0))
        squares += np.tensordot(member, block**2, axes=(0, 0))
    counts = np.bincount(labels[labels >= 0], minlength=len(CLASSES))
    divisor = np.maximum(counts, 1)[:, None, None]
    mean = total / divisor
    return Averages(counts, mean, np.sqrt(np.maximum(squares / divisor - mean**2, 0)))
