"""In which coordinates the picture is sought. The optimum is the same; the way there, and so the picture found, is not.

Each turns parameters into pictures with values 0 to 255, either by squashing (255 sigmoid, so that every step stays in
range) or by letting values run free and clipping what is shown.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from fer_core.errors import FerError
from fer_core.runtime import import_tensorflow

SPECTRA = ("fer2013", "1/f")
_EDGE = 1 / 1020  # a quarter of a gray level from black and white, which squashing never reaches
_SPECTRUM_FILE = Path(__file__).with_name("fer2013_spectrum.npy")


@dataclass(frozen=True)
class Pixels:
    """Each pixel by itself: every frequency costs the same, so fine grain comes first.

    Attributes:
        contrast: standard deviation of the first picture, before squashing (free values: in pixels / 128).
        free: values run free and are clipped for showing, as keras-vis does, from uniform noise; otherwise they
            are squashed, from normal noise.
    """

    contrast: float = 0.3
    free: bool = False
    name: ClassVar[str] = "pixels"

    def start(self, generator: np.random.Generator, side: tuple[int, int]) -> np.ndarray:
        """First parameters f32 (h, w)."""
        noise = generator.uniform(-(3**0.5), 3**0.5, side) if self.free else generator.standard_normal(side)
        return (self.contrast * noise).astype(np.float32)

    def plain(self, parameters: Any, side: tuple[int, int]) -> Any:
        """Pictures before squashing: (B, h, w) from the parameters (B, h, w)."""
        return parameters

    def of(self, plain: np.ndarray, side: tuple[int, int]) -> np.ndarray:
        """Parameters f32 (K, h, w) of pictures before squashing."""
        return plain.astype(np.float32)


@dataclass(frozen=True)
class Fourier:
    """Amplitudes of the picture's frequencies, each in units of a mean spectrum: a step moves all scales of the picture
    alike, so coarse shapes come as readily as in faces (Olah et al. 2017, "Preconditioning and Parameterization").

    Attributes:
        spectrum: "fer2013", the mean amplitude spectrum of FER2013's training pictures, or "1/f".
        contrast: standard deviation of the first picture, before squashing.
    """

    spectrum: str = "fer2013"
    contrast: float = 0.3
    free: bool = False
    name: ClassVar[str] = "fourier"

    def __post_init__(self) -> None:
        if self.spectrum not in SPECTRA:
            raise FerError(f"There is no spectrum {self.spectrum!r}; choose one of: {', '.join(SPECTRA)}.")

    def start(self, generator: np.random.Generator, side: tuple[int, int]) -> np.ndarray:
        """First parameters f32 (2, h, w // 2 + 1): real and imaginary parts."""
        parameters = generator.standard_normal((2, side[0], side[1] // 2 + 1))
        return (self.contrast * parameters).astype(np.float32)

    def plain(self, parameters: Any, side: tuple[int, int]) -> Any:
        """Pictures before squashing: (B, h, w) from the parameters (B, 2, h, w // 2 + 1)."""
        tf = import_tensorflow()
        real, imaginary = tf.unstack(parameters * spectrum(self.spectrum, side), axis=1)
        return tf.signal.irfft2d(tf.complex(real, imaginary), fft_length=list(side))

    def of(self, plain: np.ndarray, side: tuple[int, int]) -> np.ndarray:
        """Parameters f32 (K, 2, h, w // 2 + 1) of pictures before squashing (K, h, w)."""
        found = np.fft.rfft2(plain) / spectrum(self.spectrum, side)
        return np.stack([found.real, found.imag], axis=1).astype(np.float32)


Parametrisation = Pixels | Fourier


def pictures(parametrisation: Parametrisation, parameters: Any, side: tuple[int, int]) -> Any:
    """Pictures (B, h, w) as a tensor: 0 to 255 where squashed, unbounded around 127.5 where free."""
    tf = import_tensorflow()
    plain = parametrisation.plain(parameters, side)
    return 127.5 + 128.0 * plain if parametrisation.free else 255.0 * tf.sigmoid(plain)


def parameters_of(parametrisation: Parametrisation, images: np.ndarray, side: tuple[int, int]) -> np.ndarray:
    """Parameters f32 whose pictures are these, u8 (K, h, w), as nearly as squashing can give black and white."""
    values = images.astype(np.float64)
    if parametrisation.free:
        return parametrisation.of((values - 127.5) / 128.0, side)
    shares = np.clip(values / 255.0, _EDGE, 1 - _EDGE)
    return parametrisation.of(np.log(shares / (1 - shares)), side)


@cache
def spectrum(name: str, side: tuple[int, int]) -> np.ndarray:
    """Weight of each frequency, f32 (h, w // 2 + 1), scaled so that unit normal parameters give pictures of standard
    deviation 1. The spectrum of FER2013 is that of 48 x 48 pictures; other sizes fall back to 1/f."""
    if name == "fer2013" and side == (48, 48) and _SPECTRUM_FILE.exists():
        weights = np.load(_SPECTRUM_FILE).astype(np.float64)
    else:
        down, across = np.fft.fftfreq(side[0])[:, None], np.fft.rfftfreq(side[1])[None]
        weights = 1 / np.maximum(np.hypot(down, across), 1 / max(side))
    result: np.ndarray = (weights / _deviation(weights, side)).astype(np.float32)
    return result


def measure_spectrum(pixels: np.ndarray) -> np.ndarray:
    """Mean amplitude |rfft2| of pictures u8 (N, h, w), each around its own mean: f32 (h, w // 2 + 1), in gray levels
    per pixel count. The constant term, zero by construction, takes the value of the lowest frequency, so that a
    picture's brightness can move."""
    total = np.zeros((pixels.shape[1], pixels.shape[2] // 2 + 1))
    for start in range(0, len(pixels), 1024):
        block = pixels[start : start + 1024].astype(np.float64)
        block -= block.mean(axis=(1, 2), keepdims=True)
        total += np.abs(np.fft.rfft2(block)).sum(axis=0)
    mean = total / len(pixels) / (pixels.shape[1] * pixels.shape[2])
    mean[0, 0] = max(mean[0, 1], mean[1, 0])
    result: np.ndarray = mean.astype(np.float32)
    return result


def _deviation(weights: np.ndarray, side: tuple[int, int]) -> float:
    """Root mean square over pixels of irfft2(weights * (a + i b)) with a, b standard normal, by Parseval: the inner
    columns stand for two frequencies each; of the outer ones only the symmetric half of what is given counts."""
    counted = np.full(weights.shape[1], 2.0)
    counted[0] = 0.5
    if side[1] % 2 == 0:
        counted[-1] = 0.5
    return float(np.sqrt(2 * np.sum(weights**2 * counted))) / (side[0] * side[1])
