"""Each picture's own filter by the fast way: value and gradient equal to those of the whole model."""

from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.features.channel_readout import _gather, head
from fer_core.features.steps import reader
from fer_core.runtime import import_keras, import_tensorflow
from tests.core.features.conftest import randomise

LAYERS = (
    "samplewise",
    "conv1",
    "conv2",
    "norm",
    "pool",
    "dropout",
    "conv3",
    "norm3",
    "relu3",
    "add",
    "conv4",
    "logits",
)


def whole(model: Any, layer: str, images: Any, channels: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Mean output of each picture's channel and its gradient, by the whole layer and nothing of ours."""
    keras, tf = import_keras(), import_tensorflow()
    part = keras.Model(model.inputs[0], model.get_layer(layer).output)
    with tf.GradientTape() as tape:
        tape.watch(images)
        out = part(images, training=False)
        mean = tf.reduce_mean(out, axis=[1, 2]) if len(out.shape) == 4 else out
        scores = tf.stack([mean[i, c] for i, c in enumerate(channels)])
        total = tf.reduce_sum(scores)
    return scores.numpy(), tape.gradient(total, images).numpy()


def fast(model: Any, layer: str, images: Any, channels: list[int]) -> tuple[np.ndarray, np.ndarray]:
    tf = import_tensorflow()
    read = reader(model, ((layer, True, False),))
    shape = model.get_layer(layer).output.shape
    size = shape[1:3] if len(shape) == 4 else (1, 1)
    places = tf.fill([len(channels), *size], 1.0 / (size[0] * size[1]))
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores, _ = read(images, [tf.constant(channels)], [places])
        total = tf.reduce_sum(scores)
    return scores.numpy(), tape.gradient(total, images).numpy()


@pytest.mark.parametrize("layer", LAYERS)
def test_value_and_gradient_equal_the_whole_models(layer: str, selu_net: Any, faces12: np.ndarray):
    tf = import_tensorflow()
    images = tf.constant(faces12[..., None], tf.float32)
    count = selu_net.get_layer(layer).output.shape[-1]
    channels = [c % count for c in (0, 3, 1, 2, 3, 5)]
    values, gradients = whole(selu_net, layer, images, channels)
    own_values, own_gradients = fast(selu_net, layer, images, channels)
    np.testing.assert_allclose(own_values, values, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(own_gradients, gradients, rtol=1e-3, atol=1e-4 * np.abs(gradients).max())


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 3, "padding": "same", "dilation_rate": 2},
        {"kernel_size": (2, 5), "padding": "same", "strides": 2},
        {"kernel_size": 4, "padding": "valid", "strides": (2, 3)},
        {"kernel_size": 1, "padding": "valid", "use_bias": False},
    ],
)
@pytest.mark.parametrize("channels_in", [1, 3])
def test_convolutions_of_all_kinds(options: dict, channels_in: int):
    keras, tf = import_keras(), import_tensorflow()
    inputs = keras.Input((11, 13, 1))
    x = inputs if channels_in == 1 else keras.layers.Conv2D(channels_in, 2, padding="valid", name="first")(inputs)
    outputs = keras.layers.Conv2D(4, activation="tanh", name="conv", **options)(x)
    model = randomise(keras.Model(inputs, outputs))
    images = tf.random.stateless_normal((3, 11, 13, 1), (1, 2))
    for got, expected in zip(
        fast(model, "conv", images, [2, 0, 3]), whole(model, "conv", images, [2, 0, 3]), strict=True
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


def test_the_fast_way_is_taken_where_it_can_be(selu_net: Any):
    assert head(selu_net, "conv2", own=True).base == "conv1"
    assert head(selu_net, "dropout", own=True).base == "conv1"  # back through pooling and normalisation
    assert head(selu_net, "relu3", own=True).base == "dropout"
    assert head(selu_net, "add", own=True).read is _gather  # a sum of two branches: the whole layer
    assert head(selu_net, "conv2", own=False).base == "conv2"


def test_grouped_and_separable_convolutions_fall_back():
    keras, tf = import_keras(), import_tensorflow()
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, name="a")(inputs)
    x = keras.layers.Conv2D(4, 3, groups=2, name="grouped")(x)
    model = randomise(keras.Model(inputs, keras.layers.SeparableConv2D(5, 3, name="separable")(x)))
    images = tf.random.stateless_normal((2, 8, 8, 1), (1, 2))
    for layer in ("grouped", "separable"):
        assert head(model, layer, own=True).read is _gather
        for got, expected in zip(fast(model, layer, images, [3, 1]), whole(model, layer, images, [3, 1]), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


def test_logits_of_a_dense_layer_with_its_own_softmax():
    keras, tf = import_keras(), import_tensorflow()
    inputs = keras.Input((4, 4, 1))
    x = keras.layers.Flatten()(inputs)
    model = randomise(keras.Model(inputs, keras.layers.Dense(3, activation="softmax", name="out")(x)))
    images = tf.random.stateless_normal((2, 4, 4, 1), (1, 2))
    read = reader(model, (("out", True, True),))
    scores, _ = read(images, [tf.constant([1, 2])], [tf.ones((2, 1, 1))])
    kernel, bias = model.get_layer("out").get_weights()
    logits = images.numpy().reshape(2, 16) @ kernel + bias
    np.testing.assert_allclose(scores.numpy(), [logits[0, 1], logits[1, 2]], rtol=1e-5)


def test_an_unknown_layer_is_one_sentence(selu_net: Any):
    with pytest.raises(FerError, match="no layer 'conv9'"):
        head(selu_net, "conv9", own=True)
