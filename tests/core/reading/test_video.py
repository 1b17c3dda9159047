"""Videos of drawn faces: decoded from memory, tracked, copied; and what is no video."""

import io
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from fer_core import pictures
from fer_core.data.drawn.clip import frames, write_mjpeg
from fer_core.errors import FerError
from fer_core.pictures import kinds
from fer_core.reading import video, video_copy
from fer_core.reading.faces import Square
from fer_core.reading.video import Info, Sight, Video, VideoReading
from tests.conftest import REPO


class FakePredictor:
    """Says happy for bright crops and sad for dark ones, without a network."""

    def probabilities(self, crops: np.ndarray, flip: bool = False) -> np.ndarray:
        bright = crops.mean(axis=(1, 2)) > 128
        return np.where(bright[:, None], np.eye(7)[3], np.eye(7)[4]).astype(np.float32)


@pytest.fixture(scope="module")
def clip() -> bytes:
    """Forty frames of two drawn people as webm."""
    found = VideoReading(Info("made", 640, 480, 20.0, 2.0), rate=20.0)
    return encode([frame for _, frame in zip(range(40), frames(40), strict=False)], found)


def encode(shown: list[np.ndarray], found: VideoReading) -> bytes:
    import cv2

    with video_copy._nameless_file() as (path, content):
        size = shown[0].shape[1], shown[0].shape[0]
        writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"VP80"), found.info.rate, size)
        for picture in shown:
            writer.write(picture[..., ::-1].copy())
        writer.release()
        return content()


@pytest.fixture(scope="module")
def found(clip: bytes) -> VideoReading:
    with Video(clip, "clip.webm") as opened:
        reading = VideoReading(opened.info, rate=10.0)
        shares = [each.done for each in video.read(opened, reading, FakePredictor())]
    assert shares == sorted(shares)
    return reading


def test_two_faces_keep_their_numbers_to_the_end(found: VideoReading) -> None:
    assert found.finished
    assert found.read_frames == 20
    assert found.numbers() == [1, 2]
    left, right = found.of(1), found.of(2)
    assert len(left) >= 18
    assert len(right) >= 18
    assert max(sight.square.x for sight in left) < min(sight.square.x for sight in right)
    assert [sight.frame for sight in left] == sorted(sight.frame for sight in left)
    assert {sight.frame % 2 for sight in found.sights} == {0}


def test_rows_say_when_where_and_what(found: VideoReading) -> None:
    first = video.rows(found, "run")[0]
    assert (first["video"], first["seconds"], first["frame"], first["face"]) == ("clip.webm", 0.0, 0, 1)
    assert first["predicted"] in ("happy", "sad")
    assert sum(first[name] for name in ("happy", "sad")) == pytest.approx(1)


def test_stopping_keeps_what_was_read(clip: bytes) -> None:
    with Video(clip, "clip.webm") as opened:
        reading = VideoReading(opened.info, rate=10.0)
        for _ in video.read(opened, reading, FakePredictor()):
            if reading.read_frames == 3:
                break
    assert not reading.finished
    assert 0 < reading.done < 0.2
    assert {sight.frame for sight in reading.sights} == {0, 2, 4}


def test_the_frame_of_a_moment_is_that_frame(clip: bytes) -> None:
    with Video(clip, "clip.webm") as opened:
        straight = {number: frame for number, _, frame in opened.frames()}
    for number in (0, 7, 39):
        assert np.array_equal(video.frame_at(clip, "clip.webm", number), straight[number])


def test_the_copy_has_the_frames_that_were_read_with_marks(clip: bytes, found: VideoReading) -> None:
    content = video_copy.annotated(clip, "clip.webm", found)
    with Video(content, "copy.webm") as opened:
        assert (opened.info.width, opened.info.height) == (640, 480)
        copied = [frame for _, _, frame in opened.frames()]
    assert len(copied) == 20
    square = found.sights[0].square
    edge = copied[0][round(square.y), max(0, round(square.x - square.side / 2))].astype(int)
    assert edge.max() - edge.min() > 40  # a coloured frame on a gray picture


