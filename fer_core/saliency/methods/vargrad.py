"""VarGrad."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.noise import noisy_gradients
from fer_core.saliency.parameters import number


@dataclass(frozen=True)
class VarGrad(Method):
    """Where the gradient changes most between noisy copies of the picture.

    M = variance over k of dS/dx (x + z_k), the z_k as in SmoothGrad. It has no sign: a high value says that the
    network's slope is in motion there, not in which direction.

    Adebayo et al. 2018, "Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values".
    """

    name: ClassVar[str] = "vargrad"
    label: ClassVar[str] = "VarGrad"
    unit: ClassVar[str] = "squared logits per gray level"
    signed: ClassVar[bool] = False

    samples: int = number(50, "Noisy copies", 2, 300, 1)
    noise: float = number(0.15, "Noise", 0.01, 1.0, 0.01, "Standard deviation, as a share of the picture's range.", "%")
    seed: int = number(0, "Seed", 0, 9999, 1)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return noisy_gradients(network, images, weights, self.samples, self.noise, self.seed)[1]

    def passes(self) -> tuple[int, int]:
        return self.samples, self.samples
