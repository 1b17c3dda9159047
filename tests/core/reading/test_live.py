import threading
import time
from typing import Any

import numpy as np
import pytest

from fer_core.data.drawn.clip import frames
from fer_core.data.drawn.dataset import EXPRESSIONS, Light, Pose, draw_face, sample_identity
from fer_core.errors import FerError
from fer_core.pictures import encode_jpeg
from fer_core.reading import live
from fer_core.reading.faces import Face, Square
from fer_core.reading.live import LiveReader
from fer_core.reading.tracking import Tracker
from tests.core.reading.test_video import FakePredictor


def test_frames_one_after_another_keep_numbers_and_smooth() -> None:
    reader = LiveReader(FakePredictor(), Tracker(smoothing=0.5))
    numbers = set()
    for i, frame in enumerate(frames(12)):
        seen, size = reader.read_jpeg(encode_jpeg(frame), i / 10)
        assert size == (640, 480)
        assert [one.number for one in seen] == sorted(one.number for one in seen)
        for one in seen:
            numbers.add(one.number)
            assert one.probabilities.sum() == pytest.approx(1)
            assert one.map is None
    assert numbers == {1, 2}
    assert reader.busy > 0


def test_the_mapper_gets_the_crops_and_their_likeliest_classes() -> None:
    asked = []

    def mapper(crops: np.ndarray, classes: np.ndarray) -> np.ndarray:
        asked.append((crops.shape, classes.tolist()))
        return crops

    reader = LiveReader(FakePredictor(), mapper=mapper)
    seen = reader.read(next(iter(frames(1))), 0.0)
    assert asked[0][0] == (2, 48, 48)
    assert set(asked[0][1]) <= {3, 4}
    assert all(np.array_equal(one.map, one.face.crop) for one in seen)


def test_an_empty_frame_has_no_faces() -> None:
    reader = LiveReader(FakePredictor(), mapper=lambda crops, classes: crops)
    assert reader.read(np.full((240, 320, 3), 128, np.uint8), 0.0) == []


def test_a_frame_that_is_no_picture_is_refused() -> None:
    with pytest.raises(FerError, match="camera"):
        LiveReader(FakePredictor()).read_jpeg(b"nothing", 0.0)


def test_people_cut_into_one_spot_are_not_one_face() -> None:
    people = [sample_identity(np.random.default_rng(seed)) for seed in (1, 2, 3)]
    reader, found = LiveReader(FakePredictor(), Tracker()), []
    for shot, person in enumerate(people):
        rng = np.random.default_rng(shot)
        backdrop = rng.integers(0, 255, (12, 16), dtype=np.uint8).repeat(40, 0).repeat(40, 1)
        backdrop[140:340, 220:420] = draw_face(EXPRESSIONS["happy"], person, Pose(), Light(), size=200)
        frame = np.repeat(backdrop[..., None], 3, axis=2)
        for i in range(3):
            found += [(shot, one.number) for one in reader.read(frame, (3 * shot + i) / 10)]
    assert len(found) >= 7 and len(set(found)) == 3 and len({number for _, number in found}) == 3


