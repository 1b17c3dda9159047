"""What may befall a picture before a network sees it: seven disturbances, each in five strengths.

After the idea of D. Hendrycks and T. Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
Perturbations", ICLR 2019, in the kinds and sizes that matter to gray faces of 48 x 48 pixels. All of it hangs on the
picture's row number alone, so that two runs are asked about the very same disturbed pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fer_core.errors import FerError
from fer_core.saliency.regions import face_regions

STRENGTHS = 5
_SEED = 19


@dataclass(frozen=True)
class Disturbance:
    """One kind of disturbance.

    Attributes:
        name: as commands and addresses have it.
        says: what a strength means, with a place for it, say "Gaussian blur of {:g} pixels".
        strengths: five, from the weakest to the strongest.
        apply: (pixels f32 (N, 48, 48), strength, rows i64 (N,), points f32 (N, 5, 2) or None) -> f32 (N, 48, 48).
        percent: whether a strength is a share that is said in percent.
    """

    name: str
    says: str
    strengths: tuple[float, ...]
    apply: Callable[..., np.ndarray]
    percent: bool = False

    def said(self, level: int) -> str:
        """The strength at a level, 0 to 4, in words."""
        value = self.strengths[level]
        return self.says.format(100 * value if self.percent else value)

    def value(self, level: int) -> str:
        """The bare strength at a level, as an axis has it."""
        value = self.strengths[level]
        return f"{100 * value:g}%" if self.percent else f"{value:g}"


def disturb(
    pixels: np.ndarray, name: str, level: int, rows: np.ndarray, points: np.ndarray | None = None
) -> np.ndarray:
    """Disturbed pictures u8 (N, 48, 48).

    Args:
        pixels: u8 (N, 48, 48). name: a key of DISTURBANCES. level: 0, the weakest, to 4.
        rows: i64 (N,), row numbers: the same row is always disturbed in the same way.
        points: f32 (N, 5, 2), face points as `fer_core.saliency.regions.face_regions` takes them; NaN or None for
            their average places. Only the two covers look at them.

    Raises FerError for a name or level that there isn't.
    """
    if name not in DISTURBANCES:
        raise FerError(f"There is no disturbance {name!r}; there are: {', '.join(DISTURBANCES)}.")
    if not 0 <= level < STRENGTHS:
        raise FerError(f"There is no strength {level}; they go from 0 to {STRENGTHS - 1}.")
    one = DISTURBANCES[name]
    found = one.apply(np.asarray(pixels, np.float32), one.strengths[level], np.asarray(rows), points)
    return np.asarray(np.rint(np.clip(found, 0, 255)).astype(np.uint8))


def part_of(points: np.ndarray | None, part: str) -> np.ndarray:
    """Where a part of the face lies, bool (48, 48); points f32 (5, 2), None or NaN for the average places."""
    return np.asarray(face_regions(None if points is None or not np.isfinite(points).all() else points)[part])


def _blur(pixels: np.ndarray, strength: float, rows: np.ndarray, points: np.ndarray | None) -> np.ndarray:
    import cv2

    return np.stack([cv2.GaussianBlur(one, (0, 0), strength, borderType=cv2.BORDER_REPLICATE) for one in pixels])


def _noise(pixels: np.ndarray, strength: float, rows: np.ndarray, points: np.ndarray | None) -> np.ndarray:
    own = [np.random.default_rng((_SEED, int(row))).standard_normal(pixels.shape[1:], np.float32) for row in rows]
    return np.asarray(pixels + strength * np.stack(own))


def _darkness(pixels: np.ndarray, strength: float, rows: np.ndarray, points: np.ndarray | None) -> np.ndarray:
    return pixels * strength


def _contrast(pixels: np.ndarray, strength: float, rows: np.ndarray, points: np.ndarray | None) -> np.ndarray:
    mean = pixels.mean(axis=(1, 2), keepdims=True)
    return np.asarray(mean + strength * (pixels - mean))


def _rotation(pixels: np.ndarray, strength: float, rows: np.ndarray, points: np.ndarray | None) -> np.ndarray:
    """Around the middle, even rows counter-clockwise and odd ones clockwise; the border is repeated outwards."""
    import cv2

    height, width = pixels.shape[1:]
    out = np.empty_like(pixels)
    for i, (picture, row) in enumerate(zip(pixels, rows, strict=True)):
        angle = strength if row % 2 == 0 else -strength
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1)
        out[i] = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return out


def _cover(part: str) -> Callable[..., np.ndarray]:
    """Covers a share of a part's pixels, those nearest to its middle first, with the picture's own mean."""

    def apply(pixels: np.ndarray, strength: float, rows: np.ndarray, points: np.ndarray | None) -> np.ndarray:
        out = pixels.copy()
        for i in range(len(pixels)):
            own = None if points is None else points[i]
            order = _from_the_middle(part_of(own, part))
            chosen = order[: int(np.ceil(strength * len(order)))]
            out[i].ravel()[chosen] = np.rint(pixels[i].mean())
        return out

    return apply


def _from_the_middle(mask: np.ndarray) -> np.ndarray:
    """Flat positions of a mask's pixels, i64 (K,), nearest to the middle of their own piece first."""
    import cv2

    _, pieces, _, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    y, x = np.nonzero(mask)
    own = centres[pieces[y, x]]
    far = np.hypot(x - own[:, 0], y - own[:, 1])
    return np.ravel_multi_index((y, x), mask.shape)[np.argsort(far, kind="stable")]


DISTURBANCES: dict[str, Disturbance] = {
    one.name: one
    for one in (
        Disturbance("blur", "Gaussian blur, standard deviation {:g} pixels", (0.5, 1.0, 1.5, 2.0, 3.0), _blur),
        Disturbance("noise", "Gaussian noise, standard deviation {:g} gray levels", (5, 10, 20, 30, 45), _noise),
        Disturbance("darkness", "{:g}% of the light left", (0.7, 0.5, 0.35, 0.2, 0.1), _darkness, True),
        Disturbance("low contrast", "{:g}% of the contrast left", (0.7, 0.5, 0.35, 0.2, 0.1), _contrast, True),
        Disturbance("rotation", "turned by {:g} degrees, either way", (10, 20, 30, 45, 60), _rotation),
        Disturbance("eyes covered", "{:g}% of the eyes covered", (0.2, 0.4, 0.6, 0.8, 1.0), _cover("eyes"), True),
        Disturbance("mouth covered", "{:g}% of the mouth covered", (0.2, 0.4, 0.6, 0.8, 1.0), _cover("mouth"), True),
    )
}
"""Name -> disturbance, in the order in which they are shown."""
