"""Integrated gradients."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.hiding import FILLS, filled
from fer_core.saliency.parameters import choice, number


@dataclass(frozen=True)
class IntegratedGradients(Method):
    """Each pixel's share of the difference in score between an empty picture and this one.

    M = (x - b) * integral over a from 0 to 1 of dS/dx (b + a (x - b)). The shares add up to S(x) - S(b), the
    completeness axiom. The empty picture b matters: a network that standardises each image sees the same face all the
    way from black or gray to x, so that only the first instant counts; the blurred face is the default.

    Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks", equation 1; Gauss-Legendre nodes.
    """

    name: ClassVar[str] = "integrated_gradients"
    label: ClassVar[str] = "Integrated gradients"
    unit: ClassVar[str] = "logits"

    steps: int = number(32, "Steps", 2, 300, 1)
    baseline: str = choice("blurred", "Empty picture", FILLS)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        empty = filled(images, self.baseline)
        places, shares = np.polynomial.legendre.leggauss(self.steps)
        nodes = ((places + 1) / 2).astype(np.float32)[:, None, None, None]  # from -1..1 to 0..1
        maps = np.empty(images.shape[:3], np.float32)
        for i in range(len(images)):
            path = empty[i] + nodes * (images[i] - empty[i])
            gradients = network.gradient(path, np.repeat(weights[i : i + 1], self.steps, axis=0))
            maps[i] = np.tensordot(shares / 2, gradients.astype(np.float64), 1) * (images[i] - empty[i])[..., 0]
        return maps

    def passes(self) -> tuple[int, int]:
        return self.steps, self.steps
