"""Pictures with drawn people in them, for trying face detection without a photograph of anyone: a portrait in colour,
and the frames of a clip in which faces move and change expression."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from fer_core.data.drawn.anatomy import anatomy
from fer_core.data.drawn.canvas import CanvasSize
from fer_core.data.drawn.person import Identity, Light, Pose, sample_identity
from fer_core.data.drawn.render import render
from fer_core.data.drawn.units import EXPRESSIONS, sides
from fer_core.errors import FerError
from fer_core.labels import CLASSES

_STUDIO = Light(azimuth=-28.0, elevation=32.0, ambient=0.42, gain=1.0, gamma=0.9)


def _check(expression: str) -> None:
    if expression not in EXPRESSIONS:
        raise FerError(f"There is no expression {expression!r}; choose one of {', '.join(CLASSES)}.")


def _sitter(rng: np.random.Generator) -> Identity:
    """A person whom a face detector takes for one: no extremes of age, hair in the face or thick rims."""
    who = sample_identity(rng)
    return replace(who, background=0.35 + 0.4 * who.background, age=0.6 * who.age, glasses=False)


def portrait(expression: str = "happy", size: int = 480, seed: int = 0) -> np.ndarray:
    """A drawn person with shoulders on a plain background, u8 (size, size, 3), RGB.

    Raises FerError for an unknown expression or a size outside 160 to 1024.
    """
    _check(expression)
    if not 160 <= size <= 1024:
        raise FerError(f"A portrait can be 160 to 1024 pixels a side, not {size}.")
    rng = np.random.default_rng(seed)
    who = _sitter(rng)
    roll, yaw, pitch = (float(v) for v in rng.uniform(-1, 1, 3) * (4.0, 9.0, 4.0))
    pose = Pose(roll=roll, yaw=yaw, pitch=pitch, shift_y=-0.05, scale=0.52)
    frame = CanvasSize(size, size, fine=2, relief=1, channels=3)
    return render(anatomy(*sides(EXPRESSIONS[expression]), who), who, pose, _STUDIO, frame)


def clip_frames(
    seconds: float = 6.0,
    fps: float = 15.0,
    faces: int = 2,
    seed: int = 0,
    height: int = 480,
    width: int = 640,
) -> Iterator[np.ndarray]:
    """Frames, u8 (height, width, 3) RGB, of drawn people side by side who sway and pass from one expression to the
    next, one every two seconds. Raises FerError for a number of faces outside 1 to 4, or no frames at all."""
    if not 1 <= faces <= 4:
        raise FerError(f"A clip can show 1 to 4 faces, not {faces}.")
    count = int(seconds * fps + 0.5)
    if count < 1:
        raise FerError(f"A clip of {seconds} s at {fps} frames a second has no frames.")
    return _frames(count, fps, faces, seed, height, width)


def _frames(count: int, fps: float, faces: int, seed: int, height: int, width: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    people = [_sitter(rng) for _ in range(faces)]
    # One wall behind all of them.
    people = [replace(who, background=people[0].background) for who in people]
    plans = [rng.permutation(len(CLASSES)) for _ in people]
    edges = [round(width * i / faces) for i in range(faces + 1)]
    frames = [CanvasSize(height, right - left, 1, 1, 3) for left, right in pairwise(edges)]
    for index in range(count):
        time = index / fps
        yield np.concatenate(
            [_person(time, i, people[i], plans[i], frames[i]) for i in range(faces)],
            axis=1,
        )


def _person(time: float, number: int, who: Identity, plan: np.ndarray, frame: CanvasSize) -> np.ndarray:
    """One person's part of a frame at a time in seconds."""
    phase = time + 0.7 * number
    step, share = divmod(phase / 2.0, 1.0)
    ease = min(share / 0.35, 1.0)
    ease = ease * ease * (3.0 - 2.0 * ease)
    now = EXPRESSIONS[CLASSES[plan[int(step) % len(plan)]]]
    before = EXPRESSIONS[CLASSES[plan[(int(step) - 1) % len(plan)]]]
    units = {u: ease * now.get(u, 0.0) + (1.0 - ease) * before.get(u, 0.0) for u in {**before, **now}}
    pose = Pose(
        roll=4.0 * math.sin(0.9 * phase + number),
        yaw=9.0 * math.sin(0.7 * phase + 2.0 * number),
        pitch=3.0 * math.sin(1.1 * phase),
        shift_x=0.03 * math.sin(0.5 * phase + number),
        shift_y=-0.04 + 0.02 * math.sin(0.8 * phase),
        scale=0.62 + 0.05 * math.sin(0.4 * phase),
    )
    return render(anatomy(*sides(units), who), who, pose, _STUDIO, frame)
