"""Tones of skin, hair and clothes, and the hair itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fer_core.data.drawn.canvas import Canvas, smooth, surface
from fer_core.data.drawn.person import Identity
from fer_core.types import Colour

_SKINS = ((72, 44, 30), (112, 70, 46), (160, 108, 76), (201, 150, 115), (228, 182, 150), (246, 212, 186))
_HAIRS = ((26, 22, 21), (58, 40, 30), (104, 72, 48), (150, 112, 72), (196, 164, 118), (206, 202, 198))
_IRISES = ((44, 30, 22), (82, 56, 36), (96, 92, 58), (96, 124, 140))
_SHIRTS = ((48, 58, 84), (120, 60, 60), (70, 98, 78), (140, 138, 132), (205, 200, 190), (60, 60, 64))


_LUMA = np.array((0.299, 0.587, 0.114))
"""Weights of ITU-R BT.601, with which OpenCV turns colour into gray."""


@dataclass(frozen=True)
class Palette:
    """One tone a part; tuples of 1 (gray) or 3 (RGB) integers."""

    background: Colour
    skin: Colour
    neck: Colour
    ear: Colour
    ear_inner: Colour
    crease: Colour
    lower_lid: Colour
    lash: Colour
    nostril: Colour
    lip: Colour
    upper_lip: Colour
    mouth: Colour
    tongue: Colour
    teeth: Colour
    lower_teeth: Colour
    sclera: Colour
    iris: Colour
    pupil: Colour
    glint: Colour
    brow: Colour
    hair: Colour
    hair_light: Colour
    hair_dark: Colour
    shirt: Colour
    glasses: Colour


def _between(table: Sequence[Colour], value: float) -> np.ndarray:
    """Colour on a scale of colours, value 0 to 1."""
    place = min(max(value, 0.0), 1.0) * (len(table) - 1)
    low = min(int(place), len(table) - 2)
    a, b = np.array(table[low]), np.array(table[low + 1])
    colour: np.ndarray = a + (place - low) * (b - a)
    return colour


@lru_cache(maxsize=64)
def palette(who: Identity, channels: int) -> Palette:
    """The person's tones, as gray levels or RGB."""
    skin, hair, iris = _between(_SKINS, who.skin), _between(_HAIRS, who.hair), _between(_IRISES, who.iris)
    lip = skin * (0.80, 0.58, 0.60) + (8, 2, 4)
    brow = hair * (0.75 if who.hair < 0.85 else 0.62)
    brow = brow * 0.9 + skin * 0.1 if who.skin > 0.3 else brow * 0.55
    bright = 0.80 + 0.15 * who.skin
    tones = {
        "background": np.array((222, 227, 234)) * (0.22 + 0.78 * who.background),
        "skin": skin,
        "neck": skin * 0.66,
        "ear": skin * 0.92,
        "ear_inner": skin * 0.66,
        "crease": skin * 0.62,
        "lower_lid": skin * 0.66,
        "lash": skin * 0.16 + 8.0,
        "nostril": skin * 0.24,
        "lip": lip,
        "upper_lip": lip * 0.86,
        "mouth": skin * (0.22, 0.12, 0.12) + (14, 6, 6),
        "tongue": skin * (0.40, 0.22, 0.22) + (50, 24, 26),
        "teeth": np.array((236, 230, 218)) * bright,
        "lower_teeth": np.array((205, 198, 186)) * bright,
        "sclera": np.array((226, 222, 218)) * (0.78 + 0.22 * who.skin),
        "iris": iris,
        "pupil": np.array((12, 10, 10)),
        "glint": np.array((250, 250, 250)),
        "brow": brow,
        "hair": hair,
        "hair_light": hair * 1.06 + 7.0,
        "hair_dark": hair * 0.84,
        "shirt": np.array(_SHIRTS[who.texture % len(_SHIRTS)]),
        "glasses": np.array((34, 32, 34)),
    }
    colours = np.clip(np.array(list(tones.values()), dtype=np.float64), 0, 255)
    if channels == 1:
        colours = (colours * _LUMA).sum(axis=1, keepdims=True)
    rounded = np.floor(colours + 0.5).astype(int).tolist()
    return Palette(**{name: tuple(colour) for name, colour in zip(tones, rounded, strict=True)})


def _mirrored(half: Sequence[tuple[float, float]]) -> np.ndarray:
    """A line from the viewer's left to the right, from its right half (outside first, centre last)."""
    right = np.array(half)
    left = right * (-1.0, 1.0)
    return np.concatenate((left, right[-2::-1]))


