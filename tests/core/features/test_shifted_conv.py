"""Sums of shifted maps: values by hand, and the way back as the exact transpose."""

import numpy as np
import pytest

from fer_core.features.shifted_conv import read_shifted, shifted_sum, spread
from fer_core.runtime import import_tensorflow


def test_two_taps_by_hand():
    maps = np.zeros((1, 2, 2, 3), np.float32)
    maps[0, 0] = [[1, 2, 3], [4, 5, 6]]
    maps[0, 1] = [[10, 20, 30], [40, 50, 60]]
    out = read_shifted(maps, [(0, 1), (-1, 0)], (2, 2))
    # First map read one to the right, second one above, where the top row finds nothing.
    np.testing.assert_array_equal(out[0], [[2, 3], [5 + 10, 6 + 20]])


@pytest.mark.parametrize(
    ("shifts", "size"),
    [([(0, 0)], (5, 7)), ([(-1, -2), (0, 1), (2, 0)], (5, 7)), ([(1, 1), (3, 2)], (2, 4)), ([(-2, 4)], (9, 3))],
)
def test_the_gradient_is_the_transpose(shifts: list, size: tuple[int, int]):
    tf = import_tensorflow()
    rng = np.random.default_rng(0)
    maps = tf.constant(rng.normal(size=(2, len(shifts), 5, 7)), tf.float32)
    weights = tf.constant(rng.normal(size=(2, *size)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(weights * shifted_sum(maps, shifts, size))
    back = spread(weights, shifts, (5, 7))
    np.testing.assert_array_equal(tape.gradient(total, maps), back)
    np.testing.assert_allclose(total, np.sum(maps * back), rtol=1e-4)