@pytest.mark.parametrize("rate", [30, 10, 6, 3, 2, 1])
def test_who_sways_while_the_machine_is_slow_keeps_the_number(rate: int) -> None:
    shown = [*frames(60)] * 3  # over and over, as a browser's false camera plays it
    reader, numbers = LiveReader(FakePredictor(), Tracker()), set()
    for i in range(0, len(shown), 30 // rate):
        numbers |= {one.number for one in reader.read(shown[i], i / 30)}
    assert numbers == {1, 2}


def test_people_cut_into_one_spot_are_told_apart_by_a_slow_machine() -> None:
    people = [sample_identity(np.random.default_rng(seed)) for seed in (1, 2, 3)]
    reader, found = LiveReader(FakePredictor(), Tracker()), set()
    for shot, person in enumerate(people):
        rng = np.random.default_rng(shot)
        backdrop = rng.integers(0, 255, (12, 16), dtype=np.uint8).repeat(40, 0).repeat(40, 1)
        backdrop[140:340, 220:420] = draw_face(EXPRESSIONS["happy"], person, Pose(), Light(), size=200)
        for one in reader.read(np.repeat(backdrop[..., None], 3, axis=2), float(shot)):
            found.add((shot, one.number))
    assert {number for _, number in found} == {1, 2, 3} and len(found) == 3


def test_what_is_left_out_of_a_crowd_is_counted(monkeypatch) -> None:
    faces = [
        Face(
            (20.0 * i, 0.0, 10.0 + i, 10.0 + i),
            1.0,
            None,
            np.zeros((48, 48), np.uint8),
            "yunet",
            Square(20 * i, 5, 10 + i),
        )
        for i in range(11)
    ]
    monkeypatch.setattr(live, "find_faces", lambda *_, **__: faces)
    reader = LiveReader(FakePredictor(), Tracker())
    seen = reader.read(np.zeros((100, 300, 3), np.uint8), 0.0)
    assert reader.left_out == 3 and {one.face.square.side for one in seen} == set(range(13, 21))


class Turncoat:
    """Says another class at each question, and notes how it was asked."""

    def __init__(self, *classes: int) -> None:
        self.classes, self.flips = list(classes), []

    def probabilities(self, crops: np.ndarray, flip: bool = False) -> np.ndarray:
        self.flips.append(flip)
        return np.repeat(0.1 + 0.3 * np.eye(7, dtype=np.float32)[[self.classes.pop(0)]], len(crops), axis=0)


def _one_face(*_: Any, **__: Any) -> list[Face]:
    crop = np.arange(2304, dtype=np.uint16).reshape(48, 48).astype(np.uint8)
    return [Face((10.0, 20.0, 30.0, 40.0), 0.9, None, crop, "yunet", Square(25.0, 40.0, 39.0))]


def test_the_map_is_of_the_class_that_is_shown_though_this_frame_says_another(monkeypatch) -> None:
    monkeypatch.setattr(live, "find_faces", _one_face)
    asked: list[list[int]] = []

    def mapper(crops: np.ndarray, classes: np.ndarray) -> np.ndarray:
        asked.append(list(classes))
        return crops

    reader = live.LiveReader(Turncoat(2, 5), Tracker(smoothing=1.0), mapper=mapper)  # type: ignore[arg-type]
    frame = np.zeros((60, 80, 3), np.uint8)
    reader.read(frame, 0.0)
    (seen,) = reader.read(frame, 0.1)  # a tenth of a second moves a tenth of the way
    assert int(seen.probabilities.argmax()) == 2 and asked == [[2], [2]]


@pytest.mark.parametrize("flip", [False, True])
def test_the_mirror_image_is_asked_where_it_is_asked_for(monkeypatch, flip: bool) -> None:
    from fer_core.reading import video
    from fer_core.reading.video import Info, VideoReading

    monkeypatch.setattr(live, "find_faces", _one_face)
    predictor: Any = Turncoat(1, 1, 1)
    live.LiveReader(predictor, flip=flip).read(np.zeros((60, 80, 3), np.uint8), 0.0)

    class Clip:
        info = Info("made", 80, 60, 10.0, 0.1)

        def frames(self, rate: float) -> Any:
            yield 0, 0.0, np.zeros((60, 80, 3), np.uint8)

    *_, _ = video.read(Clip(), VideoReading(Clip.info), predictor, flip=flip)  # type: ignore[arg-type]
    assert predictor.flips == [flip, flip]


def test_two_frames_at_once_are_read_one_after_the_other(monkeypatch) -> None:
    inside, most = [0], [0]

    def slow(*_: Any, **__: Any) -> list[Face]:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.02)
        inside[0] -= 1
        return []

    monkeypatch.setattr(live, "find_faces", slow)
    reader = live.LiveReader(FakePredictor())  # type: ignore[arg-type]
    frame = np.zeros((60, 80, 3), np.uint8)
    threads = [threading.Thread(target=reader.read, args=(frame, float(i))) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