_HAIRLINES = {
    "short": _mirrored(((1.02, -0.16), (0.95, -0.46), (0.78, -0.72), (0.42, -0.92), (0.0, -0.93))),
    "fringe": _mirrored(((0.99, 0.10), (0.90, -0.40), (0.72, -0.62), (0.36, -0.68), (0.0, -0.66))),
    "curly": _mirrored(((1.00, 0.00), (0.92, -0.40), (0.78, -0.70), (0.40, -0.84), (0.0, -0.86))),
    "tied": _mirrored(((0.99, -0.18), (0.94, -0.52), (0.76, -0.84), (0.36, -1.00), (0.0, -1.02))),
    "long": _mirrored(((0.94, 2.40), (0.80, 1.70), (0.93, 0.60), (0.90, -0.10), (0.80, -0.62), (0.40, -0.98),
                       (0.0, -1.06))),
    "parted": np.array(((-1.0, -0.05), (-0.92, -0.45), (-0.72, -0.80), (-0.40, -1.02), (0.0, -0.90), (0.45, -0.76),
                        (0.78, -0.60), (0.93, -0.36), (1.0, -0.05))),
}  # fmt: skip
_CROWN = _mirrored(((1.02, -0.12), (1.05, -0.50), (0.96, -1.00), (0.62, -1.40), (0.0, -1.54)))
_LONG_CROWN = _mirrored(
    ((0.98, 2.42), (1.10, 1.70), (1.14, 0.60), (1.14, -0.20), (1.06, -0.90), (0.66, -1.40), (0.0, -1.56))
)
_CURLS = np.array((1.0, 1.02, 1.025, 1.01, 0.995, 1.0, 1.02, 1.02, 0.99, 1.01, 1.02))
_VOLUME = {"short": 1.0, "fringe": 1.04, "curly": 1.12, "tied": 0.97, "long": 1.0, "parted": 1.04}


def _crown(who: Identity) -> np.ndarray:
    base = _LONG_CROWN if who.hair_style == "long" else _CROWN
    crown = smooth(base * (who.face_width, who.face_length) * _VOLUME[who.hair_style])
    if who.hair_style == "curly":
        wave = _CURLS[(np.arange(len(crown)) + who.texture) % len(_CURLS)]
        crown = crown * wave[:, None]
    return crown


def hair_back(canvas: Canvas, who: Identity, colours: Palette) -> None:
    """Hair behind the head."""
    if who.hair_style != "bald":
        canvas.fill(_crown(who), colours.hair_dark, z=-0.3, solid=150)


def hair_front(canvas: Canvas, who: Identity, colours: Palette) -> None:
    """Hair over the forehead and at the sides, with strands."""
    if who.hair_style == "bald":
        return
    line = _HAIRLINES[who.hair_style] * (who.face_width, 1.0)
    line[:, 1] += (who.hairline - 0.02) * (np.abs(line[:, 0]) < 0.75) * (line[:, 1] < 0)
    if who.texture % 2 and who.hair_style == "parted":
        line = line[::-1] * (-1.0, 1.0)
    inner, outer = smooth(line), _crown(who)
    inner_depth, outer_depth = surface(inner) + 0.06, np.zeros(len(outer))
    area, depth = np.concatenate((outer, inner[::-1])), np.concatenate((outer_depth, inner_depth[::-1]))
    canvas.fill(area, colours.hair, z=depth, solid=190)
    if who.hair_style == "curly":
        return
    shares = _strands(who.texture)
    starts = outer[(shares[:, 0] * (len(outer) - 1)).astype(int)]
    to = (np.clip(shares[:, 0] + 0.12 * (shares[:, 1] - 0.5), 0.0, 0.999) * (len(inner) - 1)).astype(int)
    first, last = starts * 0.8 + inner[to] * 0.2, starts * 0.1 + inner[to] * 0.9
    for index, depth in enumerate(inner_depth[to]):
        tone = colours.hair_light if index % 2 else colours.hair_dark
        ends = np.array((first[index], last[index]))
        canvas.line(ends, tone, 0.022, z=np.array((0.2 * depth, 0.9 * depth)))


@lru_cache(maxsize=64)
def _strands(texture: int) -> np.ndarray:
    """Where strands start and end along the hair, as shares of its edges: (14, 2)."""
    return np.random.default_rng(texture).integers(0, 1000, (14, 2)) / 1000.0
