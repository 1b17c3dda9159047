"""The sheet that a face is drawn on: a list of shapes in face coordinates, projected all at once and then filled.

Everything that could differ between machines is kept in integers: OpenCV fills polygons in fixed point, box filters
u8 and u16 exactly and reduces by whole factors.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import cv2
import numpy as np

from fer_core.data.drawn.person import Pose
from fer_core.types import Colour, Doubles

UNIT = 22.0 / 48.0
"""Pixels of one face unit, as a share of the picture's smaller side at scale 1."""

LEVELS = 3
"""Levels of the skin's relief: 0 soft (head), 1 finer (nose, lips), 2 creases."""

ZERO, STEP = 32768, 14000
"""How the relief is held in u16: the value of flat skin, and of a height of 1."""

Depth: TypeAlias = float | np.ndarray | None
"""Of a shape's points; None: that of the head's surface."""

_FIXED_BITS = 4
_FIXED = 1 << _FIXED_BITS


@dataclass(frozen=True)
class CanvasSize:
    """The picture to draw: height and width in pixels, how much larger the tones are drawn (`fine`) and the relief
    is computed (`relief`) before both are reduced, and 1 (gray) or 3 (RGB) channels."""

    height: int = 48
    width: int = 48
    fine: int = 4
    relief: int = 2
    channels: int = 1


