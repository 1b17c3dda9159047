"""Grad-CAM."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.parameters import text
from fer_core.saliency.resize import enlarge


@dataclass(frozen=True)
class GradCam(Method):
    """Which coarse places of the last convolution's output speak for the class.

    Each channel A_k is weighted by its mean gradient a_k = mean_ij dS/dA_k(i, j); the map is relu(sum_k a_k A_k), and
    is enlarged to the picture. At 48 x 48 the last layer is only 3 to 12 places wide, 3 in most networks here: trust
    its regions, not its borders.

    Selvaraju et al. 2017, "Grad-CAM", equations 1 and 2.
    """

    name: ClassVar[str] = "grad_cam"
    label: ClassVar[str] = "Grad-CAM"
    unit: ClassVar[str] = "logits per place of the layer"
    signed: ClassVar[bool] = False

    layer: str = text("", "Layer", "Empty for the end of the last convolution's block.")

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        features, gradients = network.features(images, weights, self.layer)
        return enlarge(self.coarse(features, gradients), network.size)

    @staticmethod
    def coarse(features: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """The map at the layer's own size, f32 (N, h, w), from its output and gradient (N, h, w, K)."""
        channel_weights = gradients.mean(axis=(1, 2), keepdims=True)
        result: np.ndarray = np.maximum(np.sum(channel_weights * features, axis=-1), 0)
        return result
