"""The gradient along the straight way from one picture to another, taken where the score moves.

A network that standardises its input sees the whole face within the first thousandth of the way from an even gray, and
evenly spaced places miss it. So the score is asked first, at places that crowd towards the start, and the way is cut
into stretches over which it moves about as much; each gets one gradient, in its middle. What a stretch is off by is
known, for its slope must give the difference of the scores at its ends: the worst are cut in three until the sum is
right. The middle third keeps the gradient that it has.

So near to an even gray of 130, pixels of float32 round a face to a few steps. Where the network takes brightness out
anyway, it is asked about the way without it: around 0 there are steps as fine as one likes.
"""

from typing import Any

import numpy as np

_PROBES = np.concatenate([[0.0], np.geomspace(1e-6, 1 / 16, 24), np.linspace(1 / 16, 1, 40)[1:]])
_FIRST = 96
_BY_LENGTH, _BY_PROBES = 0.1, 0.2
"""How much of a stretch's measure is its length, and how much the probes in it (which counts lengths by their orders of
magnitude: behind a standardisation the gradient falls as 1 / a); the rest is how far the score moves."""

_ASKED = np.array([0.1, 0.55, 1.0])
"""Places at which a network is asked whether brightness matters to it."""

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
    bounds, scores = _stretches(way, min(_FIRST, most))
    gradients = way.gradients(bounds.mean(axis=1))
    rise = scores[-1, 1] - scores[0, 0]
    left = most - len(bounds)
    while True:
        errors = way.slopes(gradients) * np.diff(bounds, axis=1)[:, 0] - np.diff(scores, axis=1)[:, 0]
        if left < 2 or abs(errors.sum()) <= _GOOD * abs(rise):
            break
        worst = np.argsort(-np.abs(errors))[: max(1, min(left // 2, len(errors) // 4))]
        stay = np.setdiff1d(np.arange(len(bounds)), worst)
        cuts = np.linspace(bounds[worst, 0], bounds[worst, 1], 4, axis=1)
        at = np.column_stack([scores[worst, 0], way.scores(cuts[:, 1:3].ravel()).reshape(-1, 2), scores[worst, 1]])
        found = way.gradients(np.concatenate([cuts[:, :2].mean(axis=1), cuts[:, 2:].mean(axis=1)]))
        gradients = np.concatenate([gradients[stay], found[: len(worst)], gradients[worst], found[len(worst) :]])
        bounds, scores = (
            np.concatenate([whole[stay], *(part[:, k : k + 2] for k in range(3))])
            for whole, part in ((bounds, cuts), (scores, at))
        )
        left -= 2 * len(worst)
    result: np.ndarray = np.tensordot(np.diff(bounds, axis=1)[:, 0], gradients, 1)
    return result


def _stretches(way: "_Way", count: int) -> tuple[np.ndarray, np.ndarray]:
    """The way in pieces f64 (count, 2) of about the same measure, and the scores at their ends."""
    scores = way.scores(_PROBES)
    moved = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(scores)))])
    measure = _BY_LENGTH * _PROBES + _BY_PROBES * np.linspace(0, 1, len(_PROBES))
    measure += (1 - _BY_LENGTH - _BY_PROBES) * (moved / moved[-1] if moved[-1] > 0 else _PROBES)
    cuts = np.interp(np.linspace(0, measure[-1], count + 1), measure, _PROBES)
    at = np.concatenate([scores[:1], way.scores(cuts[1:-1]) if count > 1 else [], scores[-1:]])
    return np.stack([cuts[:-1], cuts[1:]], axis=1), np.stack([at[:-1], at[1:]], axis=1)


class _Way:
    """From one picture to another, and the score of a target on it."""

    def __init__(self, network: Any, start: np.ndarray, end: np.ndarray, weights: np.ndarray):
        self.network, self.start, self.weights = network, start.astype(np.float64), weights
        self.step = end.astype(np.float64) - self.start
        if self._without_brightness():
            self.start -= self.start.mean()

    def _without_brightness(self) -> bool:
        """Whether the network's answers along the way stay when all of it is made darker by the start's brightness."""
        shown = self._at(_ASKED)[0]
        weights = np.repeat(self.weights[None], len(shown), axis=0)
        here, there = (self.network.score(x, weights) for x in (shown, shown - np.float32(self.start.mean())))
        return bool(np.allclose(here, there, rtol=0, atol=1e-3 * (1 + np.abs(here).max())))

    def scores(self, places: np.ndarray) -> np.ndarray:
        """f64 (P,) at places (P,) from 0 to 1."""
        result: np.ndarray = self.network.score(*self._at(places)).astype(np.float64)
        return result

    def gradients(self, places: np.ndarray) -> np.ndarray:
        """f64 (P, H, W) at places (P,)."""
        result: np.ndarray = self.network.gradient(*self._at(places)).astype(np.float64)
        return result

    def slopes(self, gradients: np.ndarray) -> np.ndarray:
        """How fast the score rises along the way with each of the gradients (S, H, W): f64 (S,)."""
        result: np.ndarray = np.sum(gradients * self.step[..., 0], axis=(1, 2))
        return result

    def _at(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pictures = (self.start + places[:, None, None, None] * self.step).astype(np.float32)
        return pictures, np.repeat(self.weights[None], len(places), axis=0)
