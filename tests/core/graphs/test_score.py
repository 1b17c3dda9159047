"""What is explained is what was predicted: hand-made networks against plain GradientTape and the model itself."""

import gc
import weakref

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.graphs import graph_of, score_of
from fer_core.graphs.score import LOG_PROBABILITY, LOGIT
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.saliency import Difference, explain, network_for
from tests.core.graphs import zoo


def pixels(count: int = 3) -> np.ndarray:
    return zoo.faces(count)[..., None].astype(np.float32)


def by_tape(explained, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Gradient f32 (N, h, w) of sum(weights * explained) by nothing of ours."""
    tf = import_tensorflow()
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.cast(explained(x, training=False), tf.float32) * weights)
    return tape.gradient(total, x).numpy()[..., 0]


@pytest.mark.parametrize("name", [*zoo.EXACT, *zoo.LOGARITHMS])
def test_the_score_is_what_the_output_is_the_softmax_of(name: str):
    model, explained = zoo.build(name)
    network, images = network_for(model), pixels()
    assert network.score_of.kind == (LOGIT if name in zoo.EXACT else LOG_PROBABILITY)
    assert bool(network.score_of.note) == (name in zoo.LOGARITHMS)
    np.testing.assert_allclose(network.logits(images), np.asarray(explained(images)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(network.probabilities(images), np.asarray(model(images)), atol=1e-5)


@pytest.mark.parametrize("name", [*zoo.EXACT, *zoo.LOGARITHMS])
def test_the_gradient_is_a_plain_tapes(name: str):
    model, explained = zoo.build(name)
    weights = np.zeros((3, 7), np.float32)
    weights[:, 2], weights[:, 5] = 1, -1
    expected = by_tape(explained, pixels(), weights)
    found = explain(model, zoo.faces(), "gradient", Difference(2, 5))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("name", [*zoo.EXACT, *zoo.LOGARITHMS])
def test_looking_changes_nothing(name: str):
    model, _ = zoo.build(name)
    layers = [layer for layer in model._flatten_layers() if layer is not model]
    before = [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in layers]
    values, output = model.get_weights(), np.asarray(model(pixels()))
    explain(model, zoo.faces(), "gradient", 1)
    explain(model, zoo.faces(), "grad_cam", 1)
    assert [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in layers] == before
    assert all(np.array_equal(a, b) for a, b in zip(values, model.get_weights(), strict=True))
    np.testing.assert_array_equal(np.asarray(model(pixels())), output)


def test_a_half_precision_network_is_cast_back():
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(0)
    inputs = keras.Input((12, 12, 1))
    half = {"dtype": "mixed_bfloat16"}
    x = layers.Conv2D(4, 3, activation="relu", **half)(layers.Rescaling(1 / 255)(inputs))
    x = layers.Dense(7, activation="softmax", **half)(layers.Flatten(**half)(x))
    model = keras.Model(inputs, layers.Activation("linear", dtype="float32")(x))
    network = network_for(model)
    assert network.score_of.kind == LOGIT
    np.testing.assert_allclose(network.probabilities(pixels()), np.asarray(model(pixels())), atol=1e-2)
    assert np.isfinite(explain(model, zoo.faces(), "grad_cam", 1)).all()


def test_logits_and_log_softmax_are_taken_as_they_are():
    model, explained = zoo.build("operators")
    np.testing.assert_allclose(network_for(explained).logits(pixels()), np.asarray(explained(pixels())), rtol=1e-4)
    keras = import_keras()
    logs = keras.Model(explained.inputs, keras.ops.log_softmax(explained.outputs[0]))
    np.testing.assert_allclose(network_for(logs).probabilities(pixels()), np.asarray(model(pixels())), atol=1e-5)


def test_what_cannot_be_explained_says_why():
    keras = import_keras()
    layers = keras.layers
    a, b = keras.Input((12, 12, 1)), keras.Input((12, 12, 1))
    two = keras.Model([a, b], layers.Dense(7)(layers.Flatten()(layers.Add()([a, b]))))
    with pytest.raises(FerError, match="one input can be looked into, not of 2"):
        network_for(two)
    z = layers.Dense(7)(layers.Flatten()(a))
    with pytest.raises(FerError, match="one output"):
        network_for(keras.Model(a, [z, z * 2.0]))
    with pytest.raises(FerError, match="Sigmoid"):
        network_for(keras.Model(a, keras.ops.sigmoid(z)))
    with pytest.raises(FerError, match="tanh"):
        network_for(keras.Model(a, layers.Dense(7, activation="tanh")(layers.Flatten()(a))))
    with pytest.raises(FerError, match="do not add up to 1"):
        network_for(keras.Model(a, layers.Rescaling(0.5)(layers.Softmax()(z))))

    class Other(keras.Model):
        def call(self, inputs, training=None):
            return keras.ops.flip(super().call(inputs), axis=-1)

    with pytest.raises(FerError, match="code of its own"):
        network_for(Other(a, layers.Softmax()(z)))


def test_the_nodes_of_a_shared_layer_and_of_a_nested_model_have_names_of_their_own():
    graph = graph_of(zoo.build("shared")[0])
    assert [n for n in graph.nodes if "twice" in n] == ["twice", "twice (2)"]
    assert graph.nodes["twice"].shape == (12, 12, 4) and graph.nodes["twice (2)"].shape == (6, 6, 4)
    graph = graph_of(zoo.build("nested")[0])
    assert graph.nodes["conv1"].shape == (12, 12, 4) and graph.nodes["conv2"].shape == (5, 5, 5)
    assert graph.nodes["conv1"].feeds == ("gray_to_colour",) and "backbone" not in graph.nodes
    graph = graph_of(zoo.build("nested_twice")[0])
    assert {"conv", "inner/conv", "max", "inner/max"} <= set(graph.nodes)


def test_the_score_lets_go_of_a_model_nobody_holds():
    model, explained = zoo.build("nested")
    score_of(model)
    watch = weakref.ref(model)
    del model, explained
    gc.collect()
    assert watch() is None
