"""Gradient times input."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method


@dataclass(frozen=True)
class GradientTimesInput(Method):
    """The slope at each pixel times how bright the pixel is.

    M = x * dS/dx. For a network that is linear in x this is each pixel's exact share of the
    score. A black pixel always gets zero, however much the network cares that it is black.

    Shrikumar et al. 2016, "Not Just a Black Box", section 2.
    """

    name: ClassVar[str] = "gradient_x_input"
    label: ClassVar[str] = "Gradient × input"
    unit: ClassVar[str] = "logits"

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        result: np.ndarray = network.gradient(images, weights) * images[..., 0]
        return result
