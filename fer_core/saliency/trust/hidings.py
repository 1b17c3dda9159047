"""Does hiding what a map marks hurt more than hiding as much elsewhere? One picture gives a range, many a verdict.

Random hidings are of two kinds, half each: single pixels anywhere, and the map itself moved to another place, so that
the holes have the same shape; scattered holes alone break every edge and can hurt more than a covered region.
"""

from dataclasses import dataclass

import numpy as np

from fer_core.saliency.trust.curves import hide_top

FEWEST = 8
"""Pictures from which on a verdict is given."""


@dataclass(frozen=True)
class Effect:
    """How much further the class fell where the map's pixels were hidden than where random ones were, on several
    pictures: mean, with its 95% interval by Student's t, low to high; `count` of pictures."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def verdict(self) -> str:
        """ "better", "worse", "open", or "too few" for fewer than FEWEST pictures."""
        if self.count < FEWEST:
            return "too few"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "open"


def hidings(
    image: np.ndarray, importance: np.ndarray, share: float, fill: str, count: int, seed: int = 0
) -> np.ndarray:
    """The picture with a share of its pixels hidden, f32 (1 + count, H, W, 1): by the map, then at random.

    image: f32 (H, W, 1). importance: (H, W). share: 0 to 1. fill: one of `hiding.FILLS`.
    """
    rng = np.random.default_rng(seed)
    pictures = [hide_top(image, importance, share, fill)]
    height, width = importance.shape
    for i in range(count):
        if i % 2:
            by = (int(rng.integers(height // 4, 3 * height // 4)), int(rng.integers(width // 4, 3 * width // 4)))
            order = np.roll(importance, by, axis=(0, 1))
        else:
            order = rng.random(importance.shape)
        pictures.append(hide_top(image, order, share, fill, seed))
    return np.stack(pictures)


def range_of(by_chance: np.ndarray) -> tuple[float, float]:
    """Where 95% of the random hidings (R,) lie."""
    low, high = np.percentile(by_chance, [2.5, 97.5])
    return float(low), float(high)


def effect(by_map: np.ndarray, by_chance: np.ndarray) -> Effect:
    """From the class's probability on N pictures, by the map (N,) and at random (N, R): picture by picture, how much
    lower it is by the map."""
    from scipy import stats

    further = by_chance.mean(axis=1) - by_map
    count, mean = len(further), float(further.mean())
    spread = float(further.std(ddof=1)) / np.sqrt(count) if count > 1 else np.nan
    reach = float(stats.t.ppf(0.975, count - 1)) * spread if count > 1 else np.inf
    return Effect(mean, mean - reach, mean + reach, count)
