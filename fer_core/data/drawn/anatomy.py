"""Where every part of a drawn face lies, given the person and the action units.

Face coordinates: x to the viewer's right, y down, z towards the viewer; the origin lies on the bridge of the nose
between eyes and mouth, and 1 is about half the width of the face. Each action unit moves control points in the
direction FACS describes for it; amounts are a little larger than life, as a caricaturist would choose.
"""

from dataclasses import dataclass

import numpy as np

from fer_core.data.drawn.parts import EYE_Y, Brow, Eye, Mouth, Nose, Skin, xy
from fer_core.data.drawn.person import Identity
from fer_core.data.drawn.skin import middle, one_side

NOSE_Y, MOUTH_Y, CHIN_Y = 0.36, 0.70, 1.20
EYE_X = 0.43

_T = np.linspace(-1.0, 1.0, 17)
_BEND = np.abs(_T)
_RIGHT = np.clip(_T * 1.5 + 0.5, 0.0, 1.0)
_LEFT = 1.0 - _RIGHT
_ARCH = np.linspace(-1.0, 1.0, 9)


@dataclass(frozen=True)
class Anatomy:
    """Everything that the renderer draws, in face coordinates; pairs are (viewer's left, right)."""

    outline: np.ndarray
    brows: tuple[Brow, Brow]
    eyes: tuple[Eye, Eye]
    nose: Nose
    mouth: Mouth
    skin: Skin
    jaw: float
    chin: float


def anatomy(left: list[float], right: list[float], who: Identity) -> Anatomy:
    """The face of `who` with the given intensities (lists indexed by unit number, see `drawn_units.sides`)."""
    both = [(a + b) / 2 for a, b in zip(left, right, strict=True)]
    jaw = (0.30 * both[26] + 0.48 * both[27]) * (1.0 - 0.4 * both[24])
    mouth = _mouth(left, right, who, jaw)
    chin = CHIN_Y * who.face_length + jaw * 0.85 - 0.05 * both[17]
    brows = (_brow(left, -1, who), _brow(right, 1, who))
    eyes = (_eye(left, -1, who), _eye(right, 1, who))
    nose = _nose(left, right, who)
    skin = Skin([], [], [])
    middle(skin, both, who, nose, mouth, chin, jaw)
    for u, side, eye in ((left, -1, eyes[0]), (right, 1, eyes[1])):
        one_side(skin, u, side, who, nose, mouth, eye)
    return Anatomy(_outline(who, jaw, chin), brows, eyes, nose, mouth, skin, jaw, chin)


def _outline(who: Identity, jaw: float, chin: float) -> np.ndarray:
    """Closed control polygon (n, 2) of the head, from the chin over the right side and the crown."""
    w, f = who.face_width, who.face_length
    half = [
        (0.22 * who.chin_width, chin),
        (0.50 * who.chin_width, chin - 0.14),
        (0.79 * who.jaw_width * w, 0.70 * f + 0.6 * jaw),
        (0.93 * w, 0.30 * f + 0.15 * jaw),
        (0.99 * w, -0.14),
        (0.97 * w, -0.58 * f),
        (0.80 * w, -1.02 * f),
        (0.42 * w, -1.32 * f),
    ]
    return np.array([*half, (0.0, -1.40 * f), *((-x, y) for x, y in reversed(half))])


_BROW_X = np.array((0.16, 0.30, 0.46, 0.62, 0.77))
_BROW_Y = np.array((-0.425, -0.465, -0.495, -0.475, -0.385))
_BROW_HALF = np.array((0.034, 0.050, 0.048, 0.038, 0.014))
_INNER = np.array((1.0, 0.78, 0.36, 0.08, 0.0))
_OUTER = np.array((0.0, 0.25, 0.68, 1.0, 0.92))
_LOWER = np.array((1.0, 0.92, 0.68, 0.42, 0.25))


def _brow(u: list[float], side: int, who: Identity) -> Brow:
    inner = 0.20 * u[1]
    outer = 0.21 * u[2]
    lower = 0.15 * u[4] * (1.0 - 0.65 * u[1])
    y = -0.44 + (_BROW_Y + 0.44) * (0.55 + 0.45 * who.brow_arch) + who.brow_height
    y = y + who.brow_tilt * (_BROW_X - 0.45) * 2.0
    y = y - inner * _INNER - outer * _OUTER + lower * _LOWER + 0.08 * u[9] * _LOWER
    x = _BROW_X * (0.5 + 0.5 * who.eye_distance) - 0.055 * u[4] * _LOWER
    half = _BROW_HALF * (0.35 + 0.65 * who.brow_thickness)
    return Brow(xy(side * x, y), half)


