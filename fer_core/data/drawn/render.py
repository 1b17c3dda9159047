"""From anatomy to a picture: what is painted where, in which order."""

import numpy as np

from fer_core.data.drawn.anatomy import Anatomy
from fer_core.data.drawn.canvas import Canvas, CanvasSize, Projection, ellipse, ellipses, smooth
from fer_core.data.drawn.paint import Palette, hair_back, hair_front, palette
from fer_core.data.drawn.parts import Brow, Eye, xy
from fer_core.data.drawn.person import Identity, Light, Pose
from fer_core.data.drawn.shade import develop, shade

LIP_Z = 0.08
"""How far the lips stand out of the head's ellipsoid, in face units."""


def render(face: Anatomy, who: Identity, pose: Pose, light: Light, frame: CanvasSize) -> np.ndarray:
    """The picture, u8 (height, width) or (height, width, 3) RGB, without camera noise."""
    colours = palette(who, frame.channels)
    canvas = Canvas(frame, Projection(frame, pose), colours.background)
    hair_back(canvas, who, colours)
    _head(canvas, face, who, colours)
    if who.beard or who.moustache:
        _beard(canvas, face, who, colours)
    _nose(canvas, face, colours)
    _mouth(canvas, face, colours)
    for eye in face.eyes:
        _eye(canvas, eye, pose, colours)
    for brow in face.brows:
        _brow(canvas, brow, colours)
    hair_front(canvas, who, colours)
    if who.glasses:
        _glasses(canvas, who, colours)
    _relief(canvas, face)
    canvas.draw()
    return develop(shade(canvas, who, light), who, light, frame)


