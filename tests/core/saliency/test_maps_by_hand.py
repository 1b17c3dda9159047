"""Maps of networks small enough to be worked out by hand: no TensorFlow, no square picture, no round weights."""

import re
from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.saliency import Difference, target_weights
from fer_core.saliency.hiding import filled
from fer_core.saliency.methods import METHODS
from fer_core.saliency.noise import noisy_gradients
from fer_core.saliency.targets import _checked

ONE = np.ones((1, 1), np.float32)


class Linear:
    """A network of one class: the score is the sum of k x over the pixels."""

    def __init__(self, k: np.ndarray, features: np.ndarray | None = None) -> None:
        self.k = np.asarray(k, np.float32)
        self.size = self.k.shape
        self._features = features

    def logits(self, images: np.ndarray) -> np.ndarray:
        return np.asarray((images[..., 0] * self.k).sum(axis=(1, 2))[:, None])

    def score(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.asarray((self.logits(images) * weights).sum(axis=1))

    def gradient(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.k, images.shape[:3]) * weights[:, :1, None]

    def features(self, *asked: Any) -> tuple[np.ndarray, np.ndarray]:
        assert self._features is not None
        return self._features, np.zeros_like(self._features)


class Bowl(Linear):
    """The score is half the sum of squares, so that the gradient at a picture is the picture."""

    def gradient(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return images[..., 0] * weights[:, :1, None]

    def logits(self, images: np.ndarray) -> np.ndarray:
        return np.asarray((images[..., 0] ** 2).sum(axis=(1, 2))[:, None] / 2)


def picture(*rows: list[float]) -> np.ndarray:
    return np.array(rows, np.float32)[None, :, :, None]


LOGITS = np.array([[3.0, 9.0, 1.0], [8.0, 2.0, 7.0]], np.float32)


@pytest.mark.parametrize("wrong", [-1, 3, True, 1.0, np.array([0, -1]), np.array([0, 1, 2]), Difference(-1, 0)])
def test_only_a_class_that_there_is_can_be_explained(wrong: Any) -> None:
    with pytest.raises(FerError):
        target_weights(wrong, LOGITS)


def test_targets_are_weights_on_the_logits() -> None:
    assert target_weights(None, LOGITS).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert target_weights(2, LOGITS).tolist() == [[0, 0, 1], [0, 0, 1]]
    assert target_weights(np.array([2, 1]), LOGITS).tolist() == [[0, 0, 1], [0, 1, 0]]
    assert target_weights(Difference(2, 0), LOGITS).tolist() == [[-1, 0, 1], [-1, 0, 1]]
    with pytest.raises(FerError, match="class 1 twice"):
        target_weights(Difference(1, 1), LOGITS)


def test_what_hides_is_the_pictures_own_mean_or_black() -> None:
    two = np.concatenate([picture([10, 20, 60]), picture([0, 3, 3])])
    assert filled(two, "mean")[..., 0].tolist() == [[[30] * 3], [[2] * 3]]
    assert not filled(two, "black").any()


def test_score_cam_hides_with_the_mean_gray_and_weighs_by_what_is_left() -> None:
    # Two channels, each open at one of two pixels; the picture's mean is 20. The first uncovers 10 beside 20, score
    # 1 + 1 = 2; the second 20 beside 30, score 2 + 1.5 = 3.5. Over black they would score 1 and 1.5.
    channels = np.array([[[[1.0, 0.0], [0.0, 1.0]]]], np.float32)
    network = Linear(np.array([[0.1, 0.05]]), channels)
    found = METHODS["score_cam"]().maps(network, picture([10, 30]), ONE)
    share = 1 / (1 + np.exp(1.5))
    np.testing.assert_allclose(found, [[[share, 1 - share]]], rtol=1e-4)


def test_occlusion_is_the_mean_over_the_patches_that_cover_a_pixel() -> None:
    # Two patches of 2 x 2 over black: they take 1 + 2 + 8 + 16 = 27 and 2 + 4 + 16 + 32 = 54 off the score.
    network = Linear(np.array([[0.1, 0.2, 0.4], [0.8, 1.6, 3.2]]))
    found = METHODS["occlusion"](size=2, stride=1, fill="black").maps(
        network, np.full((1, 2, 3, 1), 10, np.float32), ONE
    )
    np.testing.assert_allclose(found, [[[27, 40.5, 54]] * 2], rtol=1e-5)


def test_occlusion_hides_with_the_mean_where_asked() -> None:
    network = Linear(np.array([[1.0, 1.0, 2.0, 5.0]]))
    # One row: a patch of two pixels, moved by one. The mean is 4, so the pixels change by 4, 2, 0 and -6 where covered.
    found = METHODS["occlusion"](size=2, stride=1, fill="mean").maps(network, picture([8, 6, 4, -2]), ONE)
    np.testing.assert_allclose(found, [[[6, 4, -14, -30]]], rtol=1e-5)


def test_noise_is_a_share_of_the_pictures_range() -> None:
    # From 100 to 150, so 0.1 of the range is 5: the gradients of the bowl are the noisy copies themselves.
    two = np.concatenate([picture([100, 150, 110], [120, 130, 140]), picture([0, 200, 100], [100, 0, 50])])
    mean, variance = noisy_gradients(Bowl(np.ones((2, 3))), two, np.ones((2, 1), np.float32), 2000, 0.1, 3)
    assert np.sqrt(variance).mean(axis=(1, 2)) == pytest.approx([5, 20], rel=0.03)
    np.testing.assert_allclose(mean[0], two[0, ..., 0], atol=0.5)


@pytest.mark.parametrize("name", [name for name, one in METHODS.items() if "seed" in one.__dataclass_fields__])
def test_another_seed_is_another_draw_and_the_same_seed_the_same(name: str) -> None:
    few = {"samples": 4, "masks": 20}
    method = METHODS[name]

    def drawn(seed: int) -> np.ndarray:
        given = {key: value for key, value in few.items() if key in method.__dataclass_fields__}
        shown = picture([3, 200, 40, 9], [90, 10, 150, 77], [20, 30, 250, 5])
        return method(seed=seed, **given).maps(Bowl(np.ones((3, 4))), shown, ONE)

    np.testing.assert_array_equal(drawn(5), drawn(5))
    assert np.abs(drawn(5) - drawn(6)).max() > 1e-3


@pytest.mark.parametrize("baseline", ["mean", "black"])
def test_integrated_gradients_share_out_the_whole_difference(baseline: str) -> None:
    # Of half a square, from b to x, each pixel's share is (x^2 - b^2) / 2.
    shown = picture([3, 200, 40], [90, 10, 17])
    method = METHODS["integrated_gradients"](steps=60, baseline=baseline)
    empty = {"mean": 60.0, "black": 0.0}[baseline]
    found = method.maps(Bowl(np.ones((2, 3))), shown, ONE)
    np.testing.assert_allclose(found[0], (shown[0, ..., 0] ** 2 - empty**2) / 2, rtol=1e-3, atol=2)
    assert method.promised(Bowl(np.ones((2, 3))), shown, ONE)[0] == pytest.approx(found.sum(), rel=1e-3)


@pytest.mark.parametrize("wrong", [7, -1, True, 2.0, "fear"])
def test_a_class_that_is_none_is_named_with_those_that_are(wrong: object) -> None:
    with pytest.raises(FerError, match=rf"A target is a class index from 0 to 6, not {re.escape(repr(wrong))}"):
        _checked(wrong, 7)
