"""DeepLIFT, rescale rule."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.hiding import FILLS, filled
from fer_core.saliency.parameters import choice
from fer_core.saliency.resize import shared_out


@dataclass(frozen=True)
class DeepLift(Method):
    """Each pixel's share of the difference in score to an empty picture, handed back layer by layer.

    m = (f(x) - f(b)) / (x - b) at each activation in the place of its slope, b being what the empty picture makes of
    it; the map is m * (x - b) at the standardised picture. The shares add up to S(x) - S(b) in one backward pass, where
    integrated gradients take a hundred. Maxima hand it to the winner; products share it between their factors.

    Shrikumar, Greenside and Kundaje 2017, "Learning Important Features Through Propagating Activation Differences",
    equations 11 and 12; products as DeepSHAP (Lundberg and Lee 2017) would have them.
    """

    name: ClassVar[str] = "deep_lift"
    label: ClassVar[str] = "DeepLIFT (rescale)"
    unit: ClassVar[str] = "logits"
    rule: ClassVar[str | None] = "deeplift"

    baseline: str = choice("blurred", "Empty picture", FILLS)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        shares = network.contrast(images, filled(images, self.baseline), weights)
        return shared_out(shares, network.size)

    def promised(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        result: np.ndarray = network.score(images, weights) - network.score(filled(images, self.baseline), weights)
        return result

    def passes(self) -> tuple[int, int]:
        return 2, 2
