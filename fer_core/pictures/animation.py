"""Pictures in a row as one animated file."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image


def animated_gif(frames: Sequence[np.ndarray], milliseconds: int = 80, last: int = 1000) -> bytes:
    """An endless GIF.

    Args:
        frames: u8 (H, W, 3) each, at least one, all of one size.
        milliseconds: how long each frame shows; the last one shows for `last`.
    """
    pictures = [Image.fromarray(frame).convert("L") if _gray(frame) else Image.fromarray(frame) for frame in frames]
    times = [milliseconds] * (len(pictures) - 1) + [last]
    out = io.BytesIO()
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], duration=times, loop=0, optimize=False, disposal=1
    )
    return out.getvalue()


def _gray(frame: np.ndarray) -> bool:
    return bool((frame[..., 0] == frame[..., 1]).all() and (frame[..., 0] == frame[..., 2]).all())