def test_nothing_is_left_on_the_disk(clip: bytes, found: VideoReading, tmp_path: Path, monkeypatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    largest = 0
    for _ in (steps := video_copy.Annotation(clip, "clip.webm", found).steps()):
        largest = max(largest, sum(path.lstat().st_size for path in tmp_path.rglob("*") if path.is_symlink()))
        if not video_copy.ON_DISK:
            assert all(path.is_dir() or path.is_symlink() for path in tmp_path.rglob("*"))
        if largest:
            break
    steps.close()  # as when somebody stops it half-way
    assert list(tmp_path.iterdir()) == []


def test_frames_are_written_in_their_order_however_many_wait(tmp_path: Path) -> None:
    path = tmp_path / "copy.webm"
    grays = np.linspace(20, 235, 30).round().astype(int)
    with video_copy._Encoder(str(path), 10.0) as encoder:
        for gray in grays:
            encoder.add(np.full((48, 64, 3), gray, np.uint8), 2 if gray == grays[3] else 1)
    seen = [int(video.frame_at(path.read_bytes(), "copy", i)[10, 10, 1]) for i in (0, 3, 4, 5, 30)]
    assert np.abs(np.array(seen) - grays[[0, 3, 3, 4, 29]]).max() < 12


def test_what_goes_wrong_in_the_encoder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FerError, match="VP8"), video_copy._Encoder(str(tmp_path / "no" / "copy.webm"), 10.0) as encoder:
        encoder.add(np.zeros((48, 64, 3), np.uint8), 1)


def test_phone_and_browser_formats(tmp_path: Path) -> None:
    import cv2

    for name, codec in (("a.mp4", "mp4v"), ("a.mov", "mp4v")):
        writer = cv2.VideoWriter(str(tmp_path / name), cv2.VideoWriter_fourcc(*codec), 25, (640, 480))
        for frame in frames(5):
            writer.write(frame)
        writer.release()
        with Video((tmp_path / name).read_bytes(), name) as opened:
            assert opened.info.rate == pytest.approx(25)
            assert len(list(opened.frames())) == 5


def varying(container: str, codec: str, times: list[float], base: int = 1000) -> bytes:
    """A video whose frames stand at the given seconds, gray levels 40 up to 2 s, 120 up to 4 s, then 200."""
    av = pytest.importorskip("av")
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as file:
        track = file.add_stream(codec, rate=30)
        track.width, track.height, track.pix_fmt = 160, 120, "yuv420p"
        track.time_base = track.codec_context.time_base = Fraction(1, base)
        for time in times:
            level = 40 if time < 2 else 120 if time < 4 else 200
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), level, np.uint8), format="rgb24")
            frame.pts, frame.time_base = round(base * time), Fraction(1, base)
            for packet in track.encode(frame):
                file.mux(packet)
        for packet in track.encode():
            file.mux(packet)
    return stream.getvalue()


FAST_SLOW_FAST = [*np.arange(0, 2, 1 / 30), *np.arange(2, 4, 1 / 5), *np.arange(4, 6, 1 / 30)]
CONTAINERS = [("webm", "libvpx"), ("mp4", "mpeg4"), ("matroska", "mpeg4"), ("avi", "mpeg4"), ("mov", "mpeg4"),
              ("3gp", "mpeg4"), ("mpeg", "mpeg2video"), ("asf", "wmv2")]  # fmt: skip


@pytest.mark.parametrize(("container", "codec"), CONTAINERS[:5])
def test_times_are_the_clocks_where_the_rate_varies(container: str, codec: str) -> None:
    data = varying(container, codec, FAST_SLOW_FAST)
    with Video(data, "varying") as opened:
        times = [time for _, time, _ in opened.frames()]
        assert opened.info.length == pytest.approx(6, abs=0.1)
    np.testing.assert_allclose(times, FAST_SLOW_FAST, atol=0.002)
    with Video(data, "varying") as opened:
        chosen = [time for _, time, _ in opened.frames(10)]
    assert len(chosen) == 50 and max(np.diff(chosen)) <= 0.2 + 0.002  # 10 a second, 5 where there are no more
    with Video(data, "varying") as opened:
        found = VideoReading(opened.info, rate=10.0)
        *_, _ = video.read(opened, found, FakePredictor())
    copy = video_copy.annotated(data, "varying", found)
    with Video(copy, "copy.webm") as opened:
        shown = [(time, frame.mean()) for _, time, frame in opened.frames()]
    assert shown[-1][0] == pytest.approx(found.times[-1], abs=0.15)
    for wanted, level in ((1.0, 40), (3.0, 120), (5.0, 200)):  # each stands at its second, in the copy too
        nearest = min(shown, key=lambda one: abs(one[0] - wanted))
        assert nearest[1] == pytest.approx(level, abs=8)


@pytest.mark.parametrize(("container", "codec"), CONTAINERS[5:])
def test_videos_of_other_containers_are_read(container: str, codec: str) -> None:
    times = list(np.arange(10) / 25)
    with Video(varying(container, codec, times, 25), container) as opened:
        assert len(list(opened.frames())) >= 9


@pytest.mark.parametrize(("container", "codec"), CONTAINERS)
def test_a_video_is_known_by_its_content(container: str, codec: str) -> None:
    data = varying(container, codec, [0.0, 0.04, 0.08], 25)
    assert kinds.is_video(data, "holiday.jpg")
    with pytest.raises(FerError, match="open it as a video"):
        pictures.decode(data, "holiday.jpg")


