"""LRP by hand, its conservation, and normalisations folded into it."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runtime import import_keras
from fer_core.saliency import explain, network_for
from fer_core.saliency.relevance import GAMMA
from fer_core.saliency.rules import EPSILON
from tests.core.graphs import zoo

BOTH = ["lrp_epsilon", "lrp_composite"]


def test_both_rules_by_hand():
    model, (kernel, bias, head), image = zoo.tiny()
    x = image.ravel() / 100 - 1.0
    z = x @ kernel + bias
    assert (z > 0.1).any() and (z < -0.1).any()
    arriving = np.maximum(z, 0) * head[:, 1]  # R_j, by the dense layer
    parts = x[:, None] * kernel
    epsilon = (parts / (z + np.where(z >= 0, EPSILON, -EPSILON)) * arriving).sum(axis=1)
    np.testing.assert_allclose(explain(model, image, "lrp_epsilon", 1).ravel(), epsilon, rtol=1e-4)
    boosted = parts + GAMMA * np.maximum(parts, 0)  # of the awake filters; the others hand on nothing
    total = boosted.sum(axis=0) + bias + GAMMA * np.maximum(bias, 0)
    awake = z > 0
    share = z[awake] / (z[awake] + EPSILON)  # what the activation hands on
    composite = (boosted / total * arriving)[:, awake] @ share
    np.testing.assert_allclose(explain(model, image, "lrp_composite", 1).ravel(), composite, rtol=1e-4)


def without_biases(activation: str):
    """Convolutions, a strided one, a residual sum, pooling, a gate, a normalisation without shift; no bias anywhere."""
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(6)
    none = {"use_bias": False, "kernel_initializer": keras.initializers.RandomNormal(stddev=0.6, seed=2)}
    inputs = keras.Input((12, 12, 1))
    x = layers.Rescaling(1 / 16, offset=-6)(inputs)
    x = layers.Conv2D(4, 3, padding="same", **none)(x)
    x = layers.Activation(activation)(layers.BatchNormalization(center=False, name="norm")(x))
    y = layers.Conv2D(5, 3, padding="same", activation=activation, **none)(layers.MaxPooling2D(2)(x))
    short = layers.Conv2D(5, 1, strides=2, **none)(x)
    gate = layers.Dense(5, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(y))
    x = layers.Add()([layers.Multiply()([y, gate]), short])
    x = layers.SeparableConv2D(6, 3, use_bias=False, activation=activation)(x)
    x = layers.Dense(9, activation=activation, **none)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Softmax()(layers.Dense(7, **none)(x)))
    norm = model.get_layer("norm")
    norm.gamma.assign([1.5, -0.8, 2.0, -1.2])
    norm.moving_variance.assign([0.5, 2.0, 1.0, 3.0])
    return model


@pytest.mark.parametrize("activation", ["relu", "selu"])
@pytest.mark.parametrize("method", BOTH)
def test_relevance_is_conserved_where_no_bias_takes_any(method: str, activation: str):
    model = without_biases(activation)
    images = zoo.faces(4)
    for target in (2, 5):
        logits = network_for(model).logits(images[..., None].astype(np.float32))[:, target]
        found = explain(model, images, method, target).sum(axis=(1, 2))
        np.testing.assert_allclose(found, logits, rtol=0.03, atol=0.01 * np.abs(logits).max())


@pytest.mark.parametrize("method", BOTH)
def test_a_normalisation_behind_a_convolution_is_the_same_as_in_its_weights(method: str):
    keras = import_keras()
    layers = keras.layers
    rng = np.random.default_rng(5)
    kernel, bias, head = rng.normal(size=(3, 3, 1, 4)), rng.normal(size=4), rng.normal(size=(4, 7))
    gamma, beta, mean, variance = rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), rng.uniform(0.5, 2, 4)
    assert (gamma < 0).any()

    def built(*between, weights):
        model = keras.Sequential([
            keras.Input((12, 12, 1)), layers.Rescaling(1 / 100, offset=-1), layers.Conv2D(4, 3), *between,
            layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(7),
        ])  # fmt: skip
        model.set_weights([*weights, head, np.zeros(7)])
        return model

    apart = built(layers.BatchNormalization(), weights=[kernel, bias, gamma, beta, mean, variance])
    factor = gamma / np.sqrt(variance + 1e-3)
    folded = built(weights=[kernel * factor, (bias - mean) * factor + beta])
    expected = explain(folded, zoo.faces(), method, 3)
    np.testing.assert_allclose(
        explain(apart, zoo.faces(), method, 3), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max()
    )


def test_on_a_relu_network_epsilon_is_nearly_gradient_times_standardised_input():
    model, _ = zoo.build("separate")
    found = explain(model, zoo.faces(), "lrp_epsilon", 2)
    expected = explain(model, zoo.faces(), "gradient_x_input", 2)  # Rescaling(1 / 255) is undone by the product
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("name", [name for name in zoo.EXACT if name != "nested_twice"])
@pytest.mark.parametrize("method", BOTH)
def test_networks_of_every_kind_have_it_and_stay_as_they_are(method: str, name: str):
    model, _ = zoo.build(name)
    before = np.asarray(model(zoo.faces()[..., None].astype(np.float32)))
    maps = explain(model, zoo.faces(), method, 1)
    assert maps.shape == (3, 12, 12) and np.isfinite(maps).all() and maps.std() > 0
    opened = network_for(model, method)
    np.testing.assert_allclose(opened.probabilities(zoo.faces()[..., None].astype(np.float32)), before, atol=1e-4)


def test_what_has_no_rule_is_refused_in_words():
    keras = import_keras()
    layers = keras.layers
    with pytest.raises(FerError, match="share of a logit"):
        explain(zoo.build("average_of_two")[0], zoo.faces(), "lrp_epsilon")
    with pytest.raises(FerError, match="one place where the pixels enter"):
        explain(zoo.build("nested_twice")[0], zoo.faces(), "lrp_epsilon")
    inputs = keras.Input((12, 12, 1))
    x = layers.LayerNormalization(name="inside")(layers.Conv2D(3, 3, activation="relu")(inputs))
    model = keras.Model(inputs, layers.Dense(7)(layers.Flatten()(x)))
    with pytest.raises(FerError, match=r"no rule of relevance for inside \(LayerNormalization\)"):
        explain(model, zoo.faces(), "lrp_composite")
