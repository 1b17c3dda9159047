"""Mixed pictures and class weights, by values worked out from what was mixed."""

import numpy as np
import pytest

from fer_core.training.mixing import class_weights, mix


def _batch(count: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of one gray level each, a level by class, so that a mixture tells what it is made of."""
    labels = np.arange(count) % 7
    pixels = np.broadcast_to((labels * 30 + 10)[:, None, None], (count, 48, 48)).astype(np.uint8)
    return pixels.copy(), np.eye(7, dtype=np.float32)[labels]


def _level(targets: np.ndarray) -> np.ndarray:
    return targets @ (np.arange(7) * 30 + 10)


def test_nothing_is_mixed_by_default() -> None:
    pixels, targets = _batch()
    same = mix(pixels, targets, 0, 0, np.random.default_rng(0))
    assert same[0] is pixels and same[1] is targets


def test_mixup_mixes_pixels_as_it_mixes_targets() -> None:
    pixels, targets = _batch()
    x, y = mix(pixels, targets, 0.4, 0, np.random.default_rng(1))
    np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(x.mean(axis=(1, 2)), _level(y), atol=0.51)
    assert np.sum(y.max(axis=1) < 0.99) > 10 and x.dtype == np.uint8


def test_cutmix_gives_each_class_the_share_of_its_area() -> None:
    pixels, targets = _batch()
    x, y = mix(pixels, targets, 0, 1.0, np.random.default_rng(2))
    np.testing.assert_allclose(x.mean(axis=(1, 2)), _level(y), atol=1e-3)
    assert set(np.unique(x)) <= set(np.unique(pixels))  # pasted, not blended
    assert (pixels == _batch()[0]).all()


def test_with_both_a_batch_takes_one_of_them() -> None:
    pixels, targets = _batch()
    pasted = [
        set(np.unique(mix(pixels, targets, 0.4, 1.0, np.random.default_rng(seed))[0])) <= set(np.unique(pixels))
        for seed in range(20)
    ]
    assert 3 < sum(pasted) < 17


@pytest.mark.parametrize(("power", "ratio"), [(0.0, 1.0), (0.5, 2.0), (1.0, 4.0)])
def test_class_weights_grow_with_rarity_and_keep_the_mean(power: float, ratio: float) -> None:
    labels = np.repeat(np.arange(7), [40, 10, 40, 40, 40, 40, 40])
    targets = np.eye(7, dtype=np.float32)[labels]
    weights = class_weights(targets, power)
    assert weights[1] / weights[0] == pytest.approx(ratio, rel=1e-5)
    assert (targets @ weights).mean() == pytest.approx(1, rel=1e-5)
