"""Small random moves of the picture before each step, so that what is found does not hang on single pixels
(Olah et al. 2017, "Transformation Robustness"). The picture itself never moves: the network is shown a moved copy, and
the gradient comes back through the move by the exact transpose of its bilinear weights.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.runtime import import_tensorflow


@dataclass(frozen=True)
class Jitter:
    """Moves by up to so many whole pixels, down and across."""

    pixels: int = 2
    name: ClassVar[str] = "jitter"

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """An affine map f64 (3, 3) on (x, y, 1), around the picture's middle."""
        dx, dy = generator.integers(-self.pixels, self.pixels + 1, 2)
        return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], float)


@dataclass(frozen=True)
class Rotation:
    """Turns by up to so many degrees either way."""

    degrees: float = 5.0
    name: ClassVar[str] = "rotation"

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """An affine map f64 (3, 3) on (x, y, 1), around the picture's middle."""
        angle = np.deg2rad(generator.uniform(-self.degrees, self.degrees))
        cos, sin = np.cos(angle), np.sin(angle)
        return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


@dataclass(frozen=True)
class Scale:
    """Enlarges or shrinks by up to the given share, 0 to 0.5."""

    share: float = 0.05
    name: ClassVar[str] = "scale"

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """An affine map f64 (3, 3) on (x, y, 1), around the picture's middle."""
        factor = 1 + generator.uniform(-self.share, self.share)
        return np.diag([factor, factor, 1.0])


Transform = Jitter | Rotation | Scale


def draw(transforms: tuple[Transform, ...], seed: tuple[int, ...]) -> np.ndarray:
    """The transforms of one picture at one step as one affine map f32 (2, 3): where in the picture, as (x, y) from its
    middle, each place of the moved copy looks. The same seed gives the same map."""
    generator = np.random.default_rng(seed)
    whole = np.eye(3)
    for transform in transforms:
        whole = transform.draw(generator) @ whole
    return whole[:2].astype(np.float32)


def move(images: Any, affine: Any) -> Any:
    """Pictures (B, h, w) all seen through one affine map (2, 3), bilinearly; what lies outside is the mirrored inside.

    The move is a product with a sparse matrix of four weights a pixel, whose gradient is the product with its
    transpose: exact, and for 16 pictures five times quicker than gathering from each.
    """
    tf = import_tensorflow()
    height, width = images.shape[1:]
    count = height * width
    y, x = np.mgrid[:height, :width].reshape(2, -1).astype(np.float32)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    seen = tf.matmul(affine, np.stack([x - middle_x, y - middle_y, np.ones_like(x)]))
    weights, places = [], []
    for near_x, part_x in _neighbours(seen[0] + middle_x, width):
        for near_y, part_y in _neighbours(seen[1] + middle_y, height):
            weights.append(part_x * part_y)
            places.append(near_y * width + near_x)
    pixels = np.tile(np.arange(count), 4)
    indices = tf.stack([tf.constant(pixels, tf.int64), tf.cast(tf.concat(places, 0), tf.int64)], axis=1)
    matrix = tf.SparseTensor(indices, tf.stop_gradient(tf.concat(weights, 0)), [count, count])
    flat = tf.transpose(tf.reshape(images, [-1, count]))
    return tf.reshape(tf.transpose(tf.sparse.sparse_dense_matmul(matrix, flat)), [-1, height, width])


def move_copies(images: Any, maps: Any, copies: int) -> Any:
    """Pictures (K * copies, h, w), objective by objective, copy c of each through maps[c] of (copies, 2, 3)."""
    tf = import_tensorflow()
    if copies == 1:
        return move(images, maps[0])
    by_copy = tf.reshape(images, [-1, copies, *images.shape[1:]])
    moved = tf.stack([move(by_copy[:, c], maps[c]) for c in range(copies)], axis=1)
    return tf.reshape(moved, [-1, *images.shape[1:]])


def _neighbours(position: Any, length: int) -> list[tuple[Any, Any]]:
    """The two whole positions around each, mirrored into 0 to length - 1, with their bilinear weights."""
    tf = import_tensorflow()
    low = tf.floor(position)
    part = position - low
    return [
        (_mirrored(tf.cast(low, tf.int32), length), 1 - part),
        (_mirrored(tf.cast(low, tf.int32) + 1, length), part),
    ]


def _mirrored(index: Any, length: int) -> Any:
    tf = import_tensorflow()
    if length == 1:
        return tf.zeros_like(index)
    index = tf.math.floormod(index, 2 * (length - 1))
    return tf.where(index < length, index, 2 * (length - 1) - index)
