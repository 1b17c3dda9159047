"""Normalisation layers against numpy and hand-worked values."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.models.preprocessing import NORMALISATIONS, fit_statistics, normalisation_layers, standardise_samples
from fer_core.runtime import import_keras


def apply(name: str, pixels: np.ndarray, training: np.ndarray) -> np.ndarray:
    keras = import_keras()
    x = pixels[..., None].astype(np.float32)
    for layer in normalisation_layers(name, fit_statistics(training, name)):
        x = layer(x)
    return np.asarray(keras.ops.convert_to_numpy(x))[..., 0]


def halves(low: int, high: int) -> np.ndarray:
    """One image whose left half is `low` and whose right half is `high`."""
    image = np.full((1, 48, 48), low, dtype=np.uint8)
    image[:, :, 24:] = high
    return image


def test_none_divides_by_255() -> None:
    out = apply("none", halves(0, 255), halves(0, 255))
    assert out[0, 0, 0] == 0 and out[0, 0, 47] == pytest.approx(1)


def test_samplewise_by_hand() -> None:
    # Half 50, half 150: mean 100, standard deviation 50, so exactly -1 and 1.
    out = apply("samplewise", halves(50, 150), halves(50, 150))
    np.testing.assert_allclose(out[0, :, :24], -1, atol=1e-5)
    np.testing.assert_allclose(out[0, :, 24:], 1, atol=1e-5)


def test_samplewise_equals_numpy(dataset) -> None:
    x = dataset.pixels.astype(np.float64)
    expected = (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True)
    np.testing.assert_allclose(apply("samplewise", dataset.pixels, dataset.pixels), expected, atol=1e-4)
    np.testing.assert_allclose(standardise_samples(dataset.pixels), expected, atol=1e-4)


@pytest.mark.parametrize("level", [0, 7, 255])
def test_samplewise_turns_a_constant_image_to_zero(level: int) -> None:
    flat = np.full((2, 48, 48), level, dtype=np.uint8)
    assert not apply("samplewise", flat, flat).any()
    assert not standardise_samples(flat).any()


def test_featurewise_by_hand() -> None:
    # Two training images, 100 and 200 everywhere: mean 150, standard deviation 50 at each position.
    training = np.concatenate([halves(100, 100), halves(200, 200)])
    out = apply("featurewise", halves(100, 250), training)
    np.testing.assert_allclose(out[0, :, :24], -1, atol=1e-5)
    np.testing.assert_allclose(out[0, :, 24:], 2, atol=1e-5)


def test_featurewise_uses_each_position_of_the_training_part_only(dataset) -> None:
    training = dataset.subset("train").pixels
    x = training.astype(np.float64)
    expected = (dataset.pixels - x.mean(0)) / x.std(0)
    np.testing.assert_allclose(apply("featurewise", dataset.pixels, training), expected, atol=1e-3)


def test_a_position_that_never_varies_gives_zero_there() -> None:
    training = np.concatenate([halves(10, 100), halves(10, 200)])
    out = apply("featurewise", halves(10, 150), training)
    assert not out[0, :, :24].any()


def test_both_fits_featurewise_on_the_samplewise_output(dataset) -> None:
    first = standardise_samples(dataset.pixels).astype(np.float64)
    expected = (first - first.mean(0)) / first.std(0)
    out = apply("samplewise+featurewise", dataset.pixels, dataset.pixels)
    np.testing.assert_allclose(out, expected, atol=1e-3)
    np.testing.assert_allclose(out.std(0), 1, atol=1e-3)


def test_statistics_of_many_blocks_equal_those_of_one(dataset) -> None:
    many = np.tile(dataset.pixels, (40, 1, 1))
    statistics = fit_statistics(many, "featurewise")
    np.testing.assert_allclose(statistics.mean[..., 0], dataset.pixels.mean(0), rtol=1e-5)
    np.testing.assert_allclose(statistics.variance[..., 0], dataset.pixels.astype(float).var(0), rtol=1e-4)


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_a_saved_model_takes_raw_pixels_and_loads_plainly(name: str, dataset, tmp_path) -> None:
    keras = import_keras()
    inputs = keras.Input((48, 48, 1))
    x = inputs
    for layer in normalisation_layers(name, fit_statistics(dataset.pixels, name)):
        x = layer(x)
    model = keras.Model(inputs, x)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    raw = dataset.pixels[..., None].astype(np.float32)
    np.testing.assert_allclose(np.asarray(loaded(raw)), np.asarray(model(raw)), atol=1e-6)


def test_wrong_names_and_missing_statistics_are_said() -> None:
    with pytest.raises(FerError, match="no normalisation 'whiten'"):
        normalisation_layers("whiten")
    with pytest.raises(FerError, match="needs statistics"):
        normalisation_layers("featurewise")
