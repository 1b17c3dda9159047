"""The table of a video's faces, and merging two numbers."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.reading.faces import Square
from fer_core.reading.tracks import merged, rows
from fer_core.reading.video import Info, Sight, VideoReading


def sight(frame: int, number: int, label: int, p: float = 0.9) -> Sight:
    probabilities = np.full(7, (1 - p) / 6)
    probabilities[label] = p
    return Sight(frame, frame / 10, number, Square(50, 50, 40), probabilities)


@pytest.fixture
def found() -> VideoReading:
    """Face 1 in frames 0 to 3, lost and seen again as 3 in 6 and 7; face 2 beside both."""
    sights = [sight(k, 1, 3, 0.5 if k == 0 else 0.9) for k in range(4)]
    sights += [sight(k, 2, 6) for k in (3, 4, 5, 6)] + [sight(k, 3, 4) for k in (6, 7)]
    return VideoReading(Info("clip", 100, 100, 10.0, 0.8), sights=sorted(sights, key=lambda s: s.frame))


def test_one_row_a_face_by_hand(found: VideoReading) -> None:
    first, second, third = rows(found, least=0.6)
    assert first == {"face": 1, "from": 0.0, "to": 0.3, "frames": 4, "most often": "happy", "share": 0.75}
    assert (second["face"], second["from"], second["to"]) == (2, 0.3, 0.6)
    assert (third["face"], third["frames"], third["most often"]) == (3, 2, "sad")
    assert rows(found, least=0.95)[0]["most often"] == "not sure"


def test_two_numbers_become_one_person(found: VideoReading) -> None:
    after = merged(found, 3, into=1)
    assert after.numbers() == [1, 2] and [s.frame for s in after.of(1)] == [0, 1, 2, 3, 6, 7]
    assert found.numbers() == [1, 2, 3]
    assert rows(after)[0]["to"] == 0.7


def test_two_faces_in_one_frame_are_two_people(found: VideoReading) -> None:
    with pytest.raises(FerError, match=r"Faces 1 and 2 are both seen at 0\.3 s"):
        merged(found, 1, into=2)
    with pytest.raises(FerError, match="no face 9"):
        merged(found, 9, into=1)
    with pytest.raises(FerError, match="different"):
        merged(found, 1, into=1)
