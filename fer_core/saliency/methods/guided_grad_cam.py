"""Guided Grad-CAM."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.methods.grad_cam import GradCam


@dataclass(frozen=True)
class GuidedGradCam(GradCam):
    """The guided map's fine edges, kept only where Grad-CAM finds the class.

    M = guided gradient * Grad-CAM, pixel by pixel, the latter enlarged to the picture. The edges are those of the
    guided map, which hardly heed the network; what depends on the class are the coarse places alone.

    Selvaraju et al. 2017, "Grad-CAM", section 3.2.
    """

    name: ClassVar[str] = "guided_grad_cam"
    label: ClassVar[str] = "Guided Grad-CAM"
    unit: ClassVar[str] = ""
    signed: ClassVar[bool] = True
    rule: ClassVar[str | None] = "guided"
    is_slope: ClassVar[bool] = True

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        result: np.ndarray = super().maps(network.plain, images, weights) * network.gradient(images, weights)
        return result

    def passes(self) -> tuple[int, int]:
        return 2, 2
