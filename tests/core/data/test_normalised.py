import numpy as np
import pytest

from fer_core.models.normalised import normalised
from fer_core.models.preprocessing import NORMALISATIONS, fit_statistics, normalisation_layers
from fer_core.runtime import import_keras


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_the_screen_shows_what_the_layers_compute(name, faces):
    keras = import_keras()
    statistics = fit_statistics(faces.pixels, name)
    values = keras.ops.convert_to_tensor(faces.pixels[..., None].astype(np.float32))
    for layer in normalisation_layers(name, statistics):
        values = layer(values)
    expected = keras.ops.convert_to_numpy(values)[..., 0]
    np.testing.assert_allclose(normalised(faces.pixels, name, statistics), expected, atol=2e-4)
