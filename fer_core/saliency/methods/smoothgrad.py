"""SmoothGrad."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.noise import noisy_gradients
from fer_core.saliency.parameters import number


@dataclass(frozen=True)
class SmoothGrad(Method):
    """The mean gradient over noisy copies of the picture: what stays when the jitter is averaged away.

    M = 1/n * sum_k dS/dx (x + z_k), z_k normal with a standard deviation given as a share of the picture's range. Too
    much noise explains a picture that is not a face any more.

    Smilkov et al. 2017, "SmoothGrad: removing noise by adding noise", section 2.2.
    """

    name: ClassVar[str] = "smoothgrad"
    label: ClassVar[str] = "SmoothGrad"
    unit: ClassVar[str] = "logits per gray level"
    is_slope: ClassVar[bool] = True

    samples: int = number(50, "Noisy copies", 2, 300, 1)
    noise: float = number(0.15, "Noise", 0.01, 1.0, 0.01, "Standard deviation, as a share of the picture's range.", "%")
    seed: int = number(0, "Seed", 0, 9999, 1)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return noisy_gradients(network, images, weights, self.samples, self.noise, self.seed)[0]

    def passes(self) -> tuple[int, int]:
        return self.samples, self.samples
