"""What a picture has to pay for. Each takes pictures x (B, h, w), pixels divided by 255, and gives a number for each.

Weights are in units of the objective's spread over noise, so that one weight suits all layers (`Settings.spread`).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.runtime import import_tensorflow


@dataclass(frozen=True)
class L2:
    """Mean square of x - 1/2: pictures far from middle gray pay."""

    weight: float = 1.0
    name: ClassVar[str] = "L2"

    def penalty(self, images: Any) -> Any:
        """f32 (B,)."""
        return import_tensorflow().reduce_mean((images - 0.5) ** 2, axis=[1, 2])


@dataclass(frozen=True)
class TotalVariation:
    """Mean over pixels of (dx^2 + dy^2 + 1e-6)^(1/2): every edge pays by its height (Mahendran and Vedaldi 2015,
    equation 4 with beta = 1)."""

    weight: float = 1.0
    name: ClassVar[str] = "total variation"

    def penalty(self, images: Any) -> Any:
        """f32 (B,)."""
        tf = import_tensorflow()
        down, across = _steps(images)
        return tf.reduce_mean(tf.sqrt(down**2 + across**2 + 1e-6), axis=[1, 2])


@dataclass(frozen=True)
class Blur:
    """Half the mean square distance to the picture's own 3 x 3 average, held fixed: each step pulls towards a smoother
    picture (lucid's `blur_input_each_step`)."""

    weight: float = 10.0
    name: ClassVar[str] = "blur"

    def penalty(self, images: Any) -> Any:
        """f32 (B,)."""
        tf = import_tensorflow()
        smooth = tf.nn.avg_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
        return 0.5 * tf.reduce_mean((images - tf.stop_gradient(smooth)) ** 2, axis=[1, 2])


@dataclass(frozen=True)
class PNorm:
    """(sum x^p)^(1/p) / (h w): with a high p the brightest pixels pay. keras-vis' LPNorm, there with p = 6."""

    weight: float = 10.0
    p: float = 6.0
    name: ClassVar[str] = "p-norm"

    def penalty(self, images: Any) -> Any:
        """f32 (B,)."""
        tf = import_tensorflow()
        size = tf.abs(images)
        top = tf.reduce_max(size, axis=[1, 2]) + 1e-12
        norm = tf.reduce_sum((size / top[:, None, None]) ** self.p, axis=[1, 2]) ** (1 / self.p) * top
        return norm / float(np.prod(images.shape[1:]))


@dataclass(frozen=True)
class SquaredVariation:
    """sum (dx^2 + dy^2) / (h w): hard edges pay most. keras-vis' TotalVariation, which has beta = 2."""

    weight: float = 10.0
    name: ClassVar[str] = "squared variation"

    def penalty(self, images: Any) -> Any:
        """f32 (B,)."""
        tf = import_tensorflow()
        down, across = _steps(images)
        return tf.reduce_sum(down**2 + across**2, axis=[1, 2]) / float(np.prod(images.shape[1:]))


def _steps(images: Any) -> tuple[Any, Any]:
    """Differences to the pixel below and to the one on the right, f32 (B, h - 1, w - 1) each."""
    tf = import_tensorflow()
    size = [-1, images.shape[1] - 1, images.shape[2] - 1]
    # Not images[:, 1:, :-1]: the gradient of a strided slice takes ten times as long as that of a plain one.
    here, below, right = (tf.slice(images, [0, *corner], size) for corner in ((0, 0), (1, 0), (0, 1)))
    return below - here, right - here


Regulariser = L2 | TotalVariation | Blur | PNorm | SquaredVariation
