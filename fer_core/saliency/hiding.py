"""What a hidden pixel is replaced by.

A network that standardises its input takes the picture's mean gray as zero, and black as a strong signal; so "nothing
there" is a choice, and it is made in this one place.
"""

import numpy as np

from fer_core.errors import FerError

FILLS = ("mean", "blurred", "black")
"""mean: each picture's own mean gray, to a quarter of a level. blurred: the picture blurred by 6 pixels. black: 0."""

BLUR = 6.0


def filled(images: np.ndarray, fill: str) -> np.ndarray:
    """The picture that shows nothing, f32 (N, H, W, 1), for images f32 (N, H, W, 1)."""
    if fill == "mean":
        # Quarters, as sums of them are exact: what rounding leaves of an even gray, a standardisation makes a face of.
        return np.broadcast_to(np.rint(4 * images.mean(axis=(1, 2), keepdims=True)) / 4, images.shape)
    if fill == "black":
        return np.zeros_like(images)
    if fill == "blurred":
        from scipy.ndimage import gaussian_filter

        result: np.ndarray = gaussian_filter(images, (0, BLUR, BLUR, 0), mode="nearest")
        return result
    raise FerError(f"Hidden pixels become one of {', '.join(FILLS)}, not {fill!r}.")


def windows(length: int, size: int, stride: int) -> list[int]:
    """Starts of windows that cover 0 to length; the last is moved inwards so that nothing is left out."""
    size = min(size, length)
    starts = list(range(0, length - size + 1, stride))
    if starts[-1] != length - size:
        starts.append(length - size)
    return starts
