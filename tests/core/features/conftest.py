"""Small networks with everything that the fast way has to get right."""

from typing import Any

import numpy as np
import pytest


def randomise(model: Any, seed: int = 0) -> Any:
    """Weights of which none is 0 or 1, moving statistics of the batch normalisations included."""
    generator = np.random.default_rng(seed)
    for layer in model.layers:
        weights = [
            generator.uniform(0.5, 1.5, w.shape) if "variance" in v.path else generator.normal(0, 0.4, w.shape)
            for v, w in zip(layer.weights, layer.get_weights(), strict=True)
        ]
        if weights:
            layer.set_weights(weights)
    return model


@pytest.fixture(scope="session")
def selu_net() -> Any:
    """Samplewise, selu, 'same' and 'valid', strides, batch normalisation, pooling, a residual sum; 12 x 12 input."""
    from fer_core.runtime import import_keras

    keras = import_keras()
    layers = keras.layers
    inputs = keras.Input((12, 12, 1), name="pixels")
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False, name="samplewise")(inputs)
    x = layers.Conv2D(5, 3, padding="same", activation="selu", name="conv1")(x)
    x = layers.Conv2D(6, 3, padding="same", activation="selu", name="conv2")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.MaxPooling2D(2, 2, padding="same", name="pool")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    short = layers.Conv2D(4, 1, use_bias=False, name="short")(x)
    y = layers.Conv2D(4, (3, 2), padding="same", use_bias=False, name="conv3")(x)
    y = layers.BatchNormalization(name="norm3")(y)
    y = layers.Activation("relu", name="relu3")(y)
    x = layers.Add(name="add")([y, short])
    x = layers.Conv2D(7, 3, strides=2, padding="valid", activation="elu", name="conv4")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(7, name="logits")(x)
    outputs = layers.Activation("softmax", name="probabilities")(x)
    return randomise(keras.Model(inputs, outputs))


@pytest.fixture(scope="session")
def faces12() -> np.ndarray:
    """u8 (6, 12, 12)."""
    return np.random.default_rng(5).integers(0, 256, (6, 12, 12), dtype=np.uint8)
