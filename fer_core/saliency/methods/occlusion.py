"""Occlusion."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.hiding import FILLS, filled, windows
from fer_core.saliency.parameters import choice, number


@dataclass(frozen=True)
class Occlusion(Method):
    """How far the score falls when a patch of the picture is covered: slow, simple and hard to fool.

    M at a pixel is the mean of S(x) - S(x with the patch covered) over the patches that cover it. No gradient is
    needed, and the number means what it says: red places, when covered, cost the class this much of its logit. What a
    covered patch looks like, and its size, are choices; the network may never have seen such a face.

    Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2.
    """

    name: ClassVar[str] = "occlusion"
    label: ClassVar[str] = "Occlusion"
    unit: ClassVar[str] = "logits"

    size: int = number(8, "Patch", 2, 32, 1, "Pixels along a side.", "px")
    stride: int = number(4, "Stride", 1, 32, 1, "Pixels from patch to patch; at most the patch.", "px")
    fill: str = choice("mean", "Covered with", FILLS)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        height, width = network.size
        stride = min(self.stride, self.size)  # a longer one would leave pixels that no patch covers
        corners = [(r, c) for r in windows(height, self.size, stride) for c in windows(width, self.size, stride)]
        covers = np.zeros((len(corners), height, width, 1), np.float32)
        for cover, (row, column) in zip(covers, corners, strict=True):
            cover[row : row + self.size, column : column + self.size] = 1
        count = covers.sum(axis=0)[..., 0]
        empty, before = filled(images, self.fill), network.score(images, weights)
        maps = np.empty(images.shape[:3], np.float32)
        for i, image in enumerate(images):
            covered = image + covers * (empty[i] - image)
            fall = before[i] - network.score(covered, np.repeat(weights[i : i + 1], len(covers), axis=0))
            maps[i] = np.tensordot(fall, covers[..., 0], 1) / count
        return maps

    def passes(self) -> tuple[int, int]:
        stride = min(self.stride, self.size)
        return 1 + len(windows(48, self.size, stride)) ** 2, 0
