"""How sure the face detector is that a cut picture of a data set shows a face at all."""

from collections.abc import Callable

import numpy as np

NO_FACE = "no face found"
"""What a ranking by these scores is called, beside `fer_core.evaluation.outliers.RANKINGS`."""

_ENLARGED = 3
_MARGIN = 24
"""Pixels of repeated border around the enlarged picture: YuNet looks for faces with something around them."""
_LEAST = 0.01


def face_scores(pixels: np.ndarray, progress: Callable[[float], None] = lambda share: None) -> np.ndarray:
    """The detector's greatest score, f32 (N,), 0 where it finds nothing, to 1; low ones are candidates for "no face".

    Of FER2013's 100 lowest, FER+'s voters call 75 "not a face" (0.5% of all); `outliers` in the shell measures it.

    Args:
        pixels: u8 (N, 48, 48), cut as FER2013 is. progress: called with the share done, 0 to 1.
    """
    import cv2

    from fer_core.reading.faces import yunet_path

    side = 48 * _ENLARGED + 2 * _MARGIN
    detector = cv2.FaceDetectorYN.create(str(yunet_path()), "", (side, side), _LEAST, 0.3, 5000)
    found = np.zeros(len(pixels), np.float32)
    for at, picture in enumerate(pixels):
        large = cv2.resize(picture, (48 * _ENLARGED, 48 * _ENLARGED), interpolation=cv2.INTER_CUBIC)
        framed = cv2.copyMakeBorder(large, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_REPLICATE)
        finds = detector.detect(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR))[1]
        if finds is not None:
            sound = finds[np.isfinite(finds).all(axis=1)]
            found[at] = sound[:, -1].max(initial=0)
        if at % 256 == 255:
            progress((at + 1) / len(pixels))
    progress(1.0)
    return found
