"""Augmentation against hand-worked values."""

import numpy as np
import pytest

from fer_core.data.augmentation import PRESETS, Augmentation, affine_matrices, augment, warp
from fer_core.errors import FerError

STILL = {"rotation": 0, "shift": 0, "zoom": 0, "flip": False}


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_the_reports_settings() -> None:
    report = PRESETS["report"]
    assert (report.rotation, report.shift, report.flip, report.zoom) == (20, 0.1, True, 0)


def test_nothing_drawn_changes_nothing(dataset) -> None:
    np.testing.assert_array_equal(augment(dataset.pixels, Augmentation(**STILL), rng()), dataset.pixels)


def test_a_flip_mirrors_left_and_right(dataset) -> None:
    out = augment(dataset.pixels, Augmentation(**{**STILL, "flip": True}), rng())
    mirrored = np.array([np.array_equal(a, b[:, ::-1]) for a, b in zip(out, dataset.pixels, strict=True)])
    same = np.array([np.array_equal(a, b) for a, b in zip(out, dataset.pixels, strict=True)])
    assert np.all(mirrored | same)
    assert 0.3 < mirrored.mean() < 0.7


def test_a_quarter_turn_by_hand() -> None:
    image = np.zeros((1, 48, 48), dtype=np.uint8)
    image[0, 0, :] = 200  # the top row
    # Forward map of 90 degrees: (x, y) -> (-y, x) about the centre, so the top row becomes the right column.
    centre = 23.5
    matrix = np.array([[[0.0, -1.0, 2 * centre], [1.0, 0.0, 0.0]]])
    out = warp(image, matrix)
    assert (out[0, :, 47] == 200).all()
    assert not out[0, :, :46].any()


def test_a_shift_repeats_the_border() -> None:
    image = np.tile(np.arange(48, dtype=np.uint8), (48, 1))[None]
    out = warp(image, np.array([[[1.0, 0.0, 5.0], [0.0, 1.0, 0.0]]]))
    np.testing.assert_array_equal(out[0, :, 5:], image[0, :, :-5])
    assert not out[0, :, :5].any()  # the left border value, 0, repeated


def test_matrices_keep_to_their_ranges() -> None:
    settings = Augmentation(rotation=20, shift=0.1, zoom=0.2, flip=False)
    matrices = affine_matrices(4000, 48, settings, rng())
    scale = np.sqrt(np.linalg.det(matrices[:, :, :2]))
    angle = np.rad2deg(np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    centre = np.full(2, 23.5)
    moved = matrices[:, :, :2] @ centre + matrices[:, :, 2] - centre
    assert 0.8 <= scale.min() < 0.82 and 1.18 < scale.max() <= 1.2
    assert -20 <= angle.min() < -19 and 19 < angle.max() <= 20
    assert np.abs(moved).max() <= 4.8 and np.abs(moved).max() > 4.5


def test_same_seed_same_pictures_and_the_input_is_left_alone(dataset) -> None:
    before = dataset.pixels.copy()
    first = augment(dataset.pixels, PRESETS["strong"], np.random.default_rng(1))
    again = augment(dataset.pixels, PRESETS["strong"], np.random.default_rng(1))
    other = augment(dataset.pixels, PRESETS["strong"], np.random.default_rng(2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(dataset.pixels, before)


def test_zero_images_stay_zero() -> None:
    zeros = np.zeros((8, 48, 48), dtype=np.uint8)
    assert not augment(zeros, PRESETS["report"], rng()).any()


def test_erasing_fills_a_rectangle_with_the_mean() -> None:
    image = np.tile(np.arange(48, dtype=np.uint8), (48, 1))[None].repeat(50, axis=0)
    out = augment(image, Augmentation(**STILL, erase=1.0), rng())
    for before, after in zip(image, out, strict=True):
        changed = before != after
        assert 0.015 * 2304 < changed.sum() < 0.22 * 2304
        assert (after[changed] == 23).all()  # the mean of 0 to 47 is 23.5, cut to u8


@pytest.mark.parametrize("bad", [{"rotation": -1}, {"shift": 2}, {"erase": 1.5}, {"zoom": 1}])
def test_values_out_of_range_are_said(bad: dict) -> None:
    with pytest.raises(FerError, match="must lie between"):
        Augmentation(**bad)
