"""How much of a map lies on brows, eyes, nose and mouth.

The parts are ellipses hung on five points of the face (both eyes, nose tip, corners of the mouth), which the face
detector finds in three FER2013 pictures of four; elsewhere the average points of those are taken, as FER2013's frames
hold all faces in much the same place.
"""

import numpy as np

from fer_core.errors import FerError

NAMES = ("brows", "eyes", "nose", "mouth", "rest")

MEAN_POINTS = np.array([[14.2, 19.1], [33.5, 18.7], [23.8, 28.9], [17.1, 35.8], [33.0, 36.8]], np.float32)
"""Median over 453 FER2013 pictures (every 60th with one find by YuNet) of x, y in 48 x 48 pixels; each coordinate
varies by 3 to 4 pixels (standard deviation) from face to face."""

# Half width and half height of each ellipse, and how far above its point it hangs, as shares of the distance d
# between the eyes, along the line of the eyes and across it.
_EYE = (0.33, 0.19, 0.0)
_BROW = (0.40, 0.17, 0.38)
_NOSE = (0.26, 0.36, 0.14)
_MOUTH_BEYOND, _MOUTH_HEIGHT = 0.16, 0.30


def find_points(image: np.ndarray) -> np.ndarray | None:
    """Five points of the face in a gray crop u8 (48, 48): f32 (5, 2) of x, y, or None where no one face is found."""
    from fer_core.reading.faces import find_faces

    picture = np.repeat(np.asarray(image, np.uint8).reshape(48, 48, 1), 3, axis=2)
    faces = [face for face in find_faces(picture, quick=True) if face.points is not None]
    return faces[0].points if len(faces) == 1 else None


def face_regions(points: np.ndarray | None = None, size: int = 48) -> dict[str, np.ndarray]:
    """The parts of the face, bool (size, size) each, not overlapping, together the whole picture; keys as in NAMES.

    points: f32 (5, 2) of x, y in a 48 x 48 picture: right eye, left eye, nose, right and left corner of the mouth
        (the person's own right, which is on the viewer's left). None for the average.
    """
    points = MEAN_POINTS if points is None else np.asarray(points, np.float32)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        raise FerError(f"A face has five points (5, 2), not {points.shape}.")
    points = points * (size / 48)
    right, left, nose, mouth_right, mouth_left = points
    along = left - right
    d = float(np.hypot(*along)) or 1.0
    along = along / d
    up = np.array([along[1], -along[0]])
    mouth = (mouth_right + mouth_left) / 2
    mouth_width = float(np.hypot(*(mouth_left - mouth_right))) / 2 + _MOUTH_BEYOND * d
    ellipses = {
        "eyes": [(eye, _EYE[0] * d, _EYE[1] * d) for eye in (right, left)],
        "brows": [(eye + up * _BROW[2] * d, _BROW[0] * d, _BROW[1] * d) for eye in (right, left)],
        "mouth": [(mouth, mouth_width, _MOUTH_HEIGHT * d)],
        "nose": [(nose + up * _NOSE[2] * d, _NOSE[0] * d, _NOSE[1] * d)],
    }
    rows, columns = np.mgrid[:size, :size]
    taken = np.zeros((size, size), bool)
    masks = {}
    for name, parts in ellipses.items():
        mask = np.zeros_like(taken)
        for centre, across, down in parts:
            x, y = columns + 0.5 - centre[0], rows + 0.5 - centre[1]
            mask |= ((x * along[0] + y * along[1]) / across) ** 2 + ((x * up[0] + y * up[1]) / down) ** 2 <= 1
        masks[name] = mask & ~taken
        taken |= mask
    return {name: masks.get(name, ~taken) for name in NAMES}


def shares(importance: np.ndarray, regions: dict[str, np.ndarray]) -> dict[str, float]:
    """The part of a map that lies in each region, 0 to 1, together 1 where the regions cover the picture.

    importance: (H, W), as `Method.importance` gives it; what is negative counts as nothing. A map without anything
    positive is spread evenly.
    """
    weight = np.maximum(np.asarray(importance, np.float64), 0)
    if weight.sum() <= 0:
        weight = np.ones_like(weight)
    return {name: float(weight[mask].sum() / weight.sum()) for name, mask in regions.items()}


def areas(regions: dict[str, np.ndarray]) -> dict[str, float]:
    """Each region's share of the picture, 0 to 1: what an even map would put there."""
    return {name: float(mask.mean()) for name, mask in regions.items()}
