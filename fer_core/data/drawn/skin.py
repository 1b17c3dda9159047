"""The skin between the parts of a drawn face: which creases and bulges each action unit makes.

Which ones they are follows the FACS manual's appearance changes: AU12 deepens the nasolabial furrow and lifts the
cheek, AU4 makes vertical furrows between the brows, AU1 and 2 wrinkle the forehead, AU6 makes crow's feet, and so on.
"""

import numpy as np

from fer_core.data.drawn.parts import EYE_Y, Bump, Eye, Fold, Mouth, Nose, Skin, xy
from fer_core.data.drawn.person import Identity
from fer_core.types import XY, Doubles

_STEPS = np.arange(7)[:, None] / 6.0
_FROM, _OVER, _TO = (1 - _STEPS) ** 2, 2 * _STEPS * (1 - _STEPS), _STEPS**2
_ACROSS = np.arange(-3, 4) / 3.0
_FAINT = 0.05


def _curve(a: XY, b: XY, c: XY) -> Doubles:
    """A quadratic Bezier curve (7, 2)."""
    curve: Doubles = _FROM * a + _OVER * b + _TO * c
    return curve


def _fold(skin: Skin, depth: float, width: float, *points: XY) -> None:
    """Adds a crease through two or three points, unless it is too faint to see."""
    if depth > _FAINT:
        line = _curve(*points) if len(points) == 3 else np.array(points)
        skin.folds.append(Fold(line, min(depth, 1.0), width))


def one_side(skin: Skin, u: list[float], side: int, who: Identity, nose: Nose, mouth: Mouth, eye: Eye) -> None:
    """Adds what one half of the face (side -1 or 1) has."""
    index = 0 if side < 0 else 1
    corner = (float(mouth.corners[index, 0]), float(mouth.corners[index, 1]))
    _around_mouth(skin, u, side, who, nose.wings[index], corner)
    _around_eye(skin, u, side, who, eye)
    wing_x, wing_y = nose.wings[index]
    cheek_y = 0.30 - 0.10 * u[6] - 0.07 * u[12] - 0.04 * u[9]
    cheek = 0.38 + 0.38 * u[6] + 0.38 * u[12] + 0.15 * u[10]
    hollow = -0.22 - 0.40 * (0.4 * u[26] + 0.6 * u[27])
    skin.bumps.extend(
        (
            Bump(side * 0.42, EYE_Y - 0.04, 0.27, 0.16, 0.0, -0.60, 0),
            Bump(side * 0.42, -0.45 + 0.07 * u[4] - 0.07 * u[2], 0.34, 0.09, side * 6.0, 0.40 + 0.4 * u[4], 0),
            Bump(side * 0.57 * who.face_width, cheek_y, 0.27, 0.19, side * -14.0, cheek, 0),
            Bump(side * 0.70, 0.64, 0.13, 0.24, side * 14.0, hollow, 0),
            Bump(side * 0.43, EYE_Y + 0.005, 0.19, 0.115, 0.0, 0.40, 1),
            Bump(wing_x * 0.84, wing_y, 0.078 * who.nose_width, 0.068, 0.0, 0.55 + 0.2 * u[9], 1),
        )
    )
    puff = 0.28 * u[12] + 0.45 * u[14] + 0.3 * u[24]
    if puff > _FAINT:
        skin.bumps.append(Bump(corner[0] + side * 0.13, corner[1], 0.06, 0.10, 0.0, puff, 1))


def _around_mouth(skin: Skin, u: list[float], side: int, who: Identity, wing: XY, corner: XY) -> None:
    x, y = corner
    age = who.age
    furrow = 0.10 + 0.30 * age + 0.55 * u[12] + 0.55 * u[10] + 0.60 * u[9] + 0.2 * u[20] + 0.1 * u[15]
    bow = 0.15 + 0.14 * u[12] + 0.09 * u[10] + 0.05 * u[9]
    out = 0.10 + 0.04 * u[12] + 0.05 * u[10]
    _fold(
        skin, furrow, 0.05,
        (wing[0] + side * 0.04, wing[1] - 0.05),
        (wing[0] + side * bow, wing[1] + 0.08 - 0.03 * u[12]),
        (x + side * out, y - 0.02 - 0.05 * u[15]),
    )  # fmt: skip
    drop = 0.25 * max(0.0, age - 0.35) + 0.6 * u[15] + 0.15 * u[17] + 0.15 * u[20]
    _fold(skin, drop, 0.04, (x + side * 0.03, y + 0.02), (x + side * 0.07, y + 0.07), (x + side * 0.07, y + 0.17))
    dimple, spot = 0.9 * u[14] + 0.2 * u[12], x + side * 0.07
    _fold(skin, dimple, 0.04, (spot, y - 0.07), (spot + side * 0.04, y), (spot, y + 0.07))


