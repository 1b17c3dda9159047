"""LayerCAM."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fer_core.saliency.methods.grad_cam import GradCam


@dataclass(frozen=True)
class LayerCam(GradCam):
    """Grad-CAM with a weight for each place instead of each channel: finer, and usable on early layers.

    M = relu(sum_k relu(dS/dA_k(i, j)) A_k(i, j)). Choose an earlier layer for a map of more places.

    Jiang et al. 2021, "LayerCAM", equations 5 and 6.
    """

    name: ClassVar[str] = "layer_cam"
    label: ClassVar[str] = "LayerCAM"

    @staticmethod
    def coarse(features: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """The map at the layer's own size, f32 (N, h, w), from its output and gradient (N, h, w, K)."""
        result: np.ndarray = np.maximum(np.sum(np.maximum(gradients, 0) * features, axis=-1), 0)
        return result
