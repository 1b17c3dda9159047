"""RISE."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.hiding import FILLS, filled
from fer_core.saliency.network import CHUNK
from fer_core.saliency.parameters import choice, number
from fer_core.saliency.resize import enlarge


@dataclass(frozen=True)
class Rise(Method):
    """The picture is looked at through hundreds of random soft masks: pixels that were open when the score was high.

    M = 1/(n p) * sum_k (S(x masked by m_k) - mean score) * m_k, with masks of random coarse cells, each open with
    probability p, enlarged and shifted. Taking off the mean score moves the expected map by a constant only and makes
    it much less noisy. Few masks give a blotchy map: raise their number before believing a blotch.

    Petsiuk, Das and Saenko 2018, "RISE", equation 6.
    """

    name: ClassVar[str] = "rise"
    label: ClassVar[str] = "RISE"
    unit: ClassVar[str] = "logits"

    masks: int = number(300, "Masks", 20, 4000, 10)
    cells: int = number(7, "Cells", 2, 16, 1, "Coarse cells along a side of a mask.")
    open: float = number(0.5, "Open", 0.05, 0.95, 0.05, "Probability that a cell is open.", "%")
    fill: str = choice("mean", "Hidden pixels become", FILLS)
    seed: int = number(0, "Seed", 0, 9999, 1)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        masks = self._masks(network.size)[..., None]
        empty = filled(images, self.fill)
        maps = np.empty(images.shape[:3], np.float32)
        for i, image in enumerate(images):
            parts = [
                network.score(empty[i] + m * (image - empty[i]), np.repeat(weights[i : i + 1], len(m), axis=0))
                for m in np.array_split(masks, -(-len(masks) // CHUNK))
            ]
            scores = np.concatenate(parts)
            maps[i] = np.tensordot(scores - scores.mean(), masks[..., 0], 1) / (len(masks) * self.open)
        return maps

    def _masks(self, size: tuple[int, int]) -> np.ndarray:
        """f32 (masks, H, W), 0 to 1, the same for every image."""
        rng = np.random.default_rng(self.seed)
        cell = [-(-side // self.cells) for side in size]
        coarse = (rng.random((self.masks, self.cells + 1, self.cells + 1)) < self.open).astype(np.float32)
        large = enlarge(coarse, ((self.cells + 1) * cell[0], (self.cells + 1) * cell[1]))
        shifts = np.stack([rng.integers(0, c, self.masks) for c in cell], axis=1)
        return np.stack([m[r : r + size[0], c : c + size[1]] for m, (r, c) in zip(large, shifts, strict=True)])

    def passes(self) -> tuple[int, int]:
        return self.masks, 0
