"""Coordinates of a picture: numpy's inverse transform, unit deviation, spectra of pictures made by hand."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.features.parametrisations import Fourier, Pixels, measure_spectrum, pictures, spectrum


def test_fourier_is_numpys_inverse_transform():
    start = Fourier("1/f").start(np.random.default_rng(0), (6, 8))
    assert start.shape == (2, 6, 5)
    got = Fourier("1/f").plain(start[None], (6, 8)).numpy()[0]
    weights = spectrum("1/f", (6, 8))
    np.testing.assert_allclose(got, np.fft.irfft2((start[0] + 1j * start[1]) * weights, (6, 8)), atol=1e-6)


@pytest.mark.parametrize("kind", [Fourier("fer2013", 0.4), Fourier("1/f", 0.4), Pixels(0.4)])
def test_first_pictures_have_the_contrast_asked_for(kind: Fourier | Pixels):
    generator = np.random.default_rng(0)
    starts = np.stack([kind.start(generator, (48, 48)) for _ in range(300)])
    plain = np.asarray(kind.plain(starts, (48, 48)))
    assert np.sqrt(np.mean(plain**2)) == pytest.approx(0.4, rel=0.05)


def test_squashed_values_stay_in_range_and_free_ones_do_not():
    parameters = np.array([[[-50.0, 0.0, 50.0]]], np.float32)
    np.testing.assert_allclose(pictures(Pixels(), parameters, (1, 3)), [[[0, 127.5, 255]]], atol=1e-3)
    np.testing.assert_allclose(pictures(Pixels(free=True), parameters / 50, (1, 3)), [[[-0.5, 127.5, 255.5]]])


def test_spectrum_of_a_wave_is_one_line():
    wave = 100 + 50 * np.cos(2 * np.pi * 3 * np.arange(48) / 48)
    found = measure_spectrum(np.tile(np.rint(wave), (2, 48, 1)).astype(np.uint8))
    assert found.shape == (48, 25) and np.unravel_index(found.argmax(), found.shape) == (0, 3)
    assert found[0, 3] == pytest.approx(25, rel=0.01)  # half the amplitude: the other half is the mirrored frequency


def test_stored_spectrum_falls_as_natural_pictures_do():
    weights = spectrum("fer2013", (48, 48))
    assert weights.shape == (48, 25) and weights.min() > 0
    assert weights[0, 1] > 2 * weights[0, 4] > 4 * weights[0, 20]
    np.testing.assert_array_equal(spectrum("fer2013", (10, 10)), spectrum("1/f", (10, 10)))  # another size: fallback


def test_unknown_spectrum_is_one_sentence():
    with pytest.raises(FerError, match="no spectrum 'pink'"):
        Fourier("pink")
