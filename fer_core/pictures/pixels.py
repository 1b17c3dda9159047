"""What every way into a network asks of pictures: raw gray pixels, all finite, 0 to 255."""

import numpy as np

from fer_core.errors import FerError


def check_pixels(images: np.ndarray, size: tuple[int, int] = (48, 48), least: int = 1) -> np.ndarray:
    """The pictures as f32 (N, H, W), 0 to 255.

    Args:
        images: u8 or float, (N, H, W) or (N, H, W, 1). size: height and width that are expected. least: of N.

    Raises FerError for another shape, pixels that are no numbers or out of range, and for floats that go from 0 to 1
    only: a network that is given those answers, but about a picture that is all but black.
    """
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or images.shape[1:] != size or len(images) < least:
        some = f" with N of at least {least}" if least else ""
        raise FerError(f"Pictures come as (N, {size[0]}, {size[1]}){some}; these have the shape {images.shape}.")
    if images.dtype == np.uint8:
        return images.astype(np.float32)
    if images.dtype == bool or not np.issubdtype(images.dtype, np.number) or np.iscomplexobj(images):
        raise FerError(f"Pixels must be numbers from 0 to 255, not {images.dtype}.")
    floating = np.issubdtype(images.dtype, np.floating)
    images = images.astype(np.float32)
    if not images.size:
        return images
    low, high = float(images.min()), float(images.max())
    if not (low >= 0 and high <= 255):  # written so that NaN fails too
        raise FerError(f"Pixels must lie from 0 to 255; these go from {low:g} to {high:g}.")
    if floating and 0 < high <= 1:
        raise FerError(
            f"Pixels must be raw, 0 to 255; these go from {low:g} to {high:g}. Multiply them by 255: the networks here "
            f"scale by themselves."
        )
    return images