def _ring(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """The closed shape between two curves that run the same way."""
    return np.concatenate((upper, lower[::-1]))


def _head(canvas: Canvas, face: Anatomy, who: Identity, colours: Palette) -> None:
    chin = face.chin
    neck = np.array(((-0.60, 0.75), (-0.60, chin + 0.35), (-0.95, chin + 0.75), (0.95, chin + 0.75),
                     (0.60, chin + 0.35), (0.60, 0.75)))  # fmt: skip
    canvas.fill(smooth(neck, closed=True), colours.neck, z=-0.15, solid=140)
    collar = 1.25
    shirt = np.array(((-2.9, 4.5), (-2.4, collar + 0.95), (-0.75, collar + 0.50), (0.0, collar + 0.72),
                      (0.75, collar + 0.50), (2.4, collar + 0.95), (2.9, 4.5)))  # fmt: skip
    canvas.fill(smooth(shirt), colours.shirt, z=-0.2, solid=90)
    for side in (-1, 1):
        ear = side * 1.01 * who.face_width
        canvas.fill(ellipse(ear, 0.03, 0.10, 0.25, side * 8.0), colours.ear, z=-0.1, solid=200)
        canvas.fill(ellipse(ear + side * 0.02, 0.01, 0.04, 0.16, side * 8.0), colours.ear_inner, z=-0.1)
    canvas.fill(smooth(face.outline, closed=True), colours.skin, z=0.0, solid=255)


def _brow(canvas: Canvas, brow: Brow, colours: Palette) -> None:
    upper, lower = brow.line.copy(), brow.line.copy()
    upper[:, 1] -= brow.half
    lower[:, 1] += brow.half
    canvas.fill(_ring(smooth(upper), smooth(lower)), colours.brow, extra=0.04)


def _eye(canvas: Canvas, eye: Eye, pose: Pose, colours: Palette) -> None:
    upper, lower = smooth(eye.upper, steps=3), smooth(eye.lower, steps=3)
    socket = _ring(upper, lower)
    canvas.fill(socket, colours.sclera)
    order = slice(None) if upper[0, 0] < upper[-1, 0] else slice(None, None, -1)
    xs, tops, bottoms = upper[order, 0], upper[order, 1], lower[order, 1]

    def between_lids(x: float, y: float, radius: float) -> np.ndarray:
        points = ellipse(x, y, radius, radius)
        across = np.minimum(np.maximum(points[:, 0], xs[0]), xs[-1])
        down = np.maximum(points[:, 1], np.interp(across, xs, tops))
        return xy(across, np.minimum(down, np.interp(across, xs, bottoms)))

    x, y = eye.centre[0] + 0.06 * pose.gaze_x, eye.centre[1] + 0.04 * pose.gaze_y
    canvas.fill(between_lids(x, y, eye.radius), colours.iris)
    canvas.fill(between_lids(x, y, eye.radius * 0.5), colours.pupil)
    canvas.fill(between_lids(x - 0.03, y - 0.035, eye.radius * 0.24), colours.glint)
    canvas.line(lower, colours.lower_lid, 0.018)
    canvas.line(upper, colours.lash, 0.036)
    canvas.line(smooth(eye.crease), colours.crease, 0.018)


def _nose(canvas: Canvas, face: Anatomy, colours: Palette) -> None:
    for (x, y), (wing_x, wing_y) in zip(face.nose.nostrils, face.nose.wings, strict=True):
        side = 1.0 if x > 0 else -1.0
        canvas.fill(ellipse(x, y, 0.058, 0.024, side * 14.0), colours.nostril, extra=0.2)
        edge = np.array(((wing_x * 1.0, wing_y - 0.03), (wing_x * 1.04, wing_y + 0.02), (wing_x * 0.86, wing_y + 0.06)))
        canvas.line(smooth(edge), colours.crease, 0.018, extra=0.12)


def _mouth(canvas: Canvas, face: Anatomy, colours: Palette) -> None:
    mouth = face.mouth
    canvas.fill(_ring(mouth.upper_outer, mouth.lower_outer), colours.lip, LIP_Z)
    canvas.fill(_ring(mouth.upper_outer, mouth.upper_inner), colours.upper_lip, LIP_Z)
    if mouth.gap <= 0.012:
        canvas.line(mouth.upper_inner, colours.mouth, 0.026, LIP_Z)
        return
    top, bottom = mouth.upper_inner, mouth.lower_inner
    room = bottom[:, 1] - top[:, 1]
    canvas.fill(_ring(top, bottom), colours.mouth, LIP_Z)
    if mouth.gap > 0.16:
        tongue = bottom.copy()
        tongue[:, 1] -= np.minimum(room * 0.36, mouth.gap * 0.32)
        canvas.fill(_ring(tongue[4:-4], bottom[4:-4]), colours.tongue, LIP_Z)
    edge = top.copy()
    edge[:, 1] += np.minimum(0.02 + 0.10 * mouth.upper_teeth, room * (0.25 + 0.65 * mouth.upper_teeth))
    canvas.fill(_ring(top[1:-1], edge[1:-1]), colours.teeth, LIP_Z)
    if mouth.lower_teeth > 0.1:
        edge = bottom.copy()
        edge[:, 1] -= np.minimum(0.075 * mouth.lower_teeth, room * 0.45)
        canvas.fill(_ring(edge[3:-3], bottom[3:-3]), colours.lower_teeth, LIP_Z)


def _beard(canvas: Canvas, face: Anatomy, who: Identity, colours: Palette) -> None:
    """Hair on jaw and upper lip, blended softly into the skin."""
    (lx, ly), (rx, ry) = face.mouth.corners
    if who.beard:
        outline = smooth(face.outline, closed=True)
        jaw = outline[outline[:, 1] > 0.05]
        jaw = jaw[np.argsort(np.arctan2(jaw[:, 0], jaw[:, 1] - 0.05))]
        chin = float(face.mouth.lower_outer[8, 1])
        inner = np.array(((0.84, 0.15), (0.72, 0.50), (rx + 0.17, ry - 0.02), (0.16, chin + 0.10), (-0.16, chin + 0.10),
                          (lx - 0.17, ly - 0.02), (-0.72, 0.50), (-0.84, 0.15)))  # fmt: skip
        depth = np.concatenate((np.zeros(len(jaw)), np.full(len(inner), 0.55)))
        canvas.veil_area(np.concatenate((jaw, inner)), int(190 * who.beard), z=depth)
    if who.moustache:
        nose = float(face.nose.nostrils[0][1]) + 0.05
        upper = ((rx - 0.02, ry - 0.07), (0.13, nose + 0.03), (0.03, nose + 0.05), (-0.03, nose + 0.05),
                 (-0.13, nose + 0.03), (lx + 0.02, ly - 0.07))  # fmt: skip
        ends = np.array(((lx - 0.07, ly + 0.06),)), np.array(((rx + 0.07, ry + 0.06),))
        shape = np.concatenate((ends[0], face.mouth.upper_outer, ends[1], np.array(upper)))
        canvas.veil_area(shape, int(205 * who.moustache), extra=LIP_Z)
    canvas.tint(colours.brow, 0.04)


_SQUARER = (1.0 + 0.16 * np.sin(np.arange(20) * np.pi / 5) ** 2)[:, None]


def _glasses(canvas: Canvas, who: Identity, colours: Palette) -> None:
    for side in (-1, 1):
        x = side * 0.44 * who.eye_distance
        rim = ellipse(0.0, 0.0, 0.30, 0.235) * _SQUARER + (x, -0.08)
        canvas.line(np.concatenate((rim, rim[:1])), colours.glasses, 0.032, extra=0.10)
        arm = np.array(((x + side * 0.30, -0.12), (side * 0.99 * who.face_width, -0.10)))
        canvas.line(arm, colours.glasses, 0.032, extra=0.04)
    bridge = np.array(((-0.145, -0.12), (0.0, -0.155), (0.145, -0.12)))
    canvas.line(smooth(bridge), colours.glasses, 0.032, extra=0.2)


def _relief(canvas: Canvas, face: Anatomy) -> None:
    """Bumps and creases of the skin."""
    bumps = face.skin.bumps
    shapes = ellipses(np.array([(bump.x, bump.y, bump.rx, bump.ry, bump.tilt) for bump in bumps]))
    for bump, shape in zip(bumps, shapes, strict=True):
        canvas.rise(shape, bump.height, bump.level, extra=0.15 * bump.level)
    for points, height in face.skin.ridges:
        canvas.rise(points, height, 1, extra=0.12)
    mouth = face.mouth
    canvas.rise(_ring(mouth.upper_outer, mouth.upper_inner), 0.45, 1, LIP_Z)
    canvas.rise(_ring(mouth.lower_inner, mouth.lower_outer), 0.75, 1, LIP_Z)
    if mouth.gap > 0.05:
        canvas.rise(_ring(mouth.upper_inner, mouth.lower_inner), -0.5, 1, LIP_Z)
    for fold in face.skin.folds:
        canvas.crease(fold.line, fold.depth, fold.width)
