"""What pictures pay, worked out by hand on pictures that are not square and differ along both axes."""

import numpy as np
import pytest

from fer_core.features.regularisers import L2, PNorm, SquaredVariation, TotalVariation
from fer_core.runtime import import_tensorflow

# Down: 3, 8; to the right: 1, -2 (the last row and column only end steps).
PICTURE = [[1.0, 2.0, 0.0], [4.0, 10.0, 7.0]]


def paid(regulariser, *pictures) -> list[float]:
    return regulariser.penalty(import_tensorflow().constant(pictures, "float32")).numpy().tolist()


def test_variation_is_along_both_axes() -> None:
    by_hand = (np.sqrt(9 + 1) + np.sqrt(64 + 4)) / 2
    assert paid(TotalVariation(), PICTURE) == pytest.approx([by_hand], rel=1e-5)
    assert paid(SquaredVariation(), PICTURE) == pytest.approx([(9 + 1 + 64 + 4) / 6], rel=1e-5)


def test_the_p_norm_has_its_root_and_is_by_pixel() -> None:
    assert paid(PNorm(p=2), [[3.0, 4.0, 12.0]]) == pytest.approx([13 / 3], rel=1e-5)
    assert paid(PNorm(p=3), [[3.0, 4.0]], [[0.0, 5.0]]) == pytest.approx([91 ** (1 / 3) / 2, 5 / 2], rel=1e-5)


def test_l2_is_the_mean_square_from_middle_gray() -> None:
    assert paid(L2(), [[0.5, 1.5], [0.5, 0.5], [0.0, 0.5]]) == pytest.approx([(1 + 0.25) / 6], rel=1e-5)
