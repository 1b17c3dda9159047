"""Small networks of every kind that people bring: (model, what is explained), 12 x 12 gray pixels, 7 classes.

What is explained is a Keras model of its own from the same layers, made while the network was built: what a plain
GradientTape is asked about.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from fer_core.runtime import import_keras

SIDE = 12


def _features(x: Any, activation: str = "relu") -> Any:
    layers = import_keras().layers
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Conv2D(4, 3, padding="same", activation=activation, name="conv1")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Conv2D(5, 3, padding="same", activation=activation, name="conv2")(x)
    return layers.GlobalAveragePooling2D(name="average")(x)


def _pair(inputs: Any, logits: Any, outputs: Any) -> tuple[Any, Any]:
    keras = import_keras()
    return keras.Model(inputs, outputs), keras.Model(inputs, logits)


def separate() -> tuple[Any, Any]:
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    z = keras.layers.Dense(7, name="logits")(_features(inputs))
    return _pair(inputs, z, keras.layers.Softmax()(z))


def cast_back() -> tuple[Any, Any]:
    """Dense with its own softmax, then Activation("linear", dtype="float32"): how mixed precision is cast back."""
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    x = _features(inputs)
    fused = keras.layers.Dense(7, activation="softmax", name="fused")
    outputs = keras.layers.Activation("linear", dtype="float32")(fused(x))
    z = keras.ops.matmul(x, fused.kernel) + fused.bias
    return _pair(inputs, z, outputs)


def softmax_as_operation() -> tuple[Any, Any]:
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    z = keras.layers.Dense(7)(_features(inputs))
    return _pair(inputs, z, keras.ops.softmax(z))


def reshaped_behind() -> tuple[Any, Any]:
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    z = keras.layers.Reshape((1, 1, 7))(keras.layers.Dense(7)(_features(inputs)))
    outputs = keras.layers.Reshape((7,))(keras.ops.softmax(z))
    return _pair(inputs, keras.layers.Flatten()(z), outputs)


def temperature() -> tuple[Any, Any]:
    """Logits over 2.5 before the softmax; softmax(z / 2.5) is the output, so z / 2.5 is explained."""
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    z = keras.layers.Dense(7)(_features(inputs)) / 2.5
    return _pair(inputs, z, keras.layers.Activation("softmax")(z))


def normalised_logits() -> tuple[Any, Any]:
    """Dense, BatchNormalization with gamma -1, Softmax: the last dense layer has the wrong sign."""
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    norm = keras.layers.BatchNormalization(name="turned")
    z = norm(keras.layers.Dense(7, name="dense")(_features(inputs)))
    norm.gamma.assign(-np.ones(7))
    return _pair(inputs, z, keras.layers.Softmax()(z))


def without_dense() -> tuple[Any, Any]:
    """Convolution to 7 channels, global average, softmax: every public mini-Xception."""
    keras = import_keras()
    layers = keras.layers
    inputs = keras.Input((SIDE, SIDE, 1))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(layers.Rescaling(1 / 255)(inputs))
    x = layers.Conv2D(7, 3, padding="same", name="last")(layers.MaxPooling2D(2)(x))
    z = layers.GlobalAveragePooling2D(name="average")(x)
    return _pair(inputs, z, layers.Activation("softmax", name="predictions")(z))


def operators() -> tuple[Any, Any]:
    """i / 255.0, a constant, ops.relu, x + y, a mean by ops."""
    keras = import_keras()
    layers, ops = keras.layers, keras.ops
    inputs = keras.Input((SIDE, SIDE, 1))
    x = inputs / 255.0 - np.full((1, 1, 1, 1), 0.4, np.float32)
    x = ops.relu(layers.Conv2D(4, 3, padding="same", name="conv1")(x))
    y = layers.Conv2D(4, 3, padding="same", name="conv2")(x)
    x = ops.mean(ops.relu(x + y), axis=(1, 2))
    z = layers.Dense(7)(x)
    return _pair(inputs, z, ops.softmax(z, axis=-1))


def shared() -> tuple[Any, Any]:
    """One convolution used twice, one after the other."""
    keras = import_keras()
    layers = keras.layers
    inputs = keras.Input((SIDE, SIDE, 1))
    x = layers.Conv2D(4, 3, padding="same", name="first")(layers.Rescaling(1 / 255)(inputs))
    twice = layers.Conv2D(4, 3, padding="same", activation="selu", name="twice")
    x = twice(layers.AveragePooling2D(2, name="pool")(twice(x)))
    z = layers.Dense(7)(layers.GlobalAveragePooling2D()(x))
    return _pair(inputs, z, layers.Softmax()(z))


def nested() -> tuple[Any, Any]:
    """A backbone of colour pictures of any size inside, a Sequential head behind."""
    keras = import_keras()
    layers = keras.layers
    seen = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(seen)
    x = layers.Add(name="sum")([x, layers.Conv2D(4, 1, name="short")(seen)])
    backbone = keras.Model(seen, layers.Conv2D(5, 3, strides=2, activation="selu", name="conv2")(x), name="backbone")
    hidden = keras.Input((5,))
    dense = layers.Dense(7, name="logits")
    head = keras.Sequential([hidden, layers.Dropout(0.5), dense, layers.Softmax()], name="head")
    inputs = keras.Input((SIDE, SIDE, 1))
    x = layers.Concatenate(name="gray_to_colour")([layers.Rescaling(1 / 255)(inputs)] * 3)
    x = layers.GlobalAveragePooling2D()(backbone(x))
    return _pair(inputs, keras.ops.matmul(x, dense.kernel) + dense.bias, head(x))


def nested_twice() -> tuple[Any, Any]:
    """One nested model used twice, on the picture and on its mirror image, as siamese networks are."""
    keras = import_keras()
    layers = keras.layers
    seen = keras.Input((SIDE, SIDE, 1))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv")(seen)
    inner = keras.Model(seen, layers.GlobalMaxPooling2D(name="max")(x), name="inner")
    inputs = keras.Input((SIDE, SIDE, 1))
    x = layers.Rescaling(1 / 255)(inputs)
    z = layers.Dense(7, name="logits")(layers.Concatenate()([inner(x), inner(keras.ops.flip(x, axis=2))]))
    return _pair(inputs, z, layers.Softmax()(z))


EXACT: dict[str, Callable[[], tuple[Any, Any]]] = {
    f.__name__: f
    for f in (
        *(separate, cast_back, softmax_as_operation, reshaped_behind, temperature, normalised_logits),
        *(without_dense, operators, shared, nested, nested_twice),
    )
}
"""Networks whose logits are there to be explained."""


def average_of_two() -> tuple[Any, Any]:
    """Average of two networks' probabilities: the output's logarithm is explained."""
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    one, other = separate()[0], cast_back()[0]
    p = keras.layers.Average()([one(inputs), other(inputs)])
    return _pair(inputs, keras.ops.log(p), p)


def sharpened() -> tuple[Any, Any]:
    """A temperature behind the softmax: p^2 / sum p^2."""
    keras = import_keras()
    inputs = keras.Input((SIDE, SIDE, 1))
    p = separate()[0](inputs) ** 2.0
    p = p / keras.ops.sum(p, axis=-1, keepdims=True)
    return _pair(inputs, keras.ops.log(p), p)


LOGARITHMS: dict[str, Callable[[], tuple[Any, Any]]] = {f.__name__: f for f in (average_of_two, sharpened)}
"""Networks without logits: the logarithm of the probability is explained."""


def build(name: str, seed: int = 0) -> tuple[Any, Any]:
    """The named network with random weights, and what is explained."""
    import_keras().utils.set_random_seed(seed)
    model, explained = (EXACT | LOGARITHMS)[name]()
    for variable in model.trainable_variables:
        if len(variable.shape) >= 2:
            variable.assign(2 * variable.value)
    return model, explained


def faces(count: int = 3) -> np.ndarray:
    """u8 (count, 12, 12): blobs."""
    rng = np.random.default_rng(4)
    return rng.integers(0, 256, (count, 4, 4)).repeat(3, axis=1).repeat(3, axis=2).astype(np.uint8)


def tiny() -> tuple[Any, tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Two pixels by two, one convolution over all of them with three relu filters, two logits: (model, (kernel (4, 3),
    bias (3,), head (3, 2)), picture u8 (1, 2, 2)). A pixel enters as x / 100 - 1; the logits' biases are 5 and 7."""
    keras = import_keras()
    layers = keras.layers
    rng = np.random.default_rng(3)
    kernel, bias, head = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(3, 2))
    model = keras.Sequential([
        keras.Input((2, 2, 1)), layers.Rescaling(1 / 100, offset=-1.0), layers.Conv2D(3, 2, activation="relu"),
        layers.Flatten(), layers.Dense(2),
    ])  # fmt: skip
    model.set_weights([kernel.reshape(2, 2, 1, 3), bias, head, np.array([5.0, 7.0])])
    return model, (kernel, bias, head), np.array([[[30, 200], [90, 170]]], np.uint8)
