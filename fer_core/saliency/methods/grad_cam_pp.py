"""Grad-CAM++."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fer_core.saliency.methods.grad_cam import GradCam


@dataclass(frozen=True)
class GradCamPlusPlus(GradCam):
    """Grad-CAM with the places of a channel weighted too, so that several small causes are all found.

    With g = dS/dA_k and the score taken as exp(S), whose higher derivatives are powers of g:
    alpha(i, j) = g^2 / (2 g^2 + sum_ab A_k(a, b) g^3), made to add up to 1 in each channel as the authors' code does;
    weight a_k = sum_ij alpha(i, j) relu(g), and the map is relu(sum_k a_k A_k), without the common factor exp(S).

    Chattopadhay et al. 2018, "Grad-CAM++", equations 10, 11 and 19.
    """

    name: ClassVar[str] = "grad_cam_pp"
    label: ClassVar[str] = "Grad-CAM++"

    @staticmethod
    def coarse(features: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """The map at the layer's own size, f32 (N, h, w), from its output and gradient (N, h, w, K)."""
        total = features.sum(axis=(1, 2), keepdims=True)
        below = 2 * gradients**2 + total * gradients**3
        alpha = np.divide(gradients**2, below, out=np.zeros_like(gradients), where=below != 0)
        share = alpha.sum(axis=(1, 2), keepdims=True)
        alpha = np.divide(alpha, share, out=np.zeros_like(alpha), where=share != 0)
        weights = np.sum(alpha * np.maximum(gradients, 0), axis=(1, 2), keepdims=True)
        result: np.ndarray = np.maximum(np.sum(weights * features, axis=-1), 0)
        return result
