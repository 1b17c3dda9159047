"""Expected gradients."""

import functools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.parameters import number
from fer_core.saliency.resize import enlarge

FACES = 63
"""Nine of each expression."""


@dataclass(frozen=True)
class ExpectedGradients(Method):
    """Each pixel's share of the difference in score between other faces and this one.

    M = mean over faces b and places a from 0 to 1 of (x - b) * dS/dx (b + a (x - b)): integrated gradients with many
    faces in the place of one empty picture, so that no single choice of "nothing there" decides. The shares add up to
    S(x) minus the faces' mean score, but for what is left to the draw. The faces are drawn ones, of all expressions.

    Erion et al. 2021, "Improving performance of deep learning models with axiomatic attribution priors and expected
    gradients"; GradientSHAP of the shap library. The places a are drawn one in each n-th of the way.
    """

    name: ClassVar[str] = "expected_gradients"
    label: ClassVar[str] = "Expected gradients (GradientSHAP)"
    unit: ClassVar[str] = "logits"

    samples: int = number(126, "Draws", 2, 1008, 1)
    seed: int = number(0, "Seed", 0, 9999, 1)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        rng = np.random.default_rng(self.seed)
        others = self.others(network.size)
        places = ((rng.permutation(self.samples) + rng.random(self.samples)) / self.samples).astype(np.float32)
        maps = np.empty(images.shape[:3], np.float32)
        for i, image in enumerate(images):
            path = others + places[:, None, None, None] * (image - others)
            gradients = network.gradient(path, np.repeat(weights[i : i + 1], self.samples, axis=0))
            maps[i] = np.mean(gradients.astype(np.float64) * (image - others)[..., 0], axis=0)
        return maps

    def promised(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        others = network.logits(self.others(network.size)).mean(axis=0)
        result: np.ndarray = network.score(images, weights) - weights @ others
        return result

    def others(self, size: tuple[int, int]) -> np.ndarray:
        """The faces that the picture is held against, f32 (samples, *size, 1), each of them as often as the next."""
        return np.resize(enlarge(_faces(), size), (self.samples, *size))[..., None]

    def passes(self) -> tuple[int, int]:
        return self.samples, self.samples


@functools.cache
def _faces() -> np.ndarray:
    from fer_core.data.drawn.dataset import draw_rows

    return draw_rows(0, FACES)[0].astype(np.float32)
