"""Moves by hand, and their gradient as the exact transpose."""

import numpy as np
import pytest

from fer_core.features.transforms import Jitter, Rotation, Scale, draw, move, move_copies
from fer_core.runtime import import_tensorflow


def moved(images: np.ndarray, affine: list) -> np.ndarray:
    return move(import_tensorflow().constant(images, "float32"), np.array(affine, np.float32)).numpy()


def test_no_move_is_exact():
    images = np.random.default_rng(0).normal(size=(2, 5, 6))
    np.testing.assert_array_equal(moved(images, [[1, 0, 0], [0, 1, 0]]), images.astype(np.float32))


def test_whole_pixels_by_hand_with_mirrored_edges():
    image = np.arange(12.0).reshape(1, 3, 4)
    got = moved(image, [[1, 0, 1], [0, 1, -1]])  # looks one to the right and one up
    np.testing.assert_allclose(got[0], [[5, 6, 7, 6], [1, 2, 3, 2], [5, 6, 7, 6]], atol=1e-5)


def test_half_a_pixel_is_the_mean_of_two():
    got = moved(np.array([[[0.0, 2.0, 10.0]]]), [[1, 0, 0.5], [0, 1, 0]])
    np.testing.assert_allclose(got[0, 0], [1, 6, 6])


def test_a_quarter_turn_is_numpys():
    image = np.random.default_rng(1).normal(size=(1, 6, 6))
    np.testing.assert_allclose(moved(image, [[0, -1, 0], [1, 0, 0]])[0], np.rot90(image[0]), atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_the_transpose(seed: int):
    tf = import_tensorflow()
    affine = draw((Jitter(3), Rotation(20), Scale(0.2)), (seed,))
    generator = np.random.default_rng(seed)
    x, y = (tf.constant(generator.normal(size=(2, 9, 7)), tf.float32) for _ in range(2))
    with tf.GradientTape() as tape:
        tape.watch(x)
        there = tf.reduce_sum(move(x, affine) * y)
    back = tf.reduce_sum(x * tape.gradient(there, x))  # <M x, y> = <x, M' y>
    assert float(back) == pytest.approx(float(there), rel=1e-4)


def test_the_gradient_comes_back_to_the_pixel_that_was_seen():
    tf = import_tensorflow()
    images = tf.zeros((1, 5, 5))
    with tf.GradientTape() as tape:
        tape.watch(images)
        value = move(images, np.array([[1, 0, 2], [0, 1, -1]], np.float32))[0, 2, 1]
    gradient = tape.gradient(value, images).numpy()[0]
    assert np.argwhere(gradient == 1).tolist() == [[1, 3]] and gradient.sum() == 1


def test_draws_stay_in_their_bounds_and_repeat():
    for k in range(50):
        shift = draw((Jitter(2),), (k,))
        assert np.all(np.abs(shift[:, 2]) <= 2) and np.array_equal(shift[:, 2], np.rint(shift[:, 2]))
        turn = draw((Rotation(5),), (k,))
        assert abs(np.rad2deg(np.arctan2(turn[1, 0], turn[0, 0]))) <= 5
        assert 0.9 <= draw((Scale(0.1),), (k,))[0, 0] <= 1.1
    np.testing.assert_array_equal(draw((Jitter(5),), (1, 2, 3)), draw((Jitter(5),), (1, 2, 3)))
    np.testing.assert_array_equal(draw((), (1,)), [[1, 0, 0], [0, 1, 0]])


def test_each_copy_is_moved_by_its_own_map():
    images = np.random.default_rng(2).normal(size=(4, 5, 5)).astype(np.float32)  # 2 objectives with 2 copies each
    maps = np.stack([draw((Jitter(2), Rotation(30)), (copy,)) for copy in range(2)])
    got = move_copies(import_tensorflow().constant(images), maps, 2).numpy()
    for k in range(4):
        np.testing.assert_allclose(got[k], moved(images[k : k + 1], maps[k % 2])[0], atol=1e-6)
