"""The random map."""

import zlib
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.parameters import number


@dataclass(frozen=True)
class RandomMap(Method):
    """Smoothed noise that has seen neither the network nor the face: what a worthless map looks like and scores.

    Standard normal noise, blurred, drawn anew for each picture. A method that does no better than this on the trust
    panel's curves says nothing about the network.
    """

    name: ClassVar[str] = "random"
    label: ClassVar[str] = "Random (baseline)"

    blur: float = number(2.0, "Blur", 0.0, 12.0, 0.5, unit="px")
    seed: int = number(0, "Seed", 0, 9999, 1)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        from scipy.ndimage import gaussian_filter

        maps = np.empty(images.shape[:3], np.float32)
        for i, image in enumerate(images):
            # Seeded by the picture: the same alone or in a batch, and another for the next picture.
            rng = np.random.default_rng([self.seed, zlib.crc32(np.ascontiguousarray(image).tobytes())])
            maps[i] = gaussian_filter(rng.standard_normal(image.shape[:2]), self.blur, mode="nearest")
        return maps

    def passes(self) -> tuple[int, int]:
        return 0, 0
