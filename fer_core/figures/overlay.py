"""A map over its picture, in colour."""

import numpy as np

from fer_core.errors import FerError

# Anchors of colours, evenly spaced from the scale's low end to its high end.
# "heat": dark violet through orange to pale yellow, lightness rising all the way, safe for the colour-blind.
_HEAT = ((0, 0, 4), (60, 15, 110), (140, 41, 129), (222, 73, 104), (254, 159, 109), (252, 253, 191))
# "difference": blue for against, red for in favour, light gray for nothing; told apart with red-green blindness.
_DIFFERENCE = ((5, 48, 97), (67, 147, 195), (236, 236, 236), (214, 96, 77), (103, 0, 31))
COLOURS = {"heat": _HEAT, "difference": _DIFFERENCE}
"""Name of a colour scale -> its anchors, u8 RGB."""


def coloured(values: np.ndarray, signed: bool = False) -> np.ndarray:
    """Colours u8 (H, W, 3) of a map (H, W) on a scale: 0 to 1 in "heat", or -1 to 1, signed, in "difference".

    Values outside are clipped (see `fer_core.saliency.normalise`).
    """
    values = np.asarray(values, np.float32)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise FerError(f"Only a finite map of shape (H, W) can be coloured, not one of shape {values.shape}.")
    anchors = np.array(COLOURS["difference" if signed else "heat"], np.float32)
    place = np.clip((values + 1) / 2 if signed else values, 0, 1) * (len(anchors) - 1)
    low = np.minimum(place.astype(int), len(anchors) - 2)
    part = (place - low)[..., None]
    result: np.ndarray = np.round(anchors[low] * (1 - part) + anchors[low + 1] * part).astype(np.uint8)
    return result


def overlay(image: np.ndarray, values: np.ndarray, signed: bool = False, opacity: float = 0.6) -> np.ndarray:
    """The gray picture with the map's colours laid over it, the stronger the more opaque: u8 RGB (H, W, 3).

    Args:
        image: (H, W) or (H, W, 1), 0 to 255.
        values: (H, W) of the same size, 0 to 1, or -1 to 1 if signed: `fer_core.saliency.normalise(...)[0]`.
        opacity: 0 to 1, at the map's strongest pixel; 1 hides the picture there.
    """
    image = _gray(image)
    if image.shape != np.shape(values):
        raise FerError(f"The map is {np.shape(values)} and the picture {image.shape}; they must be of one size.")
    if not 0 <= opacity <= 1:
        raise FerError(f"The opacity must lie from 0 to 1, not {opacity}.")
    strength = np.clip(np.abs(values), 0, 1)[..., None] ** 0.5 * opacity  # a root, or middling values vanish
    mixed = image[..., None] * (1 - strength) + coloured(values, signed) * strength
    result: np.ndarray = np.round(mixed).astype(np.uint8)
    return result


def enlarged(picture: np.ndarray, factor: int) -> np.ndarray:
    """Each pixel as a square of factor x factor: a browser would blur the pixels of a map into each other."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def _gray(image: np.ndarray) -> np.ndarray:
    image = np.asarray(image, np.float32)
    if image.ndim == 3 and image.shape[-1] == 1:
        image = image[..., 0]
    if image.ndim != 2:
        raise FerError(f"An overlay needs a gray picture (H, W), not one of shape {image.shape}.")
    result: np.ndarray = np.clip(image, 0, 255)
    return result