def test_a_browsers_recording_without_a_length_is_read_whole() -> None:
    """As MediaRecorder writes it: to a stream that can't be rewound, so that neither length nor rate is right."""
    av = pytest.importorskip("av")

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    times = [*np.arange(0, 4, 1 / 12), *np.arange(4, 8, 1 / 4)]
    pipe = Pipe()
    with av.open(pipe, "w", format="webm", options={"live": "1"}) as file:
        track = file.add_stream("libvpx", rate=1000)
        track.width, track.height, track.pix_fmt = 160, 120, "yuv420p"
        for time in times:
            frame = av.VideoFrame.from_ndarray(np.zeros((120, 160, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = round(1000 * time), Fraction(1, 1000)
            for packet in track.encode(frame):
                file.mux(packet)
        for packet in track.encode():
            file.mux(packet)
    with Video(pipe.getvalue(), "recording.webm") as opened:
        found = VideoReading(opened.info, rate=30.0)
        *_, last = video.read(opened, found, FakePredictor())
    assert last.read_frames == len(times) and last.finished and last.done == 1.0
    assert last.times[-1] == pytest.approx(7.75, abs=0.01)


def test_a_copy_repeats_frames_to_keep_the_clock() -> None:
    assert video_copy.ticks([0.0, 0.1, 0.5, 0.6], 10) == [1, 4, 1, 1]
    assert video_copy.ticks([], 10) == []


def test_a_copy_has_no_more_frames_a_second_than_a_film() -> None:
    """Read at 30 of a video of 30: at 24, so that one of five is left out, and the last shows for one tick."""
    found = VideoReading(Info("film.mp4", 160, 120, 30.0, 2.0), rate=30.0, times=[i / 30 for i in range(61)])
    assert video_copy.copy_rate(found) == 24.0
    shown = video_copy.ticks(found.times, 24.0)
    assert sum(shown) == 49 and shown.count(0) == 12 and set(shown) == {0, 1}
    slow = VideoReading(Info("film.mp4", 160, 120, 30.0, 2.0), rate=10.0, times=[0.0, 0.5, 1.0])
    assert video_copy.copy_rate(slow) == 2.0


def test_what_is_no_video_says_so(clip: bytes, tmp_path: Path) -> None:
    import cv2

    path = tmp_path / "none.mp4"
    cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 25, (640, 480)).release()
    for name, data in {
        "empty.mp4": b"",
        "text.mp4": b"hello " * 99,
        "cut.webm": clip[:200],
        "noise.mov": np.random.default_rng(0).bytes(5000),
        "frameless.mp4": path.read_bytes(),
    }.items():
        with pytest.raises(FerError, match=name):
            list(_all(data, name))


DAMAGED = """
import sys
from pathlib import Path
from fer_core.reading.video import Video

with Video(Path(sys.argv[1]).read_bytes(), "damaged.avi") as clip:
    print(len(list(clip.frames())))
"""


def test_a_place_before_the_start_of_a_damaged_file_ends_nothing(tmp_path: Path) -> None:
    import cv2

    path, rng = tmp_path / "a.avi", np.random.default_rng(2)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (96, 64))
    for _ in range(5):
        writer.write(rng.integers(0, 256, (8, 12, 3), np.uint8).repeat(8, 0).repeat(8, 1))
    writer.release()
    data = path.read_bytes()
    path.write_bytes(data[:-600] + bytes(32) + data[-600:])
    # A process of its own: it was ended by a segmentation fault.
    done = subprocess.run([sys.executable, "-c", DAMAGED, path], cwd=REPO, capture_output=True, text=True)
    assert done.returncode == 0 and int(done.stdout) >= 4, done.stderr


def _all(data: bytes, name: str) -> Iterator[VideoReading]:
    with Video(data, name) as opened:
        yield from video.read(opened, VideoReading(opened.info), FakePredictor())


def test_half_a_video_gives_its_first_half(clip: bytes) -> None:
    *_, last = _all(clip[: len(clip) // 2], "half.webm")
    assert 1 <= last.read_frames < 20


def test_frames_that_are_too_large_are_refused(clip: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "MAX_FRAME", 640 * 480 - 1)
    with pytest.raises(FerError, match="640 x 480"):
        Video(clip, "clip.webm")


def test_faces_seen_longest_come_first() -> None:
    where, p = Square(0, 0, 9), np.eye(7)[0]
    reading = VideoReading(Info("x", 9, 9, 10, 0.3))
    reading.sights = [Sight(0, 0, 1, where, p), Sight(0, 0, 2, where, p), Sight(1, 0.1, 2, where, p)]
    assert reading.numbers() == [2, 1]


def test_the_drawn_clip_is_a_row_of_jpegs(tmp_path: Path) -> None:
    data = write_mjpeg(tmp_path / "clip.mjpeg", count=3).read_bytes()
    assert data.count(b"\xff\xd8\xff") == 3
