"""Light on a drawn face: Lambert's law on the normals of an ellipsoid with the skin's relief on it.

Only +, -, *, / and square roots in float32, whose results IEEE 754 fixes, so that every machine gets the same bytes.
"""

import math
from functools import lru_cache

import cv2
import numpy as np

from fer_core.data.drawn.canvas import STEP, ZERO, Canvas, CanvasSize, Projection, blur
from fer_core.data.drawn.person import Identity, Light
from fer_core.types import Bytes

_SIGMAS = (0.10, 0.042, 0.020)
"""Softness of the relief's levels, in face units."""
_HEIGHTS = (0.24, 0.135, 0.024)
"""Height of a rise of 1 on each level, in face units."""
_CREASE_DARKNESS, _HOLLOW_DARKNESS = 0.30, 0.36

_f = np.float32


def shade(canvas: Canvas, who: Identity, light: Light) -> np.ndarray:
    """The tones under the light, u8 at the relief's resolution (height * relief, width * relief[, 3])."""
    frame, place = canvas.frame, canvas.place
    unit = place.unit * frame.relief
    levels = []
    for level, sigma in zip(canvas.levels, _SIGMAS, strict=True):
        soft = blur(level, sigma * unit).astype(np.float32)
        soft -= _f(ZERO)
        soft *= _f(1.0 / STEP)
        levels.append(soft)
    relief = levels[0] * _f(_HEIGHTS[0]) + levels[1] * _f(_HEIGHTS[1]) + levels[2] * _f(_HEIGHTS[2])
    dark = np.minimum(levels[2], _f(0)) * _f(_CREASE_DARKNESS) + np.minimum(levels[0], _f(0)) * _f(_HOLLOW_DARKNESS)
    nx, ny = _head_normal(place, who, frame)
    half = _f(0.5 * unit)
    nx[:, 1:-1] -= (relief[:, 2:] - relief[:, :-2]) * half
    ny[1:-1] -= (relief[2:] - relief[:-2]) * half
    lx, ly, lz = _direction(light)
    facing = np.maximum(nx * lx + ny * ly + lz, _f(0)) / np.sqrt(nx * nx + ny * ny + _f(1))
    ambient = _f(light.ambient)
    shaded = ambient + (_f(1.22) - ambient) * facing + dark
    mask = canvas.solid.astype(np.float32) * _f(1.0 / 255.0)
    shaded = np.maximum(_f(1) + mask * (shaded - _f(1)), _f(0.05))
    tones: np.ndarray = canvas.tones
    if frame.fine != frame.relief:
        tones = cv2.resize(tones, shaded.shape[::-1], interpolation=cv2.INTER_AREA)
    if frame.channels == 3:
        shaded = shaded[..., None]
    lit: Bytes = np.minimum(tones * shaded + _f(0.5), _f(255)).astype(np.uint8)
    return lit


def _direction(light: Light) -> tuple[np.float32, ...]:
    a, e = math.radians(light.azimuth), math.radians(light.elevation)
    # Rounded, so that the last bit of a sine cannot tip a pixel.
    return tuple(_f(round(v, 5)) for v in (math.sin(a) * math.cos(e), -math.sin(e), math.cos(a) * math.cos(e)))


def _head_normal(place: Projection, who: Identity, frame: CanvasSize) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the head's normal, z being 1: flat in front, steep towards the outline. float32 (h, w) each."""
    unit = place.unit * frame.relief
    centre = place(np.array(((0.0, -0.08),)), np.zeros(1))[0] * frame.relief
    x = ((np.arange(frame.width * frame.relief) + 0.5 - centre[0]) / unit).astype(np.float32)[None]
    y = ((np.arange(frame.height * frame.relief) + 0.5 - centre[1]) / unit).astype(np.float32)[:, None]
    c, s = _f(round(math.cos(place.roll), 5)), _f(round(math.sin(place.roll), 5))
    across = (x * c + y * s) * _f(1.0 / (1.03 * who.face_width))
    along = (y * c - x * s) * _f(1.0 / (1.40 * who.face_length))
    out = across * across + along * along
    steep = _f(0.34) + _f(0.85) * np.minimum(out, _f(1.3))
    across *= steep
    along *= steep * _f(0.8)
    return across * c - along * s, across * s + along * c


@lru_cache(maxsize=256)
def _tone_curve(gain: float, gamma: float, contrast: float) -> np.ndarray:
    value = np.clip(np.arange(256) / 255.0 * gain, 0.0, None) ** gamma
    value = (value - 0.45) * contrast + 0.45
    return np.clip(np.floor(value * 255.0 + 0.5), 0, 255).astype(np.uint8)


def _exposure(skin: float) -> float:
    """A camera exposes for the face: most of the way from a dark skin to an average one."""
    return 1.42 - 0.52 * skin


def develop(image: np.ndarray, who: Identity, light: Light, frame: CanvasSize) -> np.ndarray:
    """The shaded picture with the camera's gain, gamma and contrast, reduced to the frame's size."""
    gain = light.gain * _exposure(who.skin)
    image = cv2.LUT(image, _tone_curve(round(gain, 4), light.gamma, light.contrast))
    if frame.relief > 1:
        image = cv2.resize(image, (frame.width, frame.height), interpolation=cv2.INTER_AREA)
    return image
