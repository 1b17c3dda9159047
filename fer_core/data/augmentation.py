"""Augmentation: random affine maps, flips and light changes of training images.

One affine matrix an image holds rotation, shift, scale and flip together, so each picture is resampled once. The
matrices of a batch are computed at once; OpenCV resamples (measured faster than batched tensor operations on a
processor, see benchmarks/training.py).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.types import Bytes


@dataclass(frozen=True)
class Augmentation:
    """What is drawn at random for each image of each epoch.

    Attributes:
        rotation: greatest angle in degrees, either way, uniform.
        shift: greatest shift along each axis as a share of the side, uniform.
        zoom: greatest relative change of scale, uniform in 1 - zoom to 1 + zoom.
        flip: whether half of the images are mirrored left to right.
        contrast: greatest relative change of the distance of each pixel from the image's mean.
        brightness: greatest change of brightness as a share of 255.
        erase: chance that a random rectangle (2 to 20% of the area) is overwritten with the image's mean.
    """

    rotation: float = 20.0
    shift: float = 0.1
    zoom: float = 0.0
    flip: bool = True
    contrast: float = 0.0
    brightness: float = 0.0
    erase: float = 0.0

    def __post_init__(self) -> None:
        limits = {"rotation": 180, "shift": 1, "zoom": 0.9, "contrast": 1, "brightness": 1, "erase": 1}
        for name, top in limits.items():
            value = getattr(self, name)
            if not 0 <= value <= top:
                raise FerError(f"Augmentation: {name} must lie between 0 and {top}, not {value}.")

    def as_dict(self) -> dict[str, Any]:
        """The settings as they stand in run.json."""
        return asdict(self)


PRESETS = {
    "none": None,
    "report": Augmentation(),
    "light": Augmentation(rotation=10, shift=0.05, zoom=0.08),
    "medium": Augmentation(rotation=12, shift=0.07, zoom=0.12, contrast=0.15, erase=0.1),
    "strong": Augmentation(rotation=15, shift=0.09, zoom=0.15, contrast=0.25, brightness=0.1, erase=0.3),
}
"""Name -> settings. "report" is the report's: 20 degrees, shifts of 0.1, horizontal flip."""


def augment(pixels: np.ndarray, settings: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """New u8 (N, 48, 48) images, each a random variant of the one given; the input is left as it is."""
    matrices = affine_matrices(len(pixels), pixels.shape[1], settings, rng)
    out = warp(pixels, matrices)
    if settings.contrast or settings.brightness:
        out = change_light(out, settings, rng)
    if settings.erase:
        erase_rectangles(out, settings.erase, rng)
    return out


def affine_matrices(count: int, side: int, settings: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """f64 (count, 2, 3) maps from input to output coordinates (x, y), about the image's centre.

    p' = s R(angle) F p + t, with F the mirror at x = 0 or the identity, in coordinates whose origin is the centre.
    """
    angle = np.deg2rad(rng.uniform(-settings.rotation, settings.rotation, count))
    scale = rng.uniform(1 - settings.zoom, 1 + settings.zoom, count)
    shift = rng.uniform(-settings.shift, settings.shift, (count, 2)) * side
    mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0) if settings.flip else np.ones(count)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.stack([np.stack([cos * mirror, -sin], -1), np.stack([sin * mirror, cos], -1)], axis=1)
    centre = np.full(2, (side - 1) / 2)
    offset = centre + shift - linear @ centre
    return np.concatenate([linear, offset[:, :, None]], axis=2)


def warp(pixels: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Resamples u8 (N, H, W) by forward maps f64 (N, 2, 3); bilinear, the border pixel repeated outwards."""
    import cv2

    side = pixels.shape[2], pixels.shape[1]
    out = np.empty_like(pixels)
    for image, matrix, target in zip(pixels, matrices, out, strict=True):
        cv2.warpAffine(image, matrix, side, dst=target, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out


def change_light(pixels: np.ndarray, settings: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Contrast about each image's mean, then brightness, clipped to u8."""
    gain = 1 + rng.uniform(-settings.contrast, settings.contrast, (len(pixels), 1, 1)).astype(np.float32)
    lift = 255 * rng.uniform(-settings.brightness, settings.brightness, (len(pixels), 1, 1)).astype(np.float32)
    x = pixels.astype(np.float32)
    mean = x.mean(axis=(1, 2), keepdims=True)
    changed: Bytes = np.clip(mean + gain * (x - mean) + lift + 0.5, 0, 255).astype(np.uint8)
    return changed


def erase_rectangles(pixels: np.ndarray, chance: float, rng: np.random.Generator) -> None:
    """Overwrites a random rectangle with the image's mean, in place, in about `chance` of the images.

    Zhong et al. 2017, "Random Erasing Data Augmentation": area 2 to 20%, aspect ratio 0.3 to 3.3.
    """
    side = pixels.shape[1]
    chosen = np.flatnonzero(rng.random(len(pixels)) < chance)
    area = rng.uniform(0.02, 0.2, len(chosen)) * side * side
    aspect = np.exp(rng.uniform(np.log(0.3), np.log(3.3), len(chosen)))
    heights = np.clip(np.sqrt(area * aspect), 1, side).astype(int)
    widths = np.clip(np.sqrt(area / aspect), 1, side).astype(int)
    tops = (rng.random(len(chosen)) * (side - heights + 1)).astype(int)
    lefts = (rng.random(len(chosen)) * (side - widths + 1)).astype(int)
    for i, top, left, height, width in zip(chosen, tops, lefts, heights, widths, strict=True):
        pixels[i, top : top + height, left : left + width] = pixels[i].mean()
