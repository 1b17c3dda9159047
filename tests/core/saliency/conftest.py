"""Tiny networks with weights of the test's choosing."""

import numpy as np
import pytest

from fer_core.runtime import import_keras


def build_tiny(activation="selu", fused=False, seed=0, size=48):
    """Two convolutions of 4 and 6 filters, pooled to a score for each class."""
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input((size, size, 1))
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation=activation, name="conv1")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation=activation, name="conv2")(x)
    x = layers.Flatten()(x)
    if fused:
        outputs = layers.Dense(7, activation="softmax", name="logits")(x)
    else:
        outputs = layers.Activation("softmax", name="probabilities")(layers.Dense(7, name="logits")(x))
    return keras.Model(inputs, outputs)


@pytest.fixture(scope="session")
def tiny():
    """The function that builds the tiny network."""
    return build_tiny


@pytest.fixture(scope="session")
def selu():
    """A selu network with a softmax of its own."""
    return build_tiny("selu")


@pytest.fixture(scope="session")
def relu():
    """A relu network with a softmax of its own."""
    return build_tiny("relu", seed=3)


@pytest.fixture(scope="session")
def images():
    """u8 (5, 48, 48): smooth blobs, different in each."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (5, 12, 12))
    return coarse.repeat(4, axis=1).repeat(4, axis=2).astype(np.uint8)
