"""Raw maps made ready to be looked at. What is done here changes the look, never the numbers that are reported."""

import numpy as np

from fer_core.errors import FerError


def normalise(maps: np.ndarray, mode: str = "each", signed: bool = False, percentile: float = 100.0) -> np.ndarray:
    """Maps on a scale for colours, f32 (N, H, W).

    Args:
        maps: raw maps (N, H, W).
        mode: "each" map on its own scale, or all on one "shared" scale, so that they can be compared.
        signed: True divides by the largest magnitude, -1 to 1 with zero kept at zero. False takes magnitudes and
            divides by the largest, 0 to 1.
        percentile: 50 to 100; the magnitude that becomes 1. Below 100 a few extreme pixels are clipped, which keeps
            a spiky gradient from looking empty.

    A map of zeros stays zero. Raises FerError for an unknown mode or a percentile out of range.
    """
    if mode not in ("each", "shared"):
        raise FerError(f"Maps are normalised 'each' or 'shared', not {mode!r}.")
    if not 50 <= percentile <= 100:
        raise FerError(f"The percentile must lie from 50 to 100, not {percentile}.")
    maps = np.asarray(maps, np.float32)
    magnitude = np.abs(maps)
    axes = (1, 2) if mode == "each" else None
    top = np.percentile(magnitude, percentile, axis=axes, keepdims=True).astype(np.float32)
    # More than half of a map may be exactly zero; its percentile is no scale then.
    top = np.where(top > 0, top, magnitude.max(axis=axes, keepdims=True))
    scaled = (maps if signed else magnitude) / np.where(top > 0, top, 1)
    return np.clip(scaled, -1, 1)


def smooth(maps: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur of each map, sigma in pixels (0 leaves it as it is); f32 (N, H, W)."""
    if sigma < 0:
        raise FerError(f"The blur must be 0 pixels or more, not {sigma}.")
    if sigma == 0:
        return np.asarray(maps, np.float32)
    from scipy.ndimage import gaussian_filter

    result: np.ndarray = gaussian_filter(np.asarray(maps, np.float32), (0, sigma, sigma), mode="nearest")
    return result
