"""An annotated copy of a video.

OpenCV writes only to files, so the copy goes to one that has no place on a disk where the system offers that (Linux),
and otherwise to a temporary file that is deleted as soon as it was read.
"""

import contextlib
import os
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.languages import Sentence
from fer_core.reading.video import Sight, Video, VideoReading, mark, quiet_opencv
from fer_core.runtime import _quiet_stderr

LONGEST = 640
"""The longer side of the copy, in pixels: its encoder takes longer than all else (`benchmarks/video_copy.py`)."""
FASTEST = 24.0
"""The copy's most frames a second, as films have them: each frame more is paid for in the encoder."""
ON_DISK = not hasattr(os, "memfd_create")
"""Whether this system needs a temporary file for the copy."""


def annotate_frames(data: bytes, name: str, found: VideoReading, write: Any, least: float = 0.0) -> Iterator[float]:
    """Calls `write(frame)` with each annotated frame that was read (u8 RGB, longer side at most LONGEST); yields the
    share done, 0 to 1. least: see `fer_core.reading.sure`."""
    by_frame: dict[int, list[Sight]] = {}
    for sight in found.sights:
        by_frame.setdefault(sight.frame, []).append(sight)
    with Video(data, name) as clip:
        for i, (number, _, frame) in enumerate(clip.frames(found.rate)):
            if i >= found.read_frames:
                break
            write(small_marked(frame, by_frame.get(number, []), least))
            yield (i + 1) / found.read_frames


def small_marked(frame: np.ndarray, sights: list[Sight], least: float = 0.0) -> np.ndarray:
    """A frame u8 (h, w, 3) RGB, its longer side at most LONGEST, with its faces marked as by `video.mark`.

    Shrunk first: marking all pixels of a large frame cost more than reading its faces.
    """
    small = pictures.shrink(frame, LONGEST)
    scale = small.shape[1] / frame.shape[1]
    return mark(small, [_scaled(sight, scale) for sight in sights], least)


def _scaled(sight: Sight, scale: float) -> Sight:
    square = sight.square
    return replace(sight, square=replace(square, x=square.x * scale, y=square.y * scale, side=square.side * scale))


def copy_rate(found: VideoReading) -> float:
    """Frames a second of the copy: as many as were read on average, 1 to FASTEST."""
    seconds = found.times[-1] if found.times else 0.0
    return min(FASTEST, max(1.0, min(found.rate, (found.read_frames - 1) / seconds if seconds else found.rate)))


def ticks(times: list[float], rate: float) -> list[int]:
    """How often each frame is written so that the copy, whose frames come at a constant rate, keeps the clock.

    times: seconds of the frames. Frame i shows from its time to the next one's; the last for one tick.
    """
    places = [round(time * rate) for time in times]
    return [max(0, after - now) for now, after in pairwise([*places, places[-1] + 1])] if places else []


def annotated(data: bytes, name: str, found: VideoReading, least: float = 0.0) -> bytes:
    """The annotated video as webm (VP8), of the frames that were read, each at its time; `least` as in `video.mark`."""
    parts = Annotation(data, name, found, least)
    for _ in parts.steps():
        pass
    return parts.content


class Annotation:
    """Makes the annotated video step by step; `content` holds it afterwards. Plays in every browser (webm, VP8)."""

    def __init__(self, data: bytes, name: str, found: VideoReading, least: float = 0.0) -> None:
        self._data, self._name, self._found, self._least = data, name, found, least
        self.content = b""

    def steps(self) -> Iterator[float]:
        """Yields the share done, 0 to 1. Raises FerError where the system has no VP8 encoder."""
        rate = copy_rate(self._found)
        times = iter(ticks(self._found.times, rate))
        with _nameless_file() as (path, content):
            with _Encoder(path, rate) as encoder, quiet_opencv():
                yield from annotate_frames(
                    self._data, self._name, self._found, lambda frame: encoder.add(frame, next(times)), self._least
                )
            self.content = content()


class _Encoder(contextlib.AbstractContextManager["_Encoder"]):
    """Writes frames to a webm in a thread of its own: encoding takes longer than decoding and marking together, and
    OpenCV lets go of the interpreter in both. A few frames wait at most, so memory stays as it is."""

    _WAITING = 8

    def __init__(self, path: str, rate: float) -> None:
        self._path, self._rate = path, rate
        self._writer: Any = None
        self._pool = ThreadPoolExecutor(1, "annotated copy")
        self._waiting: deque[Future[None]] = deque()

    def add(self, frame: np.ndarray, times: int) -> None:
        """Writes a frame u8 (h, w, 3) RGB so many times. Raises FerError where the system has no VP8 encoder."""
        self._waiting.append(self._pool.submit(self._write, frame, times))
        if len(self._waiting) > self._WAITING:
            self._waiting.popleft().result()

    def _write(self, frame: np.ndarray, times: int) -> None:
        import cv2

        if self._writer is None:
            size = (frame.shape[1], frame.shape[0])
            with _quiet_stderr():  # OpenCV prints a remark about the codec's tag
                self._writer = cv2.VideoWriter(self._path, cv2.VideoWriter.fourcc(*"VP80"), self._rate, size)
        if not self._writer.isOpened():
            raise FerError(Sentence("This OpenCV has no VP8 encoder, so no annotated video can be made; take the csv."))
        bgr = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
        for _ in range(times):
            self._writer.write(bgr)

    def __exit__(self, kind: type[BaseException] | None, *problem: object) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)
        if self._writer is not None:
            self._writer.release()
        if kind is None:
            for one in self._waiting:
                one.result()


@contextlib.contextmanager
def _nameless_file() -> Iterator[tuple[str, Any]]:
    """(path to write a .webm to, function that returns its bytes); nothing is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="fer_lab_") as folder:
        path = Path(folder) / "annotated.webm"
        if ON_DISK:
            yield str(path), path.read_bytes
            return
        handle = os.memfd_create("annotated")
        try:
            path.symlink_to(f"/proc/{os.getpid()}/fd/{handle}")  # the name only tells FFmpeg the container
            yield str(path), path.read_bytes
        finally:
            os.close(handle)
