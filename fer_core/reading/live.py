"""Frame after frame: faces, numbers that stay, smoothed probabilities, and a map of where the network looked.

Nothing of a frame is kept: the state between frames is each face's box and its seven smoothed probabilities.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.languages import Sentence
from fer_core.reading.faces import Face, find_faces
from fer_core.reading.inference import Predictor
from fer_core.reading.looks import ANYHOW_BELOW, AT_ONCE, CUT_BELOW, FACE, SCENE, likeness, thumbnail
from fer_core.reading.tracking import Tracker

MAX_FACES = 8
"""Faces of one frame that are read at most; the largest ones."""

Mapper = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(crops u8 (N, 48, 48), classes (N,)) -> maps u8 (N, 48, 48), places on a colour scale of 256 steps."""


@dataclass(frozen=True)
class Seen:
    """One tracked face of a frame: `probabilities` f64 (7,), smoothed; `map` u8 (48, 48) or None."""

    number: int
    face: Face
    probabilities: np.ndarray
    map: np.ndarray | None = None


@dataclass
class LiveReader:
    """Reads frames in the order in which they were taken.

    Attributes:
        predictor: the run that is asked.
        tracker: numbers and smoothing.
        flip: average with the mirrored face.
        level: turn tilted faces upright.
        mapper: makes the overlay, or None.
        most: faces of one frame that are read, the largest ones; 1 to MAX_FACES.
        busy: seconds that the last frame took.
        left_out: faces of the last frame that were not read, being the smallest of more than `most`.
    """

    predictor: Predictor
    tracker: Tracker = field(default_factory=Tracker)
    flip: bool = False
    level: bool = True
    mapper: Mapper | None = None
    most: int = MAX_FACES
    busy: float = 0.0
    left_out: int = 0
    _lock: Any = field(default_factory=threading.Lock, repr=False)
    _scene: np.ndarray | None = field(default=None, repr=False)
    _when: float = field(default=0.0, repr=False)

    def read(self, frame: np.ndarray, when: float) -> list[Seen]:
        """The faces of a frame, u8 (h, w, 3) RGB, taken at `when` seconds; by number. Empty where there is none."""
        began = time.perf_counter()
        with self._lock:
            faces = find_faces(frame, level=self.level, quick=True)
            self._follow_scene(frame, when)
            self.left_out = max(0, len(faces) - self.most)
            if self.left_out:
                least = sorted(face.square.side for face in faces)[-self.most]
                faces = [face for face in faces if face.square.side >= least][: self.most]
            looks = [thumbnail(face.crop, FACE) for face in faces]
            tracks = self.tracker.update([face.box for face in faces], when, looks)
            crops = np.stack([face.crop for face in faces]) if faces else np.zeros((0, 48, 48), np.uint8)
            fresh = self.predictor.probabilities(crops, flip=self.flip)
            smoothed = [self.tracker.smooth(track, p) for track, p in zip(tracks, fresh, strict=True)]
            maps: Any = [None] * len(faces)
            if self.mapper and faces:
                maps = self.mapper(crops, np.argmax(smoothed, axis=1))
        seen = [
            Seen(track.number, face, p, overlay)
            for track, face, p, overlay in zip(tracks, faces, smoothed, maps, strict=True)
        ]
        self.busy = time.perf_counter() - began
        return sorted(seen, key=lambda one: one.number)

    def _follow_scene(self, frame: np.ndarray, when: float) -> None:
        """Ends all tracks where this frame shows another scene than the one before, and doubts them where it may."""
        scene = thumbnail(np.ascontiguousarray(frame[..., 1]), SCENE)
        alike = 1.0 if self._scene is None else likeness(self._scene, scene)
        if alike < (CUT_BELOW if when - self._when <= AT_ONCE else ANYHOW_BELOW):
            self.tracker.cut()
        elif alike < CUT_BELOW:
            self.tracker.doubt()
        self._scene, self._when = scene, when

    def read_jpeg(self, data: bytes, when: float) -> tuple[list[Seen], tuple[int, int]]:
        """As `read`, from a JPEG as a browser sends it; also the frame's width and height.

        Raises FerError for bytes that are no picture, or one too large for a live frame.
        """
        frame = pictures.decode(data, "The camera's frame")
        height, width = frame.shape[:2]
        if width > 4096 or height > 4096:
            raise FerError(
                Sentence(
                    "The camera's frame is {width} x {height} pixels; live frames go up to 4096 a side.",
                    width=width,
                    height=height,
                )
            )
        return self.read(frame, when), (width, height)
