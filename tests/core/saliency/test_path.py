"""The mean gradient along a way, of networks whose gradient is known."""

from typing import Any

import numpy as np
import pytest

from fer_core.saliency.path import mean_gradient

RNG = np.random.default_rng(3)
WEIGHTS = RNG.normal(size=(6, 5, 1))


class Known:
    """A score of a picture and its gradient; counts the gradients asked for. Two classes: the score, and minus it."""

    def __init__(self, score: Any, gradient: Any) -> None:
        self._score, self._gradient, self.asked = score, gradient, 0

    def score(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return self._score(x.astype(np.float64)) * (weights[:, 0] - weights[:, 1])

    def gradient(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        self.asked += len(x)
        return self._gradient(x.astype(np.float64))[..., 0] * (weights[:, 0] - weights[:, 1])[:, None, None]


def squares() -> Known:
    return Known(lambda x: (WEIGHTS * x**2).sum(axis=(1, 2, 3)), lambda x: 2 * WEIGHTS * x)


def standardised() -> Known:
    """What a network with its own standardisation does: brightness and contrast do not count."""

    def parts(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        centred = x - x.mean(axis=(1, 2, 3), keepdims=True)
        return centred, np.sqrt((centred**2).mean(axis=(1, 2, 3), keepdims=True) + 1e-8)

    def gradient(x: np.ndarray) -> np.ndarray:
        centred, spread = parts(x)
        direct = (WEIGHTS - WEIGHTS.mean()) / spread
        share = (WEIGHTS * centred).mean(axis=(1, 2, 3), keepdims=True)
        return direct - centred * share / spread**3

    return Known(lambda x: (WEIGHTS * parts(x)[0] / parts(x)[1]).sum(axis=(1, 2, 3)), gradient)


def test_of_a_quadratic_it_is_the_gradient_in_the_middle() -> None:
    start, end = (RNG.uniform(0, 255, (6, 5, 1)).astype(np.float32) for _ in range(2))
    network = squares()
    found = mean_gradient(network, start, end, np.array([1, 0], np.float32), 200)
    np.testing.assert_allclose(found, (WEIGHTS * (start + end))[..., 0], rtol=1e-4)
    assert network.asked <= 200
    against = mean_gradient(squares(), start, end, np.array([0, 1], np.float32), 200)
    np.testing.assert_allclose(against, -found, rtol=1e-6)


def test_a_single_gradient_is_taken_in_the_middle() -> None:
    start, end = np.zeros((6, 5, 1), np.float32), np.full((6, 5, 1), 8, np.float32)
    network = squares()
    found = mean_gradient(network, start, end, np.array([1, 0], np.float32), 1)
    assert network.asked == 1 and found.shape == (6, 5)


@pytest.mark.parametrize("level", [0.0, 130.0])
def test_where_contrast_does_not_count_the_shares_still_add_up(level: float) -> None:
    start = np.full((6, 5, 1), level, np.float32)
    end = RNG.uniform(0, 255, (6, 5, 1)).astype(np.float32)
    network, target = standardised(), np.array([1, 0], np.float32)
    found = mean_gradient(network, start, end, target, 300)
    shares = float((found * (end - start)[..., 0]).sum())
    rise = float(np.diff(network.score(np.stack([start, end]), np.repeat(target[None], 2, axis=0)))[0])
    assert shares == pytest.approx(rise, rel=0.01) and 0 < network.asked <= 300


def test_a_way_of_no_length_has_the_gradient_of_its_place() -> None:
    place = RNG.uniform(0, 255, (6, 5, 1)).astype(np.float32)
    found = mean_gradient(squares(), place, place, np.array([1, 0], np.float32), 20)
    np.testing.assert_allclose(found, (2 * WEIGHTS * place)[..., 0], rtol=1e-5)
