import math

import numpy as np
import pytest

from fer_core.reading import tracking
from fer_core.reading.tracking import Tracker


def numbers(tracker: Tracker, boxes: list[tuple], time: float) -> list[int]:
    return [track.number for track in tracker.update(boxes, time)]


def test_numbers_stay_with_their_faces_when_the_order_changes() -> None:
    tracker = Tracker()
    a, b = (0, 0, 40, 40), (100, 0, 40, 40)
    assert numbers(tracker, [a, b], 0.0) == [1, 2]
    assert numbers(tracker, [(104, 2, 41, 41), (3, 1, 40, 40)], 0.1) == [2, 1]


def test_two_that_pass_near_each_other_are_not_swapped() -> None:
    tracker = Tracker()
    for step in range(11):
        left, right = (10 * step, 0, 40, 40), (100 - 4 * step, 50, 40, 40)
        assert numbers(tracker, [left, right], step / 10) == [1, 2]


def test_a_newcomer_gets_a_new_number_and_no_number_comes_twice() -> None:
    tracker = Tracker()
    numbers(tracker, [(0, 0, 40, 40)], 0.0)
    assert numbers(tracker, [(300, 0, 40, 40)], 0.1) == [2]
    assert numbers(tracker, [(0, 0, 200, 200)], 0.2) == [3]


@pytest.mark.parametrize(("side", "number"), [(76, 1), (84, 2), (22, 1), (18, 2)])
def test_who_is_more_than_twice_or_less_than_half_as_large_is_somebody_else(side: int, number: int) -> None:
    """The centre stays, so that nothing but the size tells."""
    tracker = Tracker()
    numbers(tracker, [(100, 80, 40, 40)], 0.0)
    assert numbers(tracker, [(120 - side / 2, 100 - side / 2, side, side)], 0.1) == [number]


def test_a_face_that_was_hidden_for_a_moment_keeps_its_number() -> None:
    tracker = Tracker()
    numbers(tracker, [(0, 0, 40, 40)], 0.0)
    for frame in range(1, 11):
        assert numbers(tracker, [], frame / 10) == []
    assert numbers(tracker, [(5, 0, 40, 40)], 1.2) == [1]


def test_a_face_that_was_away_for_long_is_new() -> None:
    tracker = Tracker()
    numbers(tracker, [(0, 0, 40, 40)], 0.0)
    for frame in range(1, 31):
        numbers(tracker, [], frame / 10)
    assert numbers(tracker, [(0, 0, 40, 40)], 3.1) == [2]


def test_slow_frames_do_not_cost_the_number() -> None:
    tracker = Tracker()
    for frame in range(4):
        assert numbers(tracker, [(0, 0, 40, 40)], frame * 2.0) == [1]


def test_smoothing_moves_by_63_percent_in_its_time_whatever_the_rate() -> None:
    one, other = np.eye(7)[0], np.eye(7)[3]
    for rate in (1, 5, 30):
        tracker = Tracker(smoothing=1.0)
        (track,) = tracker.update([(0, 0, 40, 40)], 0.0)
        tracker.smooth(track, one)
        for frame in range(1, rate + 1):
            (track,) = tracker.update([(0, 0, 40, 40)], frame / rate)
            p = tracker.smooth(track, other)
        assert p[3] == pytest.approx(1 - math.exp(-1), abs=1e-9)
        assert p.sum() == pytest.approx(1)


def test_no_smoothing_gives_the_frame_itself() -> None:
    tracker = Tracker(smoothing=0)
    for k in range(3):
        (track,) = tracker.update([(0, 0, 40, 40)], k / 10)
        assert np.array_equal(tracker.smooth(track, np.eye(7)[k]), np.eye(7)[k])


def test_no_faces_no_tracks() -> None:
    assert Tracker().update([], 0.0) == []


def test_a_lost_face_does_not_take_the_number_of_one_that_is_there() -> None:
    tracker = Tracker()
    assert numbers(tracker, [(0, 0, 60, 60), (100, 0, 60, 60)], 0.0) == [1, 2]
    for step in range(1, 5):  # the first is gone, the second walks to where it stood
        assert numbers(tracker, [(100 - 25 * step, 0, 60, 60)], step / 10) == [2]


def test_of_two_lost_faces_the_one_lost_lately_is_taken_up() -> None:
    tracker = Tracker()
    numbers(tracker, [(0, 0, 40, 40), (24, 0, 40, 40)], 0.0)
    numbers(tracker, [(24, 0, 40, 40)], 0.1)  # the first is lost from here on
    numbers(tracker, [(24, 0, 40, 40)], 0.9)
    numbers(tracker, [], 1.0)
    assert numbers(tracker, [(11, 0, 40, 40)], 1.1) == [2]


def test_after_a_cut_everybody_is_new() -> None:
    tracker = Tracker()
    numbers(tracker, [(0, 0, 40, 40)], 0.0)
    tracker.cut()
    (track,) = tracker.update([(0, 0, 40, 40)], 0.1)
    assert track.number == 2 and track.probabilities is None  # nothing is smoothed over the cut


@pytest.mark.parametrize(("alike", "number"), [(0.6, 1), (0.5, 2)])
def test_in_doubt_only_who_looks_the_same_goes_on(alike: float, number: int) -> None:
    tracker, box = Tracker(), [(0, 0, 40, 40)]
    one = np.array([1.0, 0.0])
    tracker.update(box, 0.0, [one])
    tracker.doubt()
    later = np.array([alike, np.sqrt(1 - alike**2)])
    assert tracker.update(box, 2.0, [later])[0].number == number
    assert tracker.update(box, 4.0, [one])[0].number == number  # the doubt is over; long apart, anybody may change


def test_a_face_that_looks_like_somebody_else_at_once_is_somebody_else() -> None:
    tracker = Tracker()
    one, other = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    box = [(0, 0, 40, 40)]
    assert tracker.update(box, 0.0, [one])[0].number == 1
    assert tracker.update(box, 0.1, [(one + 0.5 * other) / np.sqrt(1.25)])[0].number == 1
    assert tracker.update(box, 0.2, [other - 0.0 * one])[0].number == 1  # by degrees: still alike enough
    assert tracker.update(box, 0.3, [one])[0].number == 2
    assert tracker.update(box, 1.2, [other])[0].number == 2  # after a while a face may look otherwise


@pytest.mark.parametrize(
    ("new", "cost"),
    [
        ((10, 20, 40, 40), 0),  # the same box
        ((30, 20, 40, 40), 0.5 + 1 - 1 / 3),  # half a side aside: a third in common
        ((20, 30, 20, 20), 1 - 0.25),  # half as large around the same middle
        ((-10, 0, 80, 80), 1 - 0.25),  # twice as large
        ((20.5, 30.5, 19, 19), None),  # less than half
        ((-10.5, -0.5, 81, 81), None),
        ((10, 500, 40, 40), None),  # too far away
    ],
)
def test_the_cost_of_a_pair_by_hand(new: tuple[float, float, float, float], cost: float | None) -> None:
    found = tracking._cost((10, 20, 40, 40), new)
    assert found == (tracking._IMPOSSIBLE if cost is None else pytest.approx(cost))
