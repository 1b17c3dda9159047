"""The gradient along the straight way from one picture to another, taken where the score moves.

A network that standardises its input sees the whole face within the first thousandth of the way from an even gray, and
evenly spaced places miss it. So the score is asked first, at places that crowd towards the start, and the way is cut
into stretches over which it moves about as much; each gets one gradient, in its middle. What a stretch is off by is
known, for its slope must give the difference of the scores at its ends: the worst are cut in three until the sum is
right. The middle third keeps the gradient that it has.
"""

from typing import Any

import numpy as np

_PROBES = np.concatenate([[0.0], np.geomspace(1e-6, 1 / 16, 24), np.linspace(1 / 16, 1, 40)[1:]])
_FIRST = 48
_BY_LENGTH = 0.3
"""How much of a stretch's measure is its length, the rest being how far the score moves."""

_GOOD = 0.005
"""Where cutting ends: how far the sum is off, as a share of the difference in score."""


def mean_gradient(network: Any, start: np.ndarray, end: np.ndarray, weights: np.ndarray, most: int) -> np.ndarray:
    """The mean of d score / d pixel along the way between two pictures, f64 (H, W).

    Args:
        network: fer_core.saliency.Network.
        start, end: f32 (H, W, 1), raw pixels.
        weights: f32 (C,), the target.
        most: gradients that may be computed, 1 or more.
    """
    way = _Way(network, start, end, weights)
    bounds, whole = _stretches(way, min(_FIRST, most))
    gradients = way.gradients(bounds.mean(axis=1))
    errors = way.errors(bounds, gradients)
    left = most - len(bounds)
    while left >= 2 and abs(errors.sum()) > _GOOD * abs(whole):
        worst = np.argsort(-np.abs(errors))[: max(1, min(left // 2, len(errors) // 4))]
        stay = np.setdiff1d(np.arange(len(bounds)), worst)
        cuts = np.linspace(bounds[worst, 0], bounds[worst, 1], 4, axis=1)
        thirds = np.stack([cuts[:, :-1], cuts[:, 1:]], axis=2)  # (worst, 3, 2)
        outer = thirds[:, [0, 2]].reshape(-1, 2)
        new, found = np.concatenate([thirds[:, 1], outer]), way.gradients(outer.mean(axis=1))
        found = np.concatenate([gradients[worst], found])
        errors = np.concatenate([errors[stay], way.errors(new, found)])
        bounds, gradients = np.concatenate([bounds[stay], new]), np.concatenate([gradients[stay], found])
        left -= 2 * len(worst)
    result: np.ndarray = np.tensordot(np.diff(bounds, axis=1)[:, 0], gradients, 1)
    return result


def _stretches(way: "_Way", count: int) -> tuple[np.ndarray, float]:
    """The way in pieces f64 (count, 2) of about the same measure, and how much the score rises along all of it."""
    scores = way.scores(_PROBES)
    moved = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(scores)))])
    measure = _BY_LENGTH * _PROBES + (1 - _BY_LENGTH) * (moved / moved[-1] if moved[-1] > 0 else _PROBES)
    cuts = np.interp(np.linspace(0, measure[-1], count + 1), measure, _PROBES)
    return np.stack([cuts[:-1], cuts[1:]], axis=1), float(scores[-1] - scores[0])


class _Way:
    """From one picture to another, and the score of a target on it."""

    def __init__(self, network: Any, start: np.ndarray, end: np.ndarray, weights: np.ndarray):
        self.network, self.start, self.weights = network, start.astype(np.float64), weights
        self.step = end.astype(np.float64) - self.start

    def scores(self, places: np.ndarray) -> np.ndarray:
        """f64 (P,) at places (P,) from 0 to 1."""
        result: np.ndarray = self.network.score(*self._at(places)).astype(np.float64)
        return result

    def gradients(self, places: np.ndarray) -> np.ndarray:
        """f64 (P, H, W) at places (P,)."""
        result: np.ndarray = self.network.gradient(*self._at(places)).astype(np.float64)
        return result

    def errors(self, bounds: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """What each stretch of bounds (S, 2) is off by with its gradient (S, H, W): f64 (S,), in units of the score."""
        slopes = np.sum(gradients * self.step[..., 0], axis=(1, 2))
        rises = np.diff(self.scores(bounds.ravel()).reshape(bounds.shape), axis=1)[:, 0]
        result: np.ndarray = slopes * np.diff(bounds, axis=1)[:, 0] - rises
        return result

    def _at(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pictures = (self.start + places[:, None, None, None] * self.step).astype(np.float32)
        return pictures, np.repeat(self.weights[None], len(places), axis=0)
