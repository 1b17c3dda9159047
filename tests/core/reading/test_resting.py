"""The resting face: log-odds against their average at rest."""

import numpy as np
import pytest

from fer_core.reading.resting import LEAST_FRAMES, SECONDS, RestingFaces, log_odds

REST = np.array([0.05, 0.05, 0.05, 0.1, 0.5, 0.05, 0.2])


def watched(number: int = 1, frames: int = LEAST_FRAMES) -> RestingFaces:
    faces = RestingFaces()
    faces.begin(2.0)
    for i in range(frames):
        assert faces.see(number, 2.0 + i, REST) is None
    return faces


def test_log_odds_by_hand_and_bounded() -> None:
    assert log_odds(np.array([0.5, 0.9, 0.2])) == pytest.approx([0, np.log(9), -np.log(4)])
    assert log_odds(np.array([0.0, 1.0])) == pytest.approx([-np.log(999), np.log(999)])


def test_the_difference_is_taken_in_log_odds_after_the_watching() -> None:
    faces = watched()
    assert faces.see(1, 2 + SECONDS, REST) == pytest.approx(np.zeros(7), abs=1e-12)
    smile = np.array([0.05, 0.05, 0.05, 0.5, 0.1, 0.05, 0.2])
    seen = faces.see(1, 3 + SECONDS, smile)
    assert seen[3] == pytest.approx(np.log(9)) and seen[4] == pytest.approx(-np.log(9)) and seen[0] == pytest.approx(0)


def test_the_average_is_of_log_odds_not_of_probabilities() -> None:
    faces = RestingFaces()
    faces.begin(0.0)
    for i in range(6):
        faces.see(1, float(i), np.full(7, 0.9 if i % 3 else 0.5))
    # Four of six at log 9, two at 0.
    assert faces.see(1, SECONDS, np.full(7, 0.5)) == pytest.approx(np.full(7, -np.log(9) * 2 / 3))


def test_a_face_that_was_not_watched_has_no_difference() -> None:
    faces = watched()
    assert faces.see(2, 3 + SECONDS, REST) is None
    assert watched(frames=LEAST_FRAMES - 1).see(1, 3 + SECONDS, REST) is None
    assert RestingFaces().see(1, 30.0, REST) is None


def test_progress_and_forgetting() -> None:
    faces = watched()
    assert faces.done(2.0 + SECONDS / 4) == pytest.approx(0.25) and faces.done(99) == 1 and faces.done(0) == 0
    faces.begin(None)
    assert faces.see(1, 99.0, REST) is None and faces.done(99) == 0
