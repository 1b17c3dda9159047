"""What each normalisation makes of a picture, in numpy: for the screen, where no network is at hand."""

import numpy as np

from fer_core.models.preprocessing import Statistics, check_normalisation, standardise_samples
from fer_core.types import Bytes, Floats

_LEAST_DEVIATION = 1e-7  # Keras' Normalization layer divides by no less


def normalised(pixels: Bytes, normalisation: str, statistics: Statistics | None) -> Floats:
    """The network's input f32 (N, 48, 48) for raw pixels u8 (N, 48, 48), equal to that of the layers of
    `preprocessing.normalisation_layers`; `statistics` are those of `preprocessing.fit_statistics`."""
    check_normalisation(normalisation)
    if normalisation == "none":
        return pixels.astype(np.float32) / np.float32(255)
    values = standardise_samples(pixels) if normalisation.startswith("samplewise") else pixels.astype(np.float32)
    if statistics is None:
        return values
    deviation: Floats = np.sqrt(statistics.variance[..., 0])
    scaled: np.ndarray = (values - statistics.mean[..., 0]) / np.maximum(deviation, _LEAST_DEVIATION)
    return scaled
