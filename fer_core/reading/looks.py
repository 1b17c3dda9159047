"""How alike two small pictures are: whether a video's scene was cut, whether a face is still the same one."""

import numpy as np

SCENE, FACE = (32, 24), (16, 16)
"""Width and height to which frames and crops are shrunk before they are compared."""

CUT_BELOW = 0.5
"""Likeness of two frames in a row below which the scene has changed."""

OTHER_BELOW = 0.3
"""Likeness of two crops, at most half a second apart, below which they show two people. Two pictures in a row of
FER2013, so of two people, are less alike than 0.51 in 95 cases of 100; a face changes far less from frame to frame."""


def thumbnail(gray: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """f32 (width * height,) of u8 (h, w): shrunk, mean 0, length 1, so that light does not count; 0 for one gray."""
    import cv2

    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    length = float(np.linalg.norm(small))
    # Below two gray levels of spread there is nothing but noise to compare.
    return small / length if length > 2 * np.sqrt(small.size) else np.zeros_like(small)


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation, -1 to 1, of two thumbnails; 1 where one of them shows nothing."""
    return float(a @ b) if a.any() and b.any() else 1.0
