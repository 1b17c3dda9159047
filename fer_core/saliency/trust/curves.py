"""Deletion and insertion: the class's probability while pixels are hidden or uncovered in the map's order.

Petsiuk, Das and Saenko 2018, "RISE", section 4.2. A good map makes the deletion curve fall early (small area) and the
insertion curve rise early (large area). Any order hurts, for a face with holes is no face; so each curve is shown
beside the mean of random orders of the same pixels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.saliency.hiding import filled

KINDS = ("deletion", "insertion")
STEPS = 24
RANDOM_ORDERS = 4


@dataclass(frozen=True)
class HidingCurve:
    """One curve and what random orders give.

    Attributes:
        kind: "deletion" or "insertion".
        shares: f32 (S + 1,), the share of pixels hidden (deletion) or shown (insertion), 0 to 1.
        values: f32 (S + 1,), probability of the class there; of `towards` against `against` for a difference.
        random: f32 (R, S + 1), the same for R random orders.
    """

    kind: str
    shares: np.ndarray
    values: np.ndarray
    random: np.ndarray

    @property
    def area(self) -> float:
        """Area under the curve, 0 to 1."""
        return float(np.trapezoid(self.values, self.shares))

    @property
    def random_area(self) -> float:
        """Mean area under the random orders' curves, 0 to 1."""
        return float(np.trapezoid(self.random, self.shares, axis=1).mean())

    @property
    def gain(self) -> float:
        """How much better than random, -1 to 1; positive is better for both kinds."""
        difference = self.random_area - self.area
        return difference if self.kind == "deletion" else -difference


def curve(
    network: Any,
    image: np.ndarray,
    weights: np.ndarray,
    importance: np.ndarray,
    kind: str = "deletion",
    steps: int = STEPS,
    fill: str = "blurred",
    seed: int = 0,
    random_orders: int = RANDOM_ORDERS,
) -> HidingCurve:
    """The curve of one map.

    Args:
        network: fer_core.saliency.Network.
        image: f32 (H, W, 1), raw pixels.
        weights: f32 (C,), the target, see `target_weights`.
        importance: (H, W), see `Method.importance`; equal values are taken in random order.
        kind: one of KINDS.
        steps: points of the curve after the first, 2 to 200.
        fill: what a hidden pixel becomes, one of `hiding.FILLS`.
        seed: of the random orders.
        random_orders: how many of them, 0 or more.
    """
    if kind not in KINDS:
        raise FerError(f"A curve is one of {', '.join(KINDS)}, not {kind!r}.")
    if not 2 <= steps <= 200:
        raise FerError(f"A curve has from 2 to 200 steps, not {steps}.")
    rng = np.random.default_rng(seed)
    count = importance.size
    orders = [order_of(importance, rng)] + [rng.permutation(count) for _ in range(random_orders)]
    places = np.round(np.linspace(0, count, steps + 1)).astype(int)
    pictures = np.concatenate([_pictures(image, order, places, kind, fill) for order in orders])
    values = target_probability(network, pictures, weights).reshape(len(orders), steps + 1)
    return HidingCurve(kind, (places / count).astype(np.float32), values[0], values[1:])


def curves(
    network: Any, image: Any, weights: Any, importance: np.ndarray, **options: Any
) -> tuple[HidingCurve, HidingCurve]:
    """Deletion and insertion; arguments as for `curve`."""
    deletion, insertion = (curve(network, image, weights, importance, kind, **options) for kind in KINDS)
    return deletion, insertion


def order_of(importance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pixel indices i64 (H * W,), most important first; ties are broken at random, or they would run top to bottom."""
    flat = np.asarray(importance, np.float64).ravel()
    return np.lexsort((rng.random(len(flat)), -flat))


def hide_top(image: np.ndarray, importance: np.ndarray, share: float, fill: str = "mean", seed: int = 0) -> np.ndarray:
    """The picture f32 (H, W, 1) with its most important share of pixels, 0 to 1, hidden."""
    if not 0 <= share <= 1:
        raise FerError(f"The share of pixels to hide must lie from 0 to 1, not {share}.")
    order = order_of(importance, np.random.default_rng(seed))
    result: np.ndarray = _pictures(image, order, np.array([round(share * importance.size)]), "deletion", fill)[0]
    return result


def target_probability(network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probability f32 (N,) of the target's class; for a difference, of the one class when only the two compete."""
    probabilities = network.probabilities(images).astype(np.float64)
    towards, against = np.maximum(weights, 0), np.maximum(-weights, 0)
    for_it = probabilities @ towards
    if not against.any():
        return np.asarray(for_it, np.float32)
    return np.asarray(for_it / np.maximum(for_it + probabilities @ against, 1e-30), np.float32)


def _pictures(image: np.ndarray, order: np.ndarray, places: np.ndarray, kind: str, fill: str) -> np.ndarray:
    """f32 (len(places), H, W, 1): the picture after the first `place` pixels of the order were hidden or shown."""
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    reached = rank.reshape(1, *image.shape) < places[:, None, None, None]
    shown = ~reached if kind == "deletion" else reached
    return np.where(shown, image, filled(image[None], fill)).astype(np.float32)
