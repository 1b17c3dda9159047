"""Videos in, tracked faces over time out. A video is decoded from memory, without a file."""

import contextlib
import io
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.languages import Sentence
from fer_core.reading.annotate import annotate
from fer_core.reading.faces import Square
from fer_core.reading.inference import Predictor
from fer_core.reading.live import LiveReader
from fer_core.reading.sure import name_of
from fer_core.reading.tracking import Tracker

# FFmpeg writes to stderr what is said here in our own words; OpenCV reads this when it opens its first video.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

MAX_FRAME = 4096 * 4096
"""Pixels of a frame; larger videos are refused."""
MAX_SECONDS = 1800
"""Length up to which a video is read."""
_ROUNDING = 0.002  # seconds: containers round times to milliseconds
LONGEST = 960  # longer side at which frames are read and annotated: more pixels don't show more of 48 x 48 faces

_NO_FRAMES = Sentence("{name} has no frames that can be decoded; save it again as mp4 or webm.")


@dataclass(frozen=True)
class Info:
    """What a file says of itself before it is read.

    Attributes:
        name: the video's. width, height: in pixels, as decoded.
        rate: nominal frames a second, 1 to 240. Frames of phones and browsers come when they come: use their times.
        length: seconds, None where the file doesn't say (browser recordings); a reading knows it better.
    """

    name: str
    width: int
    height: int
    rate: float
    length: float | None


@dataclass(frozen=True)
class Sight:
    """One face in one frame: frame (0-based), its time in seconds, the face's number, place, and probabilities (7,)."""

    frame: int
    time: float
    number: int
    square: Square
    probabilities: np.ndarray


@dataclass
class VideoReading:
    """What has been read so far.

    Attributes:
        info: of the video.
        rate: frames read a second.
        smoothing: see `fer_core.reading.tracking.Tracker`.
        sights: in order of time.
        times: seconds of each frame that was read, from the first frame of the video on.
        left_out: faces of each of these frames that were not read, being the smallest of more than MAX_FACES.
        done: 0 to 1.
        finished: whether the end was reached.
    """

    info: Info
    rate: float = 10.0
    smoothing: float = 0.3
    sights: list[Sight] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    done: float = 0.0
    finished: bool = False

    @property
    def read_frames(self) -> int:
        """How many frames were read."""
        return len(self.times)

    def of(self, number: int) -> list[Sight]:
        """The sights of one face."""
        return [sight for sight in self.sights if sight.number == number]

    def numbers(self) -> list[int]:
        """The faces' numbers, those seen longest first."""
        counts: dict[int, int] = {}
        for sight in self.sights:
            counts[sight.number] = counts.get(sight.number, 0) + 1
        return sorted(counts, key=lambda number: (-counts[number], number))


class Video(contextlib.AbstractContextManager["Video"]):
    """An open video, decoded from its bytes.

    Raises FerError for what is no video, has no frames, or frames that are too large.
    """

    def __init__(self, data: bytes, name: str = "the video") -> None:
        # OpenCV does not hold on to the stream it reads from: without this name the process would crash.
        self._stream = _Stream(data)
        self._capture = _open(self._stream, data, name)
        try:
            self.info = _info(self._capture, name)
        except FerError:
            self._capture.release()
            raise

    def frames(self, rate: float = math.inf) -> Iterator[tuple[int, float, np.ndarray]]:
        """(0-based number, seconds since the first frame, u8 (h, w, 3) RGB), from the start, once.

        rate: at most so many frames a second, by the clock: of each 1 / rate seconds the first frame. The times are the
        container's; the number over a nominal rate is wrong for every video whose rate varies.
        """
        import cv2

        due = 0.0
        for number, time in enumerate(self._times()):
            if time >= due - _ROUNDING:
                there, frame = self._capture.retrieve()
                if not there or frame is None:
                    break
                yield number, time, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
                due = (math.floor((time + _ROUNDING) * rate) + 1) / rate if math.isfinite(rate) else 0.0

    def _times(self) -> Iterator[float]:
        """Seconds of each frame since the first one, as each is grabbed; never falling.

        Where a file has no times of its own (all zero, or running backwards), the nominal rate stands in.
        """
        import cv2

        first: float | None = None
        time = -1.0 / self.info.rate
        while self._capture.grab():
            own = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            first = own if first is None else first
            time = own - first if own - first > time else time + 1.0 / self.info.rate
            yield time

    def __exit__(self, *problem: object) -> None:
        self._capture.release()


