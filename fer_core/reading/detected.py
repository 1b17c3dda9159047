"""Whether a face detector finds the face in a data set's own small pictures."""

from collections.abc import Callable

import numpy as np

from fer_core.reading import faces

_EVERY = 64  # pictures between two reports of progress
_ENLARGED = 2
"""YuNet finds 71% of FER2013's private pictures as they are, 94% enlarged twofold, no more at fourfold."""


def face_found(pixels: np.ndarray, progress: Callable[[float], object] | None = None) -> np.ndarray:
    """Bool (N,): YuNet finds a face in the picture, u8 (N, h, w), enlarged twofold.

    progress: called now and then with the share done, 0 to 1.
    """
    import cv2

    found = np.zeros(len(pixels), bool)
    for index, picture in enumerate(pixels):
        size = (picture.shape[1] * _ENLARGED, picture.shape[0] * _ENLARGED)
        large = cv2.cvtColor(cv2.resize(picture, size), cv2.COLOR_GRAY2RGB)
        found[index] = bool(faces.find_faces(large, quick=True))
        if progress is not None and index % _EVERY == _EVERY - 1:
            progress((index + 1) / len(pixels))
    return found
