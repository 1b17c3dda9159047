"""Plain gradient."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method


@dataclass(frozen=True)
class Gradient(Method):
    """How much the class's score would rise if this pixel were a little brighter.

    The derivative of the logit S by each pixel, M = dS/dx, through the normalisation inside the network. Red pixels
    speak for the class if brightened, blue ones if darkened. It is the truest of the fast maps and the noisiest: it
    tells the slope at this very picture, not what the face's parts contribute.

    Simonyan, Vedaldi and Zisserman 2014, "Deep Inside Convolutional Networks", section 3.1.
    """

    name: ClassVar[str] = "gradient"
    label: ClassVar[str] = "Gradient"
    unit: ClassVar[str] = "logits per gray level"
    is_slope: ClassVar[bool] = True

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        result: np.ndarray = network.gradient(images, weights)
        return result
