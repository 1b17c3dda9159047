"""Neighbours in the last hidden layer, on a network of two numbers."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import neighbours


def test_nearest_by_angle_leaves_the_picture_itself_out():
    vectors = neighbours.unit(np.array([[2.0, 0], [5, 0], [1, 1], [0, 3], [0, 0]]))
    positions, likeness = neighbours.nearest(vectors, 0, 3)
    assert positions.tolist() == [1, 2, 3] or positions.tolist() == [1, 2, 4]
    np.testing.assert_allclose(likeness, [1, np.sqrt(0.5), 0], atol=1e-6)
    assert len(neighbours.nearest(vectors, 0, 99)[0]) == 4
    assert len(neighbours.nearest(vectors[:1], 0)[0]) == 0


def test_last_hidden_layer_of_a_network():
    from fer_core.runtime import import_keras

    keras = import_keras()
    inputs = keras.Input((48, 48, 1))
    pooled = keras.layers.Flatten()(keras.layers.AveragePooling2D((24, 48))(inputs))
    logits = keras.layers.Dense(7, name="logits")(pooled)
    model = keras.Model(inputs, keras.layers.Activation("softmax")(logits))
    pixels = np.zeros((3, 48, 48), np.uint8)
    pixels[0, :24] = 100  # upper half bright
    pixels[1, :24], pixels[1, 24:] = 30, 40  # 3, 4, 5: a right triangle
    done = []
    vectors = neighbours.embed(model, pixels, batch=2, progress=done.append)
    np.testing.assert_allclose(vectors, [[1, 0], [0.6, 0.8], [0, 0]], atol=1e-6)
    assert done == pytest.approx([2 / 3, 1.0])


def test_a_network_without_a_dense_layer():
    from fer_core.runtime import import_keras

    keras = import_keras()
    inputs = keras.Input((48, 48, 1))
    with pytest.raises(FerError, match="no Dense"):
        neighbours.last_hidden(keras.Model(inputs, keras.layers.Flatten()(inputs)))
