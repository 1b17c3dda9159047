"""A convolution as a sum of shifted maps, one for each tap of its kernel, and the way back.

Both directions are written out: TensorFlow's own gradients of a slice and of a padding took longer than the matrix
products between them.
"""

from collections.abc import Sequence
from typing import Any

from fer_core.runtime import import_tensorflow

Shifts = Sequence[tuple[int, int]]
"""For each map how far below and to the right of a place it is read, in pixels."""


def shifted_sum(maps: Any, shifts: Shifts, size: tuple[int, int]) -> Any:
    """out[y, x] = sum_t maps[t][y + dy_t, x + dx_t], zero outside: f32 (B, *size) from (B, T, h, w); differentiable."""
    tf = import_tensorflow()
    source = tuple(maps.shape[2:4])

    @tf.custom_gradient
    def forward(maps: Any) -> Any:
        return read_shifted(maps, shifts, size), lambda gradient: spread(gradient, shifts, source)

    return forward(maps)


def read_shifted(maps: Any, shifts: Shifts, size: tuple[int, int]) -> Any:
    """`shifted_sum` for where no gradient is asked."""
    tf = import_tensorflow()
    (top, bottom), (left, right) = (
        _margins([s[axis] for s in shifts], maps.shape[2 + axis], size[axis]) for axis in (0, 1)
    )
    padded = tf.pad(maps, [[0, 0], [0, 0], [top, bottom], [left, right]])
    parts = [tf.slice(padded, [0, tap, top + dy, left + dx], [-1, 1, *size]) for tap, (dy, dx) in enumerate(shifts)]
    return tf.squeeze(tf.add_n(parts), 1)


def spread(gradient: Any, shifts: Shifts, size: tuple[int, int]) -> Any:
    """The transpose: out[t][v, u] = gradient[v - dy_t, u - dx_t], zero outside: f32 (B, T, *size) from (B, h, w)."""
    tf = import_tensorflow()
    (top, bottom), (left, right) = (
        _margins([-s[axis] for s in shifts], gradient.shape[1 + axis], size[axis]) for axis in (0, 1)
    )
    padded = tf.pad(gradient, [[0, 0], [top, bottom], [left, right]])
    return tf.stack([tf.slice(padded, [0, top - dy, left - dx], [-1, *size]) for dy, dx in shifts], axis=1)


def _margins(shifts: Sequence[int], source: int, size: int) -> tuple[int, int]:
    """Zeros needed before and after so that all of size can be read at every shift."""
    return max(0, -min(shifts)), max(0, max(shifts) + size - source)