def _eye(u: list[float], side: int, who: Identity) -> Eye:
    half = 0.205 * who.eye_size
    up = 0.105 * who.eye_size * who.lid
    up *= max(0.22, 1.0 + 0.72 * u[5] - 0.38 * u[7] - 0.16 * u[6] - 0.28 * u[9] - 0.1 * u[4] + 0.1 * u[2])
    down = 0.066 * who.eye_size * max(0.1, 1.0 - 0.6 * u[7] - 0.65 * u[6] - 0.2 * u[9] + 0.15 * u[5])
    cx, cy = EYE_X * who.eye_distance, EYE_Y
    profile_up = (1.0 - np.abs(_ARCH + 0.12) ** 2.2 / (1.12**2.2)).clip(0.0)
    profile_down = (1.0 - np.abs(_ARCH - 0.15) ** 2.4 / (1.15**2.4)).clip(0.0)
    x = cx + half * _ARCH
    base = cy + 0.012 - (0.022 + who.eye_tilt) * (_ARCH + 1.0) / 2.0 * 1.2
    base = base - 0.02 * u[6] * (_ARCH + 1.0) / 2.0
    upper, lower = base - up * profile_up, base + down * profile_down
    # The crease lies deeper under a lowered brow and vanishes when the lid is pulled up behind it.
    rise = 0.060 + 0.05 * u[2] + 0.03 * u[1] - 0.042 * u[4] - 0.03 * u[5] - 0.02 * u[9]
    crease = upper - max(rise, 0.012) * (0.45 + 0.55 * profile_up)
    lids = xy(side * x, upper), xy(side * x, lower), xy(side * x, crease)
    bag = 0.12 + 0.5 * who.age + 0.55 * u[6] + 0.35 * u[7]
    crow = 0.25 * max(0.0, who.age - 0.4) + 0.9 * u[6]
    centre = (side * (cx - 0.008), cy - 0.018)
    return Eye(*lids, centre, 0.098 * (0.4 + 0.6 * who.eye_size), min(bag, 1.0), min(crow, 1.0))


def _nose(left: list[float], right: list[float], who: Identity) -> Nose:
    length, width = who.nose_length, who.nose_width
    tip_y = -0.02 + (NOSE_Y - 0.10) * length
    both = (left[9] + right[9]) / 2
    tip = (0.0, tip_y - 0.045 * both)
    wings, nostrils = [], []
    for u, side in ((left, -1), (right, 1)):
        lift = 0.085 * u[9] + 0.03 * u[10] + 0.015 * u[12]
        wide = 1.0 + 0.12 * u[9] + 0.08 * u[10] + 0.08 * u[12] + 0.06 * u[20]
        wings.append((side * 0.185 * width * wide, tip_y + 0.035 - lift))
        nostrils.append((side * 0.085 * width * wide, tip_y + 0.085 - 0.7 * lift))
    return Nose(tip, (0.0, EYE_Y - 0.12), (wings[0], wings[1]), (nostrils[0], nostrils[1]), width)


def _mouth(left: list[float], right: list[float], who: Identity, jaw: float) -> Mouth:
    """Lip curves. Left and right intensities are mixed along the mouth, so that a one-sided smile bends it."""

    def u(unit: int) -> np.ndarray | float:
        # Most units rest in most faces, and numbers are quicker than arrays of noughts.
        if left[unit] == 0.0 == right[unit]:
            return 0.0
        return left[unit] * _LEFT + right[unit] * _RIGHT

    y0 = MOUTH_Y * who.face_length + who.mouth_height
    stretch = 0.22 * u(12) + 0.30 * u(20) - 0.16 * u(23) - 0.10 * u(24) - 0.30 * u(27) - 0.12 * u(26) - 0.05 * u(17)
    stretch = stretch + 0.08 * u(14) + 0.03 * u(15)
    x = _T * 0.345 * who.mouth_width * (1.0 + stretch)
    corner = -0.165 * u(12) + 0.135 * u(15) + 0.06 * u(20) - 0.03 * u(14) - who.mouth_curve + 0.03 * u(16)
    middle = -0.055 * u(17) - 0.035 * u(10) - 0.02 * u(9) + 0.025 * u(12) - 0.02 * u(15)
    bend = _BEND ** (1.7 + 0.5 * u(12))
    closed = y0 + middle * (1.0 - bend) + corner * bend + jaw * 0.42
    closed = closed + 0.012 * np.cos(_T * np.pi * 1.5) * (1.0 - bend)
    mean = [(a + b) / 2 for a, b in zip(left, right, strict=True)]
    pressed = (1.0 - 0.85 * mean[24]) * (1.0 - 0.35 * mean[23]) * (1.0 - 0.35 * mean[17])
    open_profile = (1.0 - _BEND**2.4) ** 0.75
    up = 0.03 * u(25) + 0.065 * u(10) + 0.03 * u(9) + 0.03 * u(12) * u(25) + 0.3 * jaw
    down = 0.075 * u(25) + 0.075 * u(16) + 0.72 * jaw + 0.03 * u(20) * u(25) + 0.015 * u(12) * u(25)
    up, down = up * pressed * open_profile, down * pressed * open_profile
    thin = (1.0 - 0.30 * u(12)) * (1.0 - 0.58 * u(23)) * (1.0 - 0.68 * u(24)) * (1.0 - 0.30 * u(20))
    thin = thin * (1.0 - 0.25 * mean[27])
    full = 0.3 + 0.7 * who.lip_fullness
    bow = (1.0 - _BEND**2.0) ** 0.85 * (1.0 - 0.20 * np.exp(-((_T / 0.16) ** 2)))
    upper = 0.088 * full * thin * bow * (1.0 - 0.15 * u(10))
    lower = 0.112 * full * thin * (1.0 - _BEND**2.6) ** 0.9 * (1.0 + 0.18 * u(17) - 0.15 * u(16))
    curves = xy(x, closed - up - upper), xy(x, closed - up), xy(x, closed + down), xy(x, closed + down + lower)
    gap = float(np.max(up + down))
    upper_teeth = min(1.0, 0.3 + 0.8 * mean[12] + 0.6 * mean[10] + 0.4 * mean[9] + 0.1 * mean[20])
    lower_teeth = min(1.0, 0.8 * mean[16] + 0.25 * mean[20])
    corners = np.array(((x[0], closed[0]), (x[-1], closed[-1])))
    return Mouth(*curves, gap, upper_teeth, lower_teeth, corners)
