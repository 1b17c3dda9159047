"""HiResCAM."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fer_core.saliency.methods.grad_cam import GradCam


@dataclass(frozen=True)
class HiResCam(GradCam):
    """What each place of a layer gave to the score, for and against: Grad-CAM without its average.

    M = sum_k dS/dA_k(i, j) * A_k(i, j). Grad-CAM gives a channel one weight for all places, and so can mark places that
    the network did not use; here each place keeps its own slope. Where only one dense layer follows (flattened or
    averaged), the places' values add up to the score but for the bias.

    Draelos and Carin 2020, "Use HiResCAM instead of Grad-CAM for faithful explanations", without a relu, as there.
    """

    name: ClassVar[str] = "hires_cam"
    label: ClassVar[str] = "HiResCAM"
    unit: ClassVar[str] = "logits at each place of the layer"
    signed: ClassVar[bool] = True

    @staticmethod
    def coarse(features: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """The map at the layer's own size, f32 (N, h, w), from its output and gradient (N, h, w, K)."""
        result: np.ndarray = np.sum(gradients * features, axis=-1)
        return result
