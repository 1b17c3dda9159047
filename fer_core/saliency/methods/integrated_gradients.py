"""Integrated gradients."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.hiding import FILLS, filled
from fer_core.saliency.parameters import choice, number
from fer_core.saliency.path import mean_gradient


@dataclass(frozen=True)
class IntegratedGradients(Method):
    """Each pixel's share of the difference in score between an empty picture and this one.

    M = (x - b) * integral over a from 0 to 1 of dS/dx (b + a (x - b)). The shares add up to S(x) - S(b), the
    completeness axiom. The empty picture b matters: a network that standardises each image sees the same face all the
    way from black or gray to x, so that only the first instant counts; the blurred face is the default. Gradients are
    taken where the score moves, until the sum is right to 0.5% or their number is used up; a larger gap is shown.

    Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks", equation 1.
    """

    name: ClassVar[str] = "integrated_gradients"
    label: ClassVar[str] = "Integrated gradients"
    unit: ClassVar[str] = "logits"

    steps: int = number(512, "Gradients at most", 2, 2000, 1)
    baseline: str = choice("blurred", "Empty picture", FILLS)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        empty = filled(images, self.baseline)
        each = zip(images, empty, weights, strict=True)
        return np.stack(
            [mean_gradient(network, b, x, w, self.steps) * (x - b)[..., 0] for x, b, w in each], dtype=np.float32
        )

    def promised(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        empty = filled(images, self.baseline)
        result: np.ndarray = network.score(images, weights) - network.score(empty, weights)
        return result

    def passes(self) -> tuple[int, int]:
        return self.steps, self.steps
