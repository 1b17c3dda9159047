"""Layer-wise relevance propagation, epsilon rule."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.resize import shared_out


@dataclass(frozen=True)
class LrpEpsilon(Method):
    """The score handed back layer by layer, to each input by what it contributed to each output.

    R_i = sum_j x_i w_ij / (z_j + e) * R_j, from the logit down to the standardised picture: red places speak for the
    class, blue ones against. Nothing is lost but what biases and normalisations' shifts contribute by themselves, which
    can be much; in a network without them the pixels add up to the logit. On relu networks it is gradient times
    standardised input.

    Bach et al. 2015, "On Pixel-Wise Explanations", equation 58, with normalisations folded in.
    """

    name: ClassVar[str] = "lrp_epsilon"
    label: ClassVar[str] = "LRP (epsilon)"
    unit: ClassVar[str] = "logits handed back"
    rule: ClassVar[str | None] = "lrp_epsilon"

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return shared_out(network.relevance(images, weights), network.size)
