"""XGrad-CAM."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fer_core.saliency.methods.grad_cam import GradCam


@dataclass(frozen=True)
class XGradCam(GradCam):
    """Grad-CAM whose weights heed where a channel is awake: slopes of silent places do not count.

    Weight a_k = sum_ij A_k(i, j) / (sum_ab A_k(a, b)) * dS/dA_k(i, j); the map is relu(sum_k a_k A_k). A channel that
    adds up to zero gets no weight; with selu or elu, whose channels may cancel to nearly zero, weights can grow wild.

    Fu et al. 2020, "Axiom-based Grad-CAM", where the weight comes from sensitivity and conservation.
    """

    name: ClassVar[str] = "xgrad_cam"
    label: ClassVar[str] = "XGrad-CAM"

    @staticmethod
    def coarse(features: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """The map at the layer's own size, f32 (N, h, w), from its output and gradient (N, h, w, K)."""
        total = features.sum(axis=(1, 2), keepdims=True)
        given = np.sum(gradients * features, axis=(1, 2), keepdims=True)
        weights = np.divide(given, total, out=np.zeros_like(given), where=total != 0)
        result: np.ndarray = np.maximum(np.sum(weights * features, axis=-1), 0)
        return result
