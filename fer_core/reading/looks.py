"""How alike two small pictures are: whether a video's scene was cut, whether a face is still the same one."""

import numpy as np

SCENE, FACE = (32, 24), (16, 16)
"""Width and height to which frames and crops are shrunk before they are compared."""

CUT_BELOW = 0.5
"""Likeness of two frames, at most `AT_ONCE` seconds apart, below which the scene has changed."""

AT_ONCE = 0.2
"""Seconds within which a scene does not change by itself. In half a second two people who sway before a plain wall
change a frame to a likeness of 0.45, in a second to 0.31."""

ANYHOW_BELOW = 0.2
"""Likeness of two frames, however far apart, below which the scene has changed; between this and `CUT_BELOW` frames
that are far apart leave it open."""

SAME_ABOVE = 0.51
"""Likeness of two crops above which they show one person where it is open: of two people, 5 pairs in 100 are."""

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
