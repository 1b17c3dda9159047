"""Hiding by a map against hiding at random: a range for one picture, an interval for many, a verdict from both."""

import numpy as np
import pytest

from fer_core.saliency.trust.hidings import Effect, effect, hidings, range_of


def test_as_many_pixels_are_hidden_each_time_and_shapes_are_kept() -> None:
    image = np.arange(1, 145, dtype=np.float32).reshape(12, 12, 1)
    importance = np.zeros((12, 12))
    importance[1:4, 2:5] = np.arange(9).reshape(3, 3) + 1
    pictures = hidings(image, importance, 9 / 144, "black", 6, seed=3)
    hidden = pictures[..., 0] == 0
    assert pictures.shape == (7, 12, 12, 1) and hidden.sum(axis=(1, 2)).tolist() == [9] * 7
    assert hidden[0][1:4, 2:5].all()
    for moved in hidden[2::2]:  # the map itself, elsewhere
        corner = np.argwhere(moved)
        assert any(np.array_equal(np.roll(moved, (a, b), (0, 1)), hidden[0]) for a in range(12) for b in range(12))
        assert len(corner) == 9 and not np.array_equal(moved, hidden[0])


def test_the_range_of_random_hidings() -> None:
    low, high = range_of(np.linspace(0, 1, 41))
    assert (low, high) == pytest.approx((0.025, 0.975))


def test_the_effect_is_students_interval_over_pictures() -> None:
    by_map = np.array([0.1, 0.2, 0.3, 0.4])
    by_chance = by_map[:, None] + np.array([[0.1, 0.3], [0.0, 0.2], [0.3, 0.3], [0.1, 0.1]])
    found = effect(by_map, by_chance)  # further by .2, .1, .3, .1: mean .175, sd .0957, t of 3 is 3.182
    assert (found.mean, found.count) == (pytest.approx(0.175), 4)
    assert (found.low, found.high) == (pytest.approx(0.175 - 0.1523, abs=1e-4), pytest.approx(0.175 + 0.1523, abs=1e-4))
    assert found.verdict == "too few"


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.01, 0.1, "better"), (-0.2, -0.01, "worse"), (-0.01, 0.2, "open")]
)
def test_a_verdict_leaves_out_zero(low: float, high: float, verdict: str) -> None:
    assert Effect((low + high) / 2, low, high, 24).verdict == verdict
    assert Effect((low + high) / 2, low, high, 7).verdict == "too few"
