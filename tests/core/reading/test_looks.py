"""How alike two pictures are, by hand."""

import numpy as np
import pytest

from fer_core.reading.looks import likeness, thumbnail

RAMP = np.tile(np.arange(0, 64, 2, dtype=np.uint8), (24, 1))  # 24 rows, 32 columns


def test_light_and_contrast_do_not_count() -> None:
    one = thumbnail(RAMP, (32, 24))
    assert one.shape == (768,) and one.dtype == np.float32
    assert one.sum() == pytest.approx(0, abs=1e-4) and np.linalg.norm(one) == pytest.approx(1)
    assert likeness(one, thumbnail(RAMP * 2 + 60, (32, 24))) == pytest.approx(1, abs=1e-5)
    assert likeness(one, thumbnail(63 - RAMP, (32, 24))) == pytest.approx(-1, abs=1e-5)
    downwards = np.tile(np.arange(0, 48, 2, dtype=np.uint8)[:, None], (1, 32))
    assert likeness(one, thumbnail(downwards, (32, 24))) == pytest.approx(0, abs=1e-5)


def test_a_larger_picture_is_shrunk_first() -> None:
    large = RAMP.repeat(5, axis=0).repeat(5, axis=1)
    assert likeness(thumbnail(large, (32, 24)), thumbnail(RAMP, (32, 24))) == pytest.approx(1, abs=1e-4)
    assert thumbnail(large, (16, 16)).shape == (256,)


def test_an_even_picture_is_like_anything() -> None:
    even = np.full((24, 32), 90, np.uint8)
    noisy = even + np.random.default_rng(0).integers(0, 4, even.shape, dtype=np.uint8)  # less than two levels of spread
    for nothing in (even, noisy):
        assert not thumbnail(nothing, (32, 24)).any()
        assert likeness(thumbnail(nothing, (32, 24)), thumbnail(RAMP, (32, 24))) == 1
    loud = even + 6 * (np.indices(even.shape).sum(axis=0) % 2).astype(np.uint8)  # three levels either way
    assert thumbnail(loud, (32, 24)).any()
