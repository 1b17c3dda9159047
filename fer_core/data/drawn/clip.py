"""Drawn faces that move and change their expression: a clip for whoever has no camera, and for tests and benchmarks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fer_core.data.drawn.dataset import EXPRESSIONS, Light, Pose, draw_face, sample_identity

SIZE = (640, 480)
"""Width and height of a frame."""
_PORTRAIT = 200
_CHANGE = 45  # frames for which an expression stays
_PLAYS = (("happy", "surprise", "neutral", "angry"), ("sad", "happy", "fear", "surprise"))


def frames(count: int = 150, faces: int = 2, seed: int = 4) -> Iterator[np.ndarray]:
    """Frames u8 (480, 640, 3) of one or two drawn people that sway and change their expression."""
    rng = np.random.default_rng(seed)
    people = [sample_identity(rng) for _ in range(2)][:faces]
    portraits = {
        (k, name): draw_face(EXPRESSIONS[name], person, Pose(), Light(), size=_PORTRAIT)
        for k, person in enumerate(people)
        for name in _PLAYS[k]
    }
    for i in range(count):
        frame = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
        angle = 2 * np.pi * i / 150
        for k in range(len(people)):
            name = _PLAYS[k][(i // _CHANGE) % 4]
            x = int(60 + k * 300 + 30 * np.sin(angle + k))
            y = int(140 + 40 * np.cos(2 * angle + k))
            frame[y : y + _PORTRAIT, x : x + _PORTRAIT] = portraits[k, name][..., None]
        yield frame


def write_mjpeg(path: Path, count: int = 150, faces: int = 2) -> Path:
    """The clip as JPEG after JPEG, which is what Chromium's fake camera takes as an .mjpeg file."""
    from fer_core.pictures import encode_jpeg

    with path.open("wb") as file:
        for frame in frames(count, faces):
            file.write(encode_jpeg(frame, 85))
    return path
