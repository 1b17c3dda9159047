"""Faces framed and named on their picture, and maps laid back onto it."""

import functools
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fer_core.labels import CLASSES, COLOURS
from fer_core.reading.faces import Square


def annotate(
    picture: np.ndarray, squares: Sequence[Square], probabilities: np.ndarray, numbers: Sequence[int] | None = None
) -> np.ndarray:
    """The picture with each crop's frame, its number and its likeliest class.

    Args:
        picture: u8 (h, w, 3) RGB; it is not changed.
        squares: the N frames.
        probabilities: (N, 7).
        numbers: of the faces; 1 to N by default.

    Returns:
        u8 (h, w, 3) RGB.
    """
    canvas = Image.fromarray(picture)
    pen = ImageDraw.Draw(canvas)
    longest = max(picture.shape[:2])
    line = max(1, round(longest / 320))
    font = _font(max(12, round(longest / 32)))
    for i, (square, p) in enumerate(zip(squares, probabilities, strict=True)):
        best = int(np.argmax(p))
        colour = COLOURS[CLASSES[best]]
        corners = [tuple(corner) for corner in square.corners()]
        pen.line([*corners, corners[0], corners[1]], fill=colour, width=line, joint="curve")
        text = f"{numbers[i] if numbers else i + 1}  {CLASSES[best]} {p[best]:.0%}"
        _plate(pen, corners, text, font, colour, canvas.size)
    return np.array(canvas)


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


def _plate(
    pen: ImageDraw.ImageDraw,
    corners: list[tuple[float, ...]],
    text: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    colour: str,
    size: tuple[int, int],
) -> None:
    """The label above the frame, or inside its upper edge where there is no room above."""
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    gap = max(2, (bottom - top) // 4)
    wide, high = right - left + 2 * gap, bottom - top + 2 * gap
    x = min(min(corner[0] for corner in corners), size[0] - wide)
    y = min(corner[1] for corner in corners) - high
    x, y = max(0, x), max(0, y)
    pen.rectangle([x, y, x + wide, y + high], fill=colour)
    pen.text((x + gap - left, y + gap - top), text, font=font, fill="white")


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
