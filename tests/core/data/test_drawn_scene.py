"""Drawn portraits and clips: a face detector takes their faces for faces."""

from itertools import pairwise

import numpy as np
import pytest

from fer_core.data.drawn.dataset import clip_frames, portrait
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.reading.faces import YUNET, find_faces


@pytest.mark.parametrize("expression", CLASSES)
def test_a_portrait_holds_one_face_that_yunet_finds(expression):
    picture = portrait(expression, seed=CLASSES.index(expression))
    assert picture.shape == (480, 480, 3) and picture.dtype == np.uint8
    faces = find_faces(picture)
    assert [face.how for face in faces] == [YUNET]
    assert abs(faces[0].square.x - 240) < 40 and 150 < faces[0].square.side < 330


def test_a_portrait_is_the_same_for_a_seed_and_another_for_another():
    assert np.array_equal(portrait("sad", 160, 5), portrait("sad", 160, 5))
    assert not np.array_equal(portrait("sad", 160, 5), portrait("sad", 160, 6))
    assert not np.array_equal(portrait("sad", 160, 5), portrait("fear", 160, 5))


def test_a_clip_has_its_frames_its_faces_and_motion():
    frames = list(clip_frames(seconds=2.0, fps=3.0, faces=2, seed=1))
    assert len(frames) == 6 and frames[0].shape == (480, 640, 3)
    for frame in frames:
        faces = find_faces(frame)
        assert [face.how for face in faces] == [YUNET, YUNET]
        assert sorted(face.square.x > 320 for face in faces) == [False, True]
    assert all(np.abs(a.astype(int) - b).mean() > 0.5 for a, b in pairwise(frames))


def test_bad_requests_get_a_sentence():
    with pytest.raises(FerError, match="no expression 'bored'"):
        portrait("bored")
    with pytest.raises(FerError, match="not 50"):
        portrait("happy", size=50)
    with pytest.raises(FerError, match="not 9"):
        clip_frames(faces=9)
    with pytest.raises(FerError, match="no frames"):
        clip_frames(seconds=0.0)


@pytest.mark.parametrize(("seconds", "fps", "count"), [(0.2, 10, 2), (0.04, 15, 1), (0.5, 5, 3)])
def test_a_clip_has_as_many_frames_as_fit(seconds: float, fps: float, count: int) -> None:
    assert len(list(clip_frames(seconds, fps, faces=1, height=60, width=80))) == count


def test_a_clip_without_a_frame_is_refused() -> None:
    with pytest.raises(FerError, match=r"0.03 s at 15 frames a second has no frames"):
        clip_frames(0.03, 15)
