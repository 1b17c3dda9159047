"""Faces framed and named on their picture, and maps laid back onto it."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fer_core.labels import CLASSES, COLOURS, ink_on
from fer_core.reading.faces import Square
from fer_core.reading.sure import UNSURE, UNSURE_COLOUR, label_of


def annotate(
    picture: np.ndarray,
    squares: Sequence[Square],
    probabilities: np.ndarray,
    numbers: Sequence[int] | None = None,
    least: float = 0.0,
) -> np.ndarray:
    """The picture with each crop's frame, its number and its label.

    Args:
        picture: u8 (h, w, 3) RGB; it is not changed.
        squares: the N frames.
        probabilities: (N, 7).
        numbers: of the faces; 1 to N by default.
        least: probability from which on the likeliest class is the label, see `fer_core.reading.sure`.

    Returns:
        u8 (h, w, 3) RGB.
    """
    canvas = Image.fromarray(picture)
    pen = ImageDraw.Draw(canvas)
    line = max(1, round(max(picture.shape[:2]) / 320))
    colours = [_colour(p, least) for p in probabilities]
    for square, colour in zip(squares, colours, strict=True):
        corners = [tuple(corner) for corner in square.corners()]
        pen.line([*corners, corners[0], corners[1]], fill=colour, width=line, joint="curve")
    for plate, colour in zip(plates(picture.shape[:2], squares, probabilities, numbers, least), colours, strict=True):
        _draw(pen, plate, colour)
    return np.array(canvas)


def _colour(probabilities: np.ndarray, least: float) -> str:
    label = label_of(probabilities, least)
    return UNSURE_COLOUR if label is None else COLOURS[CLASSES[label]]


def _words(probabilities: np.ndarray, least: float) -> str:
    label = label_of(probabilities, least)
    return UNSURE if label is None else f"{CLASSES[label]} {probabilities[label]:.0%}"


@dataclass(frozen=True)
class Plate:
    """A face's label: left, top, right, bottom in pixels, text and its size; `full` unless it is the number alone."""

    box: tuple[float, float, float, float]
    text: str
    size: int
    full: bool


def plates(
    shape: tuple[int, ...],
    squares: Sequence[Square],
    probabilities: np.ndarray,
    numbers: Sequence[int] | None = None,
    least: float = 0.0,
) -> list[Plate]:
    """Where the labels of `annotate` go, in the order of the squares; shape: height and width of the picture.

    No label covers another face or another label: text shrinks with its face, goes above or below it, and where there
    is no room at all only the number is left, in the face's own corner. The largest faces choose first.
    """
    faces = [_around(square) for square in squares]
    taken: dict[int, Plate] = {}
    for i in sorted(range(len(squares)), key=lambda i: -squares[i].side):
        others = [*(face for j, face in enumerate(faces) if j != i), *(plate.box for plate in taken.values())]
        number = str(numbers[i] if numbers else i + 1)
        named = f"{number}  {_words(probabilities[i], least)}"
        taken[i] = _free(shape, faces[i], squares[i].side, named, number, others)
    return [taken[i] for i in range(len(squares))]


_OF_FACE = 0.22  # size of the text over the side of its face


def _free(
    shape: tuple[int, ...],
    face: tuple[float, float, float, float],
    side: float,
    named: str,
    number: str,
    others: list[tuple[float, float, float, float]],
) -> Plate:
    """The first label that covers nothing, from the full text at its face's size down to a number in its corner."""
    longest = max(shape[:2])
    largest, least = max(12, round(longest / 32)), max(8, round(longest / 64))
    size = int(np.clip(round(_OF_FACE * side), least, largest))
    for text in (named, number):
        for each in dict.fromkeys((size, round(0.75 * size), least)):
            if each < least:
                continue
            wide, high = _extent(text, each)
            left = min(max(0, face[0]), max(0, shape[1] - wide))
            for top in (face[1] - high, face[3]):
                box = (left, top, left + wide, top + high)
                if (
                    top >= 0
                    and box[2] <= shape[1]
                    and box[3] <= shape[0]
                    and not any(_meet(box, other) for other in others)
                ):
                    return Plate(box, text, each, text is named)
    inside = (named, size), (number, min(size, max(7, round(0.3 * side))))  # its own corner, nobody else's
    for text, each in inside:
        wide, high = _extent(text, each)
        left, top = min(max(0, face[0]), max(0, shape[1] - wide)), min(max(0, face[1]), max(0, shape[0] - high))
        box = (left, top, left + wide, top + high)
        if text is named and (high > 0.4 * side or wide > shape[1] or any(_meet(box, other) for other in others)):
            continue
        break
    return Plate(box, text, each, text is named)


def _around(square: Square) -> tuple[float, float, float, float]:
    corners = square.corners()
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _extent(text: str, size: int) -> tuple[int, int]:
    """Width and height of a label in pixels."""
    left, top, right, bottom = _font(size).getbbox(text)
    gap = _gap(size)
    return int(np.ceil(right - left)) + 2 * gap, int(np.ceil(bottom - top)) + 2 * gap


def _gap(size: int) -> int:
    return max(2, size // 5)


def lay_back(picture: np.ndarray, layer: np.ndarray, square: Square) -> np.ndarray:
    """The picture with a crop's coloured map where the crop was cut: u8 (h, w, 3) RGB.

    Args:
        picture: u8 (h, w, 3) RGB.
        layer: u8 (48, 48, 4) RGBA.
        square: the crop's place.
    """
    import cv2

    height, width = picture.shape[:2]
    side = layer.shape[0]
    corners = square.corners()
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int), (width, height))
    if right <= left or bottom <= top:
        return picture.copy()
    # Pixel centres: the layer's upper left corner lies at -0.5.
    source = np.array([[-0.5, -0.5], [side - 0.5, -0.5], [-0.5, side - 0.5]], np.float32)
    target = (corners[[0, 1, 3]] - (left, top) - 0.5).astype(np.float32)
    place = cv2.getAffineTransform(source, target)
    window = (int(right - left), int(bottom - top))
    premultiplied = layer.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255  # or the colour of clear pixels would bleed in
    laid = cv2.warpAffine(premultiplied, place, window, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    result = picture.copy()
    under = result[top:bottom, left:right].astype(np.float32)
    mixed = under * (1 - laid[..., 3:] / 255) + laid[..., :3]
    result[top:bottom, left:right] = np.clip(np.round(mixed), 0, 255).astype(np.uint8)
    return result


def _draw(pen: ImageDraw.ImageDraw, plate: Plate, colour: str) -> None:
    font, gap = _font(plate.size), _gap(plate.size)
    left, top, _, _ = font.getbbox(plate.text)
    pen.rectangle(plate.box, fill=colour)
    pen.text((plate.box[0] + gap - left, plate.box[1] + gap - top), plate.text, font=font, fill=ink_on(colour))


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