class Projection:
    """Face coordinates to pixels, for one frame and pose: rotated by yaw, pitch and roll, seen from far away."""

    def __init__(self, frame: CanvasSize, pose: Pose):
        side = min(frame.height, frame.width)
        self.unit = UNIT * side * pose.scale
        self.roll = math.radians(pose.roll)
        yaw, pitch = math.radians(pose.yaw), math.radians(pose.pitch)
        sy, cy, sp, cp = math.sin(yaw), math.cos(yaw), math.sin(pitch), math.cos(pitch)
        sr, cr = math.sin(self.roll), math.cos(self.roll)
        flat = ((cy, 0.0, sy), (-sy * sp, cp, cy * sp))
        turned = [[cr * a - sr * b for a, b in zip(*flat, strict=True)],
                  [sr * a + cr * b for a, b in zip(*flat, strict=True)]]  # fmt: skip
        self.rows = [[value * self.unit for value in row] for row in turned]
        centre = (frame.width / 2 + pose.shift_x * side, frame.height / 2 + pose.shift_y * side)
        # A crop is centred on the features, which move with the turned head.
        anchor = (0.0, 0.13, 0.3)
        self.offset = [c - sum(a * r for a, r in zip(anchor, row, strict=True))
                       for c, row in zip(centre, self.rows, strict=True)]  # fmt: skip

    def __call__(self, points: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Pixels (n, 2), float64, of face points (n, 2) at depths z (n,)."""
        x, y = points[:, 0], points[:, 1]
        out = np.empty_like(points)
        for i, (row, offset) in enumerate(zip(self.rows, self.offset, strict=True)):
            out[:, i] = row[0] * x + row[1] * y + row[2] * z + offset
        return out


def surface(points: Doubles) -> Doubles:
    """Depth (n,) of the head at face points (n, 2): an ellipsoid, 0 at and beyond its outline."""
    x, y = points[:, 0] * (1.0 / 1.02), (points[:, 1] + 0.02) * (1.0 / 1.6)
    depth: Doubles = 0.85 * np.sqrt(np.maximum(0.0, 1.0 - x * x - y * y))
    return depth


@lru_cache(maxsize=64)
def _spline_weights(count: int, closed: bool, steps: int) -> np.ndarray:
    """Catmull-Rom weights (samples, count)."""
    segments = count if closed else count - 1
    rows = []
    for segment in range(segments):
        for step in range(steps + (not closed and segment == segments - 1)):
            t = step / steps
            weights = np.zeros(count)
            four = (-0.5 * t + t * t - 0.5 * t**3, 1 - 2.5 * t * t + 1.5 * t**3,
                    0.5 * t + 2 * t * t - 1.5 * t**3, -0.5 * t * t + 0.5 * t**3)  # fmt: skip
            for shift, weight in zip((-1, 0, 1, 2), four, strict=True):
                place = segment + shift
                place = place % count if closed else min(max(place, 0), count - 1)
                weights[place] += weight
            rows.append(weights)
    return np.array(rows)


def smooth(points: Doubles, closed: bool = False, steps: int = 4) -> Doubles:
    """A smooth curve (m, 2) through control points (n, 2) (Catmull-Rom)."""
    curve: Doubles = _spline_weights(len(points), closed, steps) @ points
    return curve


_ANGLES = np.arange(20) * (np.pi / 10)
_COS, _SIN = np.cos(_ANGLES), np.sin(_ANGLES)


def ellipse(x: float, y: float, rx: float, ry: float, tilt: float = 0.0) -> np.ndarray:
    """Outline (20, 2) of an ellipse, tilted clockwise by degrees."""
    across, down = _COS * rx, _SIN * ry
    if tilt:
        c, s = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
        across, down = across * c - down * s, across * s + down * c
    points = np.empty((len(_COS), 2))
    points[:, 0], points[:, 1] = across, down
    points[:, 0] += x
    points[:, 1] += y
    return points


def ellipses(table: np.ndarray) -> np.ndarray:
    """Outlines (K, 20, 2) of many ellipses at once; rows of the table (K, 5) are the arguments of `ellipse`."""
    x, y, rx, ry = (column[:, None] for column in table.T[:4])
    angles = [math.radians(value) for value in table[:, 4]]
    c, s = np.array([[math.cos(a)] for a in angles]), np.array([[math.sin(a)] for a in angles])
    across, down = _COS * rx, _SIN * ry
    points = np.empty((len(table), len(_COS), 2))
    points[..., 0] = across * c - down * s + x
    points[..., 1] = across * s + down * c + y
    return points


class Canvas:
    """Collects shapes in drawing order, then draws them.

    Every shape is given in face coordinates, (n, 2). `z` is its depth; without it the shape lies on the head's
    surface, lifted by `extra`.

    After `draw`: tones u8 (height * fine, width * fine[, 3]); levels, a list of u16 (height * relief,
    width * relief); solid u8 of that size, how far the light shapes what is there.
    """

    def __init__(self, frame: CanvasSize, place: Projection, background: Colour):
        self.frame, self.place = frame, place
        shape = (frame.height * frame.fine, frame.width * frame.fine)
        self.tones = np.empty(shape if frame.channels == 1 else (*shape, 3), np.uint8)
        self.tones[...] = background if frame.channels == 3 else background[0]
        small = (frame.height * frame.relief, frame.width * frame.relief)
        self.levels = [np.full(small, ZERO, np.uint16) for _ in range(LEVELS)]
        self.solid = np.zeros(small, np.uint8)
        self.veil: np.ndarray | None = None
        self._points: list[np.ndarray] = []
        self._depths: list[Depth] = []
        self._extras: list[float] = []
        self._commands: list[tuple[str, Any, Any]] = []

    def _add(self, command: tuple[str, Any, Any], points: np.ndarray, z: Depth, extra: float) -> None:
        self._commands.append(command)
        self._points.append(points)
        self._depths.append(z)
        self._extras.append(extra)

    def fill(self, points: np.ndarray, colour: Colour, extra: float = 0.0, z: Depth = None, solid: int = 0) -> None:
        """A filled shape; with `solid` (1 to 255) the light shapes it that much."""
        self._add(("fill", colour, solid), points, z, extra)

    def line(self, points: np.ndarray, colour: Colour, width: float, extra: float = 0.0, z: Depth = None) -> None:
        """An open line; width in face units."""
        self._add(("line", colour, width), points, z, extra)

    def rise(self, points: np.ndarray, height: float, level: int, extra: float = 0.0) -> None:
        """A rise (negative: a hollow) of the skin."""
        value = int(ZERO + STEP * min(max(height, -2.2), 2.2))
        self._add(("rise", value, level), points, None, extra)

    def crease(self, points: np.ndarray, depth: float, width: float, extra: float = 0.0) -> None:
        """A crease in the skin; width in face units."""
        self._add(("crease", int(ZERO - STEP * min(depth, 2.2)), width), points, None, extra)

    def veil_area(self, points: np.ndarray, strength: int, extra: float = 0.0, z: Depth = None) -> None:
        """Part of an area to be tinted softly by the next `tint`; strength 0 to 255."""
        self._add(("veil", strength, None), points, z, extra)

    def tint(self, colour: Colour, softness: float) -> None:
        """Blends a colour into all areas veiled so far; softness in face units."""
        self._add(("tint", colour, softness), np.zeros((0, 2)), 0.0, 0.0)

    def _project(self) -> np.ndarray:
        points = np.concatenate(self._points)
        counts = [len(p) for p in self._points]
        depth = surface(points)
        depth += np.repeat(self._extras, counts)
        stop = 0
        for count, z in zip(counts, self._depths, strict=True):
            if z is not None:
                depth[stop : stop + count] = z
            stop += count
        return self.place(points, depth)

    def draw(self) -> None:
        """Draws all shapes in the order in which they came."""
        frame, unit = self.frame, self.place.unit
        pixels = self._project()
        # Pixel centres lie at whole numbers for OpenCV, half a pixel off the corner of the picture.
        fine = np.floor((pixels * frame.fine - 0.5) * _FIXED + 0.5).astype(np.int32)
        coarse = np.floor((pixels * frame.relief - 0.5) * _FIXED + 0.5).astype(np.int32)
        stop = 0
        for (kind, value, option), points in zip(self._commands, self._points, strict=True):
            start, stop = stop, stop + len(points)
            if kind == "fill":
                cv2.fillPoly(self.tones, [fine[start:stop]], value, cv2.LINE_AA, _FIXED_BITS)
                if option:
                    cv2.fillPoly(self.solid, [coarse[start:stop]], option, cv2.LINE_AA, _FIXED_BITS)
            elif kind == "line":
                thick = max(1, int(option * unit * frame.fine + 0.5))
                cv2.polylines(self.tones, [fine[start:stop]], False, value, thick, cv2.LINE_AA, _FIXED_BITS)
            elif kind == "rise":
                cv2.fillPoly(self.levels[option], [coarse[start:stop]], value, cv2.LINE_8, _FIXED_BITS)
            elif kind == "crease":
                thick = max(1, int(option * unit * frame.relief + 0.5))
                cv2.polylines(self.levels[2], [coarse[start:stop]], False, value, thick, cv2.LINE_8, _FIXED_BITS)
            elif kind == "veil":
                if self.veil is None:
                    self.veil = np.zeros(self.tones.shape[:2], np.uint8)
                cv2.fillPoly(self.veil, [fine[start:stop]], value, cv2.LINE_8, _FIXED_BITS)
            else:
                self._tint(value, option * unit * frame.fine)

    def _tint(self, colour: Colour, sigma: float) -> None:
        if self.veil is None:
            return
        veil = blur(self.veil, sigma).astype(np.int16) >> 1
        if self.frame.channels == 3:
            veil = veil[..., None]
        tones = self.tones.astype(np.int16)
        mixed = tones + ((np.array(colour, np.int16) - tones) * veil >> 7)
        self.tones[...] = mixed.astype(np.uint8)
        self.veil = None


def blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """About a Gaussian blur, by up to three box filters (exact on integers, and several times as fast); sigma in
    pixels of the image."""
    for passes in (3, 2, 1):
        width = 2 * int(math.sqrt(12.0 * sigma * sigma / passes + 1.0) / 2) + 1
        if width > 1:
            for _ in range(passes):
                image = cv2.blur(image, (width, width), borderType=cv2.BORDER_REPLICATE)
            return image
    return image