def read(
    clip: Video, found: VideoReading, predictor: Predictor, flip: bool = False, level: bool = True
) -> Iterator[VideoReading]:
    """Reads a video from the start, adding to `found`; yields it after each frame that was read, so that the caller
    can show progress or stop."""
    reader = LiveReader(predictor, Tracker(found.smoothing), flip=flip, level=level)
    for number, time, frame in clip.frames(found.rate):
        if time > MAX_SECONDS:
            break
        small = pictures.shrink(frame, LONGEST)
        scale = frame.shape[1] / small.shape[1]
        for seen in reader.read(small, time):
            square = seen.face.square
            place = Square(square.x * scale, square.y * scale, square.side * scale, square.roll)
            found.sights.append(Sight(number, time, seen.number, place, seen.probabilities))
        found.times.append(time)
        found.left_out.append(reader.left_out)
        if clip.info.length:  # 0.99 until the end is there: what a file says of its length is often wrong
            found.done = max(found.done, min(0.99, time / clip.info.length))
        yield found
    found.done, found.finished = 1.0, True
    if not found.read_frames:
        raise FerError(Sentence(_NO_FRAMES, name=clip.info.name))


def rows(found: VideoReading, run: str, least: float = 0.0) -> list[dict[str, Any]]:
    """One row a sight: video, seconds, frame, face, crop position, run, predicted, shown (the same, or "not sure" below
    the probability `least`, see `fer_core.reading.sure`), a column for each class."""
    return [
        {
            "video": found.info.name,
            "seconds": round(sight.time, 3),
            "frame": sight.frame,
            "face": sight.number,
            "centre_x": round(sight.square.x, 1),
            "centre_y": round(sight.square.y, 1),
            "side": round(sight.square.side, 1),
            "run": run,
            "predicted": CLASSES[int(np.argmax(sight.probabilities))],
            "shown": name_of(sight.probabilities, least),
            **{name: round(float(sight.probabilities[i]), 4) for i, name in enumerate(CLASSES)},
        }
        for sight in found.sights
    ]


def frame_at(data: bytes, name: str, number: int) -> np.ndarray:
    """Frame `number`, u8 (h, w, 3) RGB; the first one where the video is shorter.

    Counts frames from the start: seeking by number lands elsewhere in many webm files.
    """
    with Video(data, name) as clip:
        last = None
        for place, _, frame in clip.frames():
            last = frame
            if place >= number:
                break
    if last is None:
        raise FerError(
            Sentence("Frame {number} of {name} can't be decoded; choose an earlier one.", number=number, name=name)
        )
    return last


def mark(frame: np.ndarray, sights: list[Sight], least: float = 0.0) -> np.ndarray:
    """A frame with its faces framed, numbered and named, "not sure" below `least`: u8 (h, w, 3) RGB."""
    if not sights:
        return frame
    p = np.stack([sight.probabilities for sight in sights])
    return annotate(frame, [sight.square for sight in sights], p, [sight.number for sight in sights], least)


class _Stream(io.BytesIO):
    """Bytes to decode from. A damaged file has the decoder seek to places before the file's start: OpenCV ends the
    whole process where Python raises in the middle of its work, so it is told -1, "that failed"."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return super().seek(offset, whence)
        except (ValueError, OverflowError):
            return -1


def _open(stream: io.BytesIO, data: bytes, name: str) -> Any:
    import cv2

    if not data:
        raise FerError(Sentence("{name} is empty (0 bytes); choose another file.", name=name))
    with quiet_opencv():
        try:
            # OpenCV's own types know neither a file in memory for what it is nor an empty list of options.
            capture: Any = cv2.VideoCapture(stream, cv2.CAP_FFMPEG, [])  # type: ignore[call-overload]
        except cv2.error:
            capture = None
    if capture is None or not capture.isOpened():
        raise FerError(
            Sentence("{name} is no video that can be decoded, or is cut short; save it as mp4 or webm.", name=name)
        )
    return capture


def _info(capture: Any, name: str) -> Info:
    import cv2

    width, height = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    if width < 1 or height < 1:
        raise FerError(Sentence(_NO_FRAMES, name=name))
    if width * height > MAX_FRAME:
        raise FerError(
            Sentence(
                "{name} has frames of {width:,} x {height:,} pixels; save it smaller, say 1920 x 1080.",
                name=name,
                width=width,
                height=height,
            )
        )
    rate, frames = float(capture.get(cv2.CAP_PROP_FPS)), float(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    # The count is the container's length times the nominal rate, whatever that is: avi of varying rate names 1000.
    length = frames / rate if rate > 0 and math.isfinite(rate) and 0 < frames < 1e9 else None
    if not math.isfinite(rate) or not 1 <= rate <= 240:
        rate = 30.0
    return Info(name, width, height, rate, length)


@contextlib.contextmanager
def quiet_opencv() -> Iterator[None]:
    """OpenCV logs what we say in our own words."""
    import cv2

    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)
