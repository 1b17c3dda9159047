"""The parts of a drawn face, as curves in face coordinates (see `drawn_anatomy`)."""

from dataclasses import dataclass

import numpy as np

EYE_Y = -0.12
"""Height of the eyes' middle."""


def xy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Points (n, 2) from two arrays (n,)."""
    points = np.empty((len(x), 2))
    points[:, 0], points[:, 1] = x, y
    return points


@dataclass(frozen=True)
class Mouth:
    """Curves from the viewer's left corner to the right one, each (17, 2): the lips' outer and inner edges."""

    upper_outer: np.ndarray
    upper_inner: np.ndarray
    lower_inner: np.ndarray
    lower_outer: np.ndarray
    gap: float
    upper_teeth: float
    lower_teeth: float
    corners: np.ndarray


@dataclass(frozen=True)
class Eye:
    """One eye: lid curves (9, 2) from the inner to the outer corner, iris centre and radius, crease above."""

    upper: np.ndarray
    lower: np.ndarray
    crease: np.ndarray
    centre: tuple[float, float]
    radius: float
    bag: float
    crow: float


@dataclass(frozen=True)
class Brow:
    """One brow: its middle line (5, 2) from the inner end outwards, and its half thickness there (5,)."""

    line: np.ndarray
    half: np.ndarray


@dataclass(frozen=True)
class Nose:
    """Tip, and per side the wing and the nostril."""

    tip: tuple[float, float]
    root: tuple[float, float]
    wings: tuple[tuple[float, float], tuple[float, float]]
    nostrils: tuple[tuple[float, float], tuple[float, float]]
    width: float


@dataclass(frozen=True)
class Fold:
    """A crease in the skin: a polyline (n, 2), how deep (0 to 1) and how wide it is."""

    line: np.ndarray
    depth: float
    width: float


@dataclass(frozen=True)
class Bump:
    """A rise (or, negative, a hollow) in the skin: an ellipse with its height; `level` 0 is soft, 1 finer."""

    x: float
    y: float
    rx: float
    ry: float
    tilt: float
    height: float
    level: int


@dataclass(frozen=True)
class Skin:
    """What the light shows of the skin: creases, rounded rises, and rises of any shape ((n, 2), height)."""

    folds: list[Fold]
    bumps: list[Bump]
    ridges: list[tuple[np.ndarray, float]]
