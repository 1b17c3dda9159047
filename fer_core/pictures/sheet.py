"""Many small pictures as one: a gallery page sends a single image to the browser instead of a hundred."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fer_core.errors import FerError

Colour = tuple[int, int, int]

_FONT_SIZE = 11
_INDENT = 3
CAPTION_HEIGHT = 17
"""Pixels that one line of caption takes below a tile."""


class SheetBox(NamedTuple):
    """A rectangle in pixels of the sheet; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class TileBox(NamedTuple):
    """A rectangle in pixels of one tile, before scaling; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


def sheet(
    tiles: np.ndarray,
    columns: int,
    gap: int = 2,
    background: int | Colour = 128,
    scale: int = 1,
    *,
    captions: Sequence[str] | None = None,
    marks: Mapping[int, Colour] | None = None,
    places: Mapping[int, tuple[TileBox, Colour]] | None = None,
) -> np.ndarray:
    """Tiles the pictures row by row into one.

    Args:
        tiles: (K, h, w) gray or (K, h, w, 3) colour; u8 0 to 255, or float 0 to 1 (see `stretch`).
        columns: tiles in a row; the last row is filled up with background.
        gap: pixels between tiles and around them.
        background: gray value or RGB, 0 to 255.
        scale: whole number by which each tile is enlarged, without smoothing.
        captions: one line of text below each tile (K of them), cut to the tile's width.
        marks: index -> RGB of a frame drawn in the gap around that tile.
        places: index -> (rectangle inside the tile, RGB) drawn as an outline.

    Returns: u8 (H, W, 3). Raises FerError for wrong shapes or values out of range.
    """
    tiles = _as_colour(tiles)
    if columns < 1 or scale < 1 or gap < 0:
        raise FerError(
            f"A sheet needs columns and scale of at least 1 and no negative gap, not {columns}, {scale}, {gap}."
        )
    if captions is not None and len(captions) != len(tiles):
        raise FerError(f"A sheet of {len(tiles)} tiles was given {len(captions)} captions.")
    count, height, width = tiles.shape[:3]
    shape, captioned = (height, width), captions is not None
    rows = -(-count // columns)
    last = cell_box(rows * columns - 1, shape, columns, gap, scale, captioned)
    picture = np.empty((last.bottom + gap + (CAPTION_HEIGHT if captioned else 0), last.right + gap, 3), np.uint8)
    picture[:] = background
    for index, tile in enumerate(tiles):
        box = cell_box(index, shape, columns, gap, scale, captioned)
        picture[box.top : box.bottom, box.left : box.right] = tile.repeat(scale, axis=0).repeat(scale, axis=1)
    if captions is None and not marks and not places:
        return picture
    canvas = Image.fromarray(picture)
    draw = ImageDraw.Draw(canvas)
    for index, colour in (marks or {}).items():
        _frame(draw, cell_box(index, shape, columns, gap, scale, captioned), max(gap, 1), colour)
    for index, (place, colour) in (places or {}).items():
        box = cell_box(index, shape, columns, gap, scale, captioned)
        _outline(draw, box, place, scale, colour)
    if captions is not None:
        _write(draw, captions, [cell_box(i, shape, columns, gap, scale, True) for i in range(count)], background)
    return np.asarray(canvas).copy()


def cell_box(
    index: int,
    shape: tuple[int, int],
    columns: int,
    gap: int = 2,
    scale: int = 1,
    captioned: bool = False,
) -> SheetBox:
    """Where the tile of this index, of shape (h, w) before scaling, lies in the sheet."""
    height, width = shape[0] * scale, shape[1] * scale
    step = height + gap + (CAPTION_HEIGHT if captioned else 0)
    row, column = divmod(index, columns)
    left, top = gap + column * (width + gap), gap + row * step
    return SheetBox(left, top, left + width, top + height)


def stretch(tiles: np.ndarray, shared: bool = False) -> np.ndarray:
    """Maps each tile's smallest value to 0 and its greatest to 1, or those of all tiles with shared=True.

    tiles: (K, h, w), any real dtype. A constant tile becomes 0. Returns f32 (K, h, w).
    """
    tiles = np.asarray(tiles, np.float32)
    axes = None if shared else (1, 2)
    low = tiles.min(axis=axes, keepdims=True)
    span = tiles.max(axis=axes, keepdims=True) - low
    return np.where(span > 0, (tiles - low) / np.where(span > 0, span, 1), 0).astype(np.float32)


def captioned(tiles: np.ndarray, captions: Sequence[str], scale: int = 2, background: int | Colour = 24) -> np.ndarray:
    """Each tile enlarged with its caption below it, as tiles again: u8 (K, h * scale + 17, w * scale, 3)."""
    one = sheet(tiles, 1, 0, background, scale, captions=captions)
    return one.reshape(len(tiles), -1, one.shape[1], 3)


def _as_colour(tiles: np.ndarray) -> np.ndarray:
    tiles = np.asarray(tiles)
    if tiles.ndim == 3:
        tiles = tiles[..., None]
    if tiles.ndim != 4 or tiles.shape[-1] not in (1, 3) or 0 in tiles.shape:
        raise FerError(f"A sheet needs tiles of shape (K, h, w) or (K, h, w, 3), at least one, not {tiles.shape}.")
    if tiles.dtype != np.uint8:
        low, high = float(tiles.min()), float(tiles.max())
        if not (low >= -1e-6 and high <= 1 + 1e-6):  # written so that NaN fails too
            raise FerError(f"Float tiles must lie between 0 and 1; these go from {low:.4g} to {high:.4g}.")
        tiles = (np.clip(tiles, 0, 1) * 255 + 0.5).astype(np.uint8)
    return np.broadcast_to(tiles, (*tiles.shape[:3], 3))


def _frame(draw: ImageDraw.ImageDraw, box: SheetBox, thickness: int, colour: Colour) -> None:
    for k in range(1, thickness + 1):
        draw.rectangle((box.left - k, box.top - k, box.right - 1 + k, box.bottom - 1 + k), outline=tuple(colour))


def _outline(draw: ImageDraw.ImageDraw, box: SheetBox, place: TileBox, scale: int, colour: Colour) -> None:
    left, top = box.left + place[0] * scale, box.top + place[1] * scale
    right, bottom = box.left + place[2] * scale - 1, box.top + place[3] * scale - 1
    draw.rectangle((left, top, right, bottom), outline=tuple(colour))


def _write(
    draw: ImageDraw.ImageDraw, captions: Sequence[str], boxes: Sequence[SheetBox], background: int | Colour
) -> None:
    font = ImageFont.load_default(_FONT_SIZE)
    ink = (0, 0, 0) if np.mean(background) > 127 else (255, 255, 255)
    for caption, box in zip(captions, boxes, strict=True):
        text, room = _drawable(caption, font), box.right - box.left - _INDENT
        while text and font.getlength(text) > room:
            text = text[:-1]
        draw.text((box.left + _INDENT, box.bottom + 1), text, fill=ink, font=font)


_INSTEAD = {"×": "x", "–": "-", "−": "-", "≥": ">=", "≤": "<=", "µ": "u", "→": "->"}


def _drawable(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """The text in letters that the font has: it draws a box for every other."""
    missing = bytes(font.getmask("\uffff"))
    found = []
    for letter in text:
        if letter == " " or bytes(font.getmask(letter)) != missing:
            found.append(letter)
        else:
            plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
            found.append(_INSTEAD.get(letter, plain or "?"))
    return "".join(found)
