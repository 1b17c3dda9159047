"""Score-CAM."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.hiding import filled
from fer_core.saliency.parameters import number, text
from fer_core.saliency.resize import enlarge


@dataclass(frozen=True)
class ScoreCam(Method):
    """Grad-CAM without gradients: each channel is tried as a stencil over the picture, and weighted by the score.

    Channel A_k, enlarged and stretched to 0..1, uncovers the picture over its mean gray; its weight is the softmax over
    k of the score it reaches, and the map is relu(sum_k a_k A_k). Only the channels that vary most over the places are
    tried, all of them if there are no more.

    Wang et al. 2020, "Score-CAM", equations 6 to 8; the choice of channels after "Faster Score-CAM" (tf-keras-vis).
    """

    name: ClassVar[str] = "score_cam"
    label: ClassVar[str] = "Score-CAM"
    unit: ClassVar[str] = "the layer's output"
    signed: ClassVar[bool] = False

    channels: int = number(64, "Channels tried", 1, 1024, 1)
    layer: str = text("", "Layer", "Empty for the end of the last convolution's block.")

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        features, _ = network.features(images, weights, self.layer)
        empty = filled(images, "mean")
        return np.concatenate(
            [self._one(network, images[i], empty[i], weights[i : i + 1], features[i]) for i in range(len(images))]
        )

    def _one(self, network: Any, image: Any, empty: Any, weight: Any, features: np.ndarray) -> np.ndarray:
        liveliest = np.argsort(-features.std(axis=(0, 1)), kind="stable")[: self.channels]
        coarse = np.moveaxis(features[..., liveliest], -1, 0)
        stencils = enlarge(coarse, network.size)
        low = stencils.min(axis=(1, 2), keepdims=True)
        span = stencils.max(axis=(1, 2), keepdims=True) - low
        # A channel that is the same everywhere is no stencil: it uncovers nothing.
        stencils = np.where(span > 0, (stencils - low) / np.where(span > 0, span, 1), 0)[..., None]
        scores = network.score(empty + stencils * (image - empty), np.repeat(weight, len(stencils), axis=0))
        powers = np.exp(scores.astype(np.float64) - scores.max())
        result: np.ndarray = np.maximum(enlarge(np.tensordot(powers / powers.sum(), coarse, 1)[None], network.size), 0)
        return result

    def passes(self) -> tuple[int, int]:
        return self.channels + 1, 0
