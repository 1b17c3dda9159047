"""Normalisation: layers at the front of the saved model, so that a model takes raw pixels.

All of them are built-in Keras layers: a saved model loads with plain `keras.models.load_model`, and there is no
second place, outside the model, where its input could be prepared differently.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.runtime import import_keras
from fer_core.types import Floats

NORMALISATIONS = {
    "none": "Pixels divided by 255.",
    "samplewise": "Each image to mean 0 and standard deviation 1; an image of one gray level becomes all zero.",
    "featurewise": "Each pixel position to mean 0 and standard deviation 1 over the training images.",
    "samplewise+featurewise": "Samplewise first, then featurewise with statistics of the samplewise output.",
}
"""Name -> what it does, as shown on the screen."""

# Added to an image's variance on the 0 to 255 scale. Far below the variance of the faintest real picture (one gray
# level in one pixel gives 4e-4), large enough that a constant image divides by something.
SAMPLE_EPSILON = 1e-5


@dataclass(frozen=True)
class Statistics:
    """Per-position mean and variance, f32 (48, 48, 1) each, of the training images (see `fit_statistics`)."""

    mean: Floats
    variance: Floats


def check_normalisation(name: str) -> str:
    """The name itself; raises FerError for one that is not in NORMALISATIONS."""
    if name not in NORMALISATIONS:
        raise FerError(f"There is no normalisation {name!r}; choose one of: {', '.join(NORMALISATIONS)}.")
    return name


def standardise_samples(pixels: np.ndarray) -> Floats:
    """Each image to mean 0, std 1, as the samplewise layer does it: f32 (N, 48, 48) from u8 or f32 (N, 48, 48).

    (x - mean(x)) / sqrt(var(x) + SAMPLE_EPSILON); a constant image gives zeros.
    """
    x = pixels.astype(np.float32)
    centred: Floats = x - x.mean(axis=(1, 2), keepdims=True)
    variance = np.mean(centred**2, axis=(1, 2), keepdims=True)
    scaled: Floats = centred / np.sqrt(variance + SAMPLE_EPSILON)
    return scaled


def fit_statistics(pixels: np.ndarray, normalisation: str) -> Statistics | None:
    """Mean and variance per pixel position over u8 (N, 48, 48) training pixels, or None where none are needed.

    With "samplewise+featurewise" they are those of the samplewise output; fitting them on raw pixels, as Keras' old
    ImageDataGenerator does, would divide values of about 1 by a standard deviation of about 65.
    """
    check_normalisation(normalisation)
    if "featurewise" not in normalisation:
        return None
    prepare = standardise_samples if normalisation.startswith("samplewise") else np.asarray
    total = np.zeros(pixels.shape[1:], dtype=np.float64)
    squares = np.zeros_like(total)
    for start in range(0, len(pixels), 2048):  # in blocks: float64 copies of the whole set would take gigabytes
        block = prepare(pixels[start : start + 2048]).astype(np.float64)
        total += block.sum(axis=0)
        squares += (block**2).sum(axis=0)
    mean = total / len(pixels)
    variance = np.maximum(squares / len(pixels) - mean**2, 0.0)
    return Statistics(mean[..., None].astype(np.float32), variance[..., None].astype(np.float32))


def normalisation_layers(normalisation: str, statistics: Statistics | None = None) -> list[Any]:
    """Keras layers that turn raw pixels (N, 48, 48, 1), 0 to 255, into the network's input.

    Raises FerError for an unknown name, and where a featurewise one comes without statistics.
    """
    check_normalisation(normalisation)
    layers = import_keras().layers  # float32 also under mixed precision: bfloat16 would blur the picture
    if normalisation == "none":
        return [layers.Rescaling(1 / 255, name="rescale", dtype="float32")]
    if "featurewise" in normalisation and statistics is None:
        raise FerError(f"The normalisation {normalisation!r} needs statistics fitted on training pixels.")
    chain = []
    if "samplewise" in normalisation:
        chain.append(
            layers.LayerNormalization(
                axis=(1, 2, 3), epsilon=SAMPLE_EPSILON, center=False, scale=False, name="samplewise", dtype="float32"
            )
        )
    if statistics is not None and "featurewise" in normalisation:
        # The trailing channel axis is kept among the axes: the layer then stores (48, 48, 1) as its config.
        chain.append(
            layers.Normalization(
                axis=(1, 2, 3), mean=statistics.mean, variance=statistics.variance, name="featurewise", dtype="float32"
            )
        )
    return chain
