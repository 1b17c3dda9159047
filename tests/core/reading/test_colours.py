"""A coloured picture on its way: red stays red and blue blue, from the file to the detector, the crop and the copy."""

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_core import pictures
from fer_core.data.layouts import image_files
from fer_core.own_classes.cutting import cut_middle
from fer_core.reading import faces, video, video_copy
from fer_core.reading.faces import Square
from fer_core.reading.video import Info, Sight, Video, VideoReading

GRAY = {"red": 76, "green": 150, "blue": 29}
"""Luminance by ITU-R BT.601: 0.299, 0.587 and 0.114 of 255."""


def flag(height: int = 96, width: int = 120) -> np.ndarray:
    """u8 (h, w, 3): red on the left, green in the middle, blue on the right, thirds of the width."""
    picture = np.zeros((height, width, 3), np.uint8)
    for channel in range(3):
        picture[:, channel * width // 3 : (channel + 1) * width // 3, channel] = 255
    return picture


def thirds(picture: np.ndarray) -> np.ndarray:
    """Mean of the inner part of each third, (3,) of a gray picture, (3, 3) of a coloured one."""
    width = picture.shape[1] // 3
    return np.stack([picture[:, i * width + 4 : (i + 1) * width - 4].mean(axis=(0, 1)) for i in range(3)])


@contextlib.contextmanager
def _lent(thing: Any) -> Iterator[Any]:
    yield thing


class _Lender:
    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def borrow(self) -> Any:
        return _lent(self.thing)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_file_becomes_rgb_and_the_gray_that_the_eye_sees(kind: str) -> None:
    file = io.BytesIO()
    Image.fromarray(flag()).save(file, kind, **({"quality": 95} if kind in ("JPEG", "WEBP") else {}))
    picture = pictures.decode(file.getvalue())
    np.testing.assert_allclose(thirds(picture), np.eye(3) * 255, atol=6)
    np.testing.assert_allclose(thirds(pictures.gray(picture)), [*GRAY.values()], atol=3)
    # The layout of picture files has a quicker way to gray; it cuts the middle square, 96 of 120 columns.
    by_layout = image_files.decode(file.getvalue(), "flag")
    assert by_layout.shape == (48, 48)
    np.testing.assert_allclose(by_layout[:, [3, 24, 44]].mean(axis=0), [*GRAY.values()], atol=3)


def test_what_is_written_is_read_back_in_its_colours() -> None:
    assert np.array_equal(pictures.decode(pictures.encode_png(flag())), flag())
    np.testing.assert_allclose(thirds(pictures.decode(pictures.encode_jpeg(flag(), 95))), np.eye(3) * 255, atol=6)


def test_crops_are_gray_by_luminance() -> None:
    (small,) = faces.find_faces(flag(48, 48))  # taken as already cropped
    np.testing.assert_allclose(thirds(small.crop), [*GRAY.values()], atol=1)
    np.testing.assert_allclose(thirds(cut_middle(flag(90, 90))), [*GRAY.values()], atol=1)


def test_the_detector_is_given_blue_first_and_its_find_is_scaled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a picture of 1,280 x 320 it looks at 640 x 160 first: what it finds there lies twice as far in the picture."""
    asked: list[np.ndarray] = []

    class Detector:
        def setInputSize(self, size: tuple[int, int]) -> None:
            self.size = size

        def detect(self, picture: np.ndarray) -> tuple[int, Any]:
            assert self.size == (picture.shape[1], picture.shape[0])
            asked.append(picture)
            found = np.zeros((1, 15), np.float32)
            found[0, :4], found[0, 4:14], found[0, 14] = (300, 40, 60, 80), np.arange(10) + 50, 0.9
            return 1, found if picture.shape[1] == 640 else None

    monkeypatch.setattr(faces, "_detectors", lambda: _Lender(Detector()))
    (face,) = faces.find_faces(flag(320, 1280), level=False)
    assert [picture.shape[1] for picture in asked] == [640, 1280]
    np.testing.assert_allclose(thirds(asked[0]), np.eye(3)[::-1].T * 255, atol=1)
    assert face.box == (600, 80, 120, 160) and (face.square.x, face.square.y) == (660, 160)
    assert face.square.side == pytest.approx(0.97 * 160)
    np.testing.assert_allclose(face.points, 2 * (np.arange(10) + 50).reshape(5, 2))
    assert face.crop.max() <= GRAY["green"] + 1


def test_the_haar_cascade_looks_at_equalised_light_and_its_find_is_scaled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[np.ndarray] = []

    class Cascade:
        def detectMultiScale(self, picture: np.ndarray, **settings: Any) -> list[tuple[int, int, int, int]]:
            asked.append(picture)
            return [(10, 20, 30, 40)]

    monkeypatch.setattr(faces, "_cascades", lambda: _Lender(Cascade()))
    dark = np.tile(np.linspace(3, 19, 1600).astype(np.uint8), (400, 1))  # 17 levels near black
    (box,) = faces._haar(dark)
    assert asked[0].shape == (160, 640) and np.ptp(asked[0].astype(int)) == 255
    assert box.tolist() == [25, 50, 75, 100]


def as_video(shown: list[np.ndarray]) -> bytes:
    from tests.core.reading.test_video import encode

    return encode(shown, VideoReading(Info("made", 640, 480, 20.0, 2.0), rate=20.0))


def test_a_video_is_rgb_and_its_copy_too() -> None:
    data = as_video([flag(96, 192)] * 4)
    with Video(data, "flag.webm") as opened:
        info, shown = opened.info, [frame for _, _, frame in opened.frames()]
    np.testing.assert_allclose(thirds(shown[1]), np.eye(3) * 255, atol=25)
    found = VideoReading(info, rate=20.0, times=[0.0, 0.05, 0.1, 0.15])
    with Video(video_copy.annotated(data, "flag.webm", found), "copy.webm") as opened:
        copied = [frame for _, _, frame in opened.frames()]
    np.testing.assert_allclose(thirds(copied[1]), np.eye(3) * 255, atol=30)


def test_faces_of_a_large_video_lie_where_they_are_in_its_own_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read at 960 of 1,440 pixels, and a copy is marked at 640: places go up by 1.5 and down by 2.25."""
    from tests.core.reading.test_video import FakePredictor

    asked: list[tuple[int, ...]] = []

    def one(frame: np.ndarray, **settings: Any) -> list[faces.Face]:
        asked.append(frame.shape[:2])
        square = Square(300.0, 100.0, 80.0, 12.0)
        crop = np.full((48, 48), 200, np.uint8)
        return [faces.Face((260, 60, 80, 80), 0.9, None, crop, faces.YUNET, square)]

    monkeypatch.setattr("fer_core.reading.live.find_faces", one)
    with Video(as_video([flag(288, 1440)] * 2), "wide.webm") as opened:
        found = VideoReading(opened.info, rate=20.0)
        *_, _ = video.read(opened, found, FakePredictor())  # type: ignore[arg-type]
    assert set(asked) == {(192, 960)}
    assert found.sights[0].square == Square(450.0, 150.0, 120.0, 12.0)
    marked: list[Any] = []
    monkeypatch.setattr(video_copy, "mark", lambda frame, sights, least: marked.append((frame.shape, sights)) or frame)
    video_copy.small_marked(flag(288, 1440), [Sight(0, 0.0, 1, found.sights[0].square, np.eye(7)[3])])
    (shape, [sight]), square = marked[0], found.sights[0].square
    assert shape == (128, 640, 3)
    np.testing.assert_allclose([sight.square.x, sight.square.y, sight.square.side], [200, 200 / 3, 160 / 3])
    assert sight.square.roll == square.roll
