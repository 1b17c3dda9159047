"""Eigen-CAM."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fer_core.saliency.methods.grad_cam import GradCam


@dataclass(frozen=True)
class EigenCam(GradCam):
    """The strongest pattern in a layer's output, whatever the class: the map of every class is the same.

    With the output as a matrix A of places by channels and its singular value decomposition A = U D V', the map is
    relu(A v_1), v_1 the first column of V, turned so that the places add up to something positive. No gradient and no
    class is in it, so shuffling the last layer can't change it: it shows where the layer is awake, not why the answer.

    Muhammad and Yeasin 2020, "Eigen-CAM: Class Activation Map using Principal Components", not centred, as there.
    """

    name: ClassVar[str] = "eigen_cam"
    label: ClassVar[str] = "Eigen-CAM"
    unit: ClassVar[str] = ""

    @staticmethod
    def coarse(features: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """The map at the layer's own size, f32 (N, h, w), from its output (N, h, w, K); the gradient is not used."""
        count, height, width, channels = features.shape
        places = features.reshape(count, height * width, channels).astype(np.float64)
        first = np.linalg.svd(places, full_matrices=False)[2][:, 0, :, None]
        found = (places @ first)[..., 0]
        found *= np.where(found.sum(axis=1, keepdims=True) < 0, -1, 1)
        result: np.ndarray = np.maximum(found, 0).reshape(count, height, width).astype(np.float32)
        return result
