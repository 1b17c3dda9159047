"""Pictures that a network made by hand reads without a mistake, if it is asked in the one right way, and only then."""

from pathlib import Path
from typing import Any

import numpy as np

from fer_core.data.dataset import Dataset, make_dataset
from fer_core.labels import CLASSES
from fer_core.runtime import import_keras

ALPHABETICAL = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
LEVEL = 153
"""Gray level of the band that tells the class: 0.6 of 255. Other bands are brighter, but for one that is darker."""


def readable_faces(per_class: int = 12) -> Dataset:
    """Seven bands a picture, one for each class; the one at LEVEL is the label. All in the public split."""
    rng = np.random.default_rng(3)
    labels = np.tile(np.arange(7), per_class)
    bands = rng.integers(215, 256, (len(labels), 7))
    at = np.arange(len(labels))
    bands[at, (labels + rng.integers(1, 7, len(labels))) % 7] = rng.integers(20, 80, len(labels))
    bands[at, labels] = LEVEL
    pixels = np.zeros((len(labels), 48, 48), np.uint8)
    for band in range(7):
        pixels[:, band * 6 : band * 6 + 6] = bands[:, band, None, None]
    return make_dataset("bands", pixels, labels, np.ones(len(labels)), "npz")


def reader(order: tuple[str, ...] = ALPHABETICAL, keras: Any = None, last: str | None = "softmax") -> Any:
    """The network: takes (48, 48, 1), 0 to 1, gives classes in the order; answers by the band nearest to LEVEL / 255.

    keras: a module with layers and Model, Keras 3 by default. last: activation of the last layer.
    """
    keras = keras or import_keras()
    layers = keras.layers
    entry = keras.Input((48, 48, 1))
    x = layers.Conv2D(1, (6, 48), strides=(6, 48), use_bias=False, name="bands")(entry)
    x = layers.Flatten(name="seven")(x)
    x = layers.Dense(16, activation="relu", name="distances")(x)
    model = keras.Model(entry, layers.Dense(len(order), activation=last, name="nearest")(x))
    model.get_layer("bands").set_weights([np.full((6, 48, 1, 1), 1 / 288, np.float32)])
    kernel, bias = np.zeros((8, 16), np.float32), np.zeros(16, np.float32)
    for band in range(7):
        kernel[band, 2 * band], bias[2 * band] = 1, -LEVEL / 255
        kernel[band, 2 * band + 1], bias[2 * band + 1] = -1, LEVEL / 255
    model.get_layer("distances").set_weights([kernel, bias])
    nearest = np.zeros((16, len(order)), np.float32)
    for output, name in enumerate(order):
        if name in CLASSES:
            nearest[2 * CLASSES.index(name) : 2 * CLASSES.index(name) + 2, output] = -30
    model.get_layer("nearest").set_weights([nearest, np.zeros(len(order), np.float32)])
    return model


def saved(model: Any, path: Path) -> Path:
    """The file of a model, for tests that read one."""
    model.save(path)
    return path
