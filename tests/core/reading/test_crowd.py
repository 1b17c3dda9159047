"""More faces than are read: said for a frame, for a video and by the command."""

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.reading import live, video
from fer_core.reading.crowd import crowded_words, left_out_words
from fer_core.reading.faces import Face, Square
from fer_core.reading.video import Video, VideoReading
from tests.core.reading.test_video import FakePredictor, clip  # noqa: F401


def test_words_of_a_frame() -> None:
    assert left_out_words(0, 8) == ""
    assert left_out_words(1, 8) == "1 more face, the smallest, was not read beside these 8"
    assert left_out_words(23, 8) == "23 more faces, the smallest, were not read beside these 8"


def test_words_of_a_video() -> None:
    assert crowded_words([0, 0], 8) == crowded_words([], 8) == ""
    assert crowded_words([0, 2, 5, 0], 8) == (
        "In 2 frames of 4 there were more than 8 faces: the 8 largest were read, up to 5 smaller ones were left out."
    )
    assert crowded_words([3, 0], 8).startswith("In 1 frame of 2 there")


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eleven faces in every frame, the first the smallest."""
    blank = np.zeros((48, 48), np.uint8)
    faces = [
        Face((55.0 * i, 9.0, 20.0 + i, 20.0 + i), 1.0, None, blank, "yunet", Square(55 * i + 10, 20, 20 + i))
        for i in range(11)
    ]
    monkeypatch.setattr(live, "find_faces", lambda *_, **__: faces)


def test_a_video_counts_what_it_left_out(crowd: None, clip: bytes) -> None:  # noqa: F811
    with Video(clip, "clip.webm") as opened:
        found = VideoReading(opened.info, rate=2.0)
        for _ in video.read(opened, found, FakePredictor()):
            pass
    assert found.left_out == [3] * found.read_frames != []


def test_the_command_says_it(crowd: None, clip: bytes, model_root, tmp_path, capsys) -> None:  # noqa: F811
    path = tmp_path / "clip.webm"
    path.write_bytes(clip)
    assert main(["predict", str(path), "--run", "tiny", "--root", str(model_root), "--rate", "2"]) == 0
    assert "there were more than 8 faces: the 8 largest were read, up to 3 smaller" in capsys.readouterr().err