def _around_eye(skin: Skin, u: list[float], side: int, who: Identity, eye: Eye) -> None:
    frown = 0.08 * who.age + 0.85 * u[4]
    x, y = side * (0.085 - 0.02 * u[4]), -0.43 + 0.06 * u[4] - 0.08 * u[1]
    _fold(skin, frown, 0.036, (x * 1.4, y - 0.10), (x, y), (x * 1.1, y + 0.11))
    for y, reach in ((EYE_Y - 0.03, 0.10), (EYE_Y + 0.06, 0.14)):
        _fold(skin, 0.55 * u[9], 0.028, (0.0, y - 0.015), (side * 0.06, y - 0.01), (side * reach, y + 0.05))
    skin.folds.append(Fold(eye.crease, 0.35, 0.03))
    bag = eye.lower[1:].copy()
    bag[:, 1] += _BAG
    if eye.bag > _FAINT:
        skin.folds.append(Fold(bag, 0.7 * eye.bag, 0.03))
    pouch = 0.2 * who.age + 0.5 * u[6] + 0.3 * u[7]
    skin.bumps.append(Bump(side * 0.45, EYE_Y + 0.16 - 0.03 * u[6], 0.20, 0.035, 0.0, pouch, 1))
    x, y = float(eye.upper[-1, 0]), float(eye.upper[-1, 1])
    for lift in (-0.07, 0.0, 0.07):
        _fold(skin, 0.55 * eye.crow, 0.025, (x + side * 0.05, y + 0.4 * lift), (x + side * 0.17, y + 1.4 * lift))


_BAG = 0.055 + 0.03 * np.arange(8)[::-1] / 8


def middle(skin: Skin, u: list[float], who: Identity, nose: Nose, mouth: Mouth, chin: float, jaw: float) -> None:
    """Adds what lies on the middle line, and the forehead's wrinkles; u is the mean of both sides."""
    age = who.age
    raised = (u[1] + u[2]) / 2
    depth = 0.28 * max(0.0, age - 0.3) + 0.55 * raised + 0.3 * u[1] * (1.0 - u[2])
    reach = 0.24 + 0.33 * (u[2] if u[1] + u[2] > 0 else 1.0)
    bend = 1.0 if u[2] >= u[1] else -1.0
    for row, y in enumerate((-0.68, -0.80, -0.92)):
        across = _ACROSS * (reach - 0.05 * row)
        line = xy(across, y - 0.06 * raised + 0.03 * bend * np.cos(across * 6.0))
        strength = min(depth, 1.0) * (1.0, 0.8, 0.5)[row]
        if strength > _FAINT:
            skin.folds.append(Fold(line, strength, 0.03))
    lip = float(mouth.lower_outer[8, 1])
    low = lip + 0.07 - 0.03 * u[17]
    _fold(skin, 0.30 + 0.4 * u[17] + 0.15 * u[24], 0.06, (-0.17, lip + 0.045), (0.0, low), (0.17, lip + 0.045))
    for x, y in ((-0.10, 0.10), (0.02, 0.07), (0.11, 0.11), (-0.03, 0.15)):
        y = chin - y - 0.10
        _fold(skin, 0.6 * u[17], 0.035, (x - 0.025, y), (x + 0.025, y + 0.01))
    _nose_ridge(skin, nose)
    lip = float(mouth.upper_outer[8, 1])
    base = nose.tip[1] + 0.10
    skin.bumps.extend(
        (
            Bump(0.0, -0.85, 0.62, 0.26, 0.0, 0.30, 0),
            Bump(0.0, 0.66 + 0.3 * jaw, 0.36, 0.24, 0.0, 0.35, 0),
            Bump(0.0, chin - 0.16, 0.23, 0.15, 0.0, 0.45 + 0.25 * u[17], 0),
            Bump(0.0, nose.tip[1], 0.112 * nose.width, 0.095, 0.0, 1.35, 1),
            Bump(0.0, (base + lip) / 2, 0.03, max((lip - base) / 2, 0.02), 0.0, -0.2, 1),
        )
    )


def _nose_ridge(skin: Skin, nose: Nose) -> None:
    (_, top), (_, tip) = nose.root, nose.tip
    w, half = nose.width, (top + tip) / 2
    right = ((0.11 * w, tip), (0.07 * w, half), (0.075, top))
    left = [(-x, y) for x, y in reversed(right)]
    skin.ridges.append((np.array((*left, *right)), 0.85))
