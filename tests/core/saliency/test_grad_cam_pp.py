"""Grad-CAM++ on one channel of two places, worked out by hand."""

import numpy as np
import pytest

from fer_core.saliency.methods.grad_cam_pp import GradCamPlusPlus


def one_channel(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, 1, -1, 1)


@pytest.mark.parametrize(
    ("gradients", "expected"),
    [
        # alphas 1 / (2 + 4 g): 1/6 and 1/10, of 1 together 5/8 and 3/8; the weight is 5/8 * 1 + 3/8 * 2 = 11/8
        ((1.0, 2.0), (11 / 8, 33 / 8)),
        # 1/6 and, of g = -1, -1/2: they add up to -1/3, so the alphas are -1/2 and 3/2 and the weight is -1/2: no map
        ((1.0, -1.0), (0.0, 0.0)),
        # -1/2 of g = -1 and -1/6 of g = -2 (below: 8 - 32): 3/4 and 1/4, and no place speaks for the class
        ((-1.0, -2.0), (0.0, 0.0)),
        # no gradient: no division by nothing
        ((0.0, 0.0), (0.0, 0.0)),
    ],
)
def test_the_places_of_a_channel_are_weighted_to_a_sum_of_one(gradients: tuple, expected: tuple) -> None:
    found = GradCamPlusPlus.coarse(one_channel(1.0, 3.0), one_channel(*gradients))
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-6)


def test_shares_of_a_negative_sum_still_add_up_to_one() -> None:
    """With features that are negative the weight of a negative share turns the map round: g = (1, -1), A = (-5, 9):
    alphas -1/2 and 3/2 as above, weight -1/2, and the first place has 5/2."""
    found = GradCamPlusPlus.coarse(one_channel(-5.0, 9.0), one_channel(1.0, -1.0))
    np.testing.assert_allclose(found.ravel(), (2.5, 0.0), rtol=1e-6)
