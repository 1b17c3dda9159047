import gc
import weakref

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runtime import import_keras
from fer_core.saliency import explain, network_for


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("fused", [False, True])
def test_softmax_of_the_logits_is_the_models_output(fused, images, tiny):
    model = tiny(fused=fused)
    pixels = images[..., None].astype(np.float32)
    logits = network_for(model).logits(pixels)
    assert not np.allclose(logits.sum(axis=1), 1)
    np.testing.assert_allclose(softmax(logits), np.asarray(model(pixels)), atol=1e-5)


def test_fused_and_separate_heads_of_equal_weights_give_equal_maps(images, tiny):
    separate, fused = tiny(), tiny(fused=True)
    fused.set_weights(separate.get_weights())
    for method in ("gradient", "guided", "grad_cam"):
        np.testing.assert_allclose(
            explain(separate, images, method, 2), explain(fused, images, method, 2), rtol=1e-4, atol=1e-8
        )


def test_a_softmax_inside_a_nested_model_is_found(images, tiny):
    keras = import_keras()
    inner = tiny(fused=True)
    outer = keras.Sequential([keras.Input((48, 48, 1)), inner])
    np.testing.assert_allclose(explain(outer, images, target=1), explain(inner, images, target=1), rtol=1e-5, atol=1e-9)


def test_a_live_separate_head_sees_new_weights(images, tiny):
    model = tiny()
    before = explain(model, images, target=0)
    model.get_layer("logits").kernel.assign(2 * model.get_layer("logits").kernel)
    np.testing.assert_allclose(explain(model, images, target=0), 2 * before, rtol=1e-4, atol=1e-9)


def test_the_logit_map_is_not_the_softmax_map(selu, images):
    tf = pytest.importorskip("tensorflow")
    x = tf.constant(images[:1, ..., None], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        p = selu(x)[0, 3]
    of_softmax = tape.gradient(p, x).numpy()[0, ..., 0]
    of_logit = explain(selu, images[:1], target=3)[0]
    # Not even a multiple of it: the softmax mixes the other classes in.
    assert abs(np.corrcoef(of_softmax.ravel(), of_logit.ravel())[0, 1]) < 0.999


def test_the_live_model_is_left_as_it_was(images, tiny):
    model = tiny(fused=True)
    config, weights = model.get_config(), model.get_weights()
    nodes = [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in model.layers]
    output = np.asarray(model(images[..., None]))
    for method in ("gradient", "guided", "rectified", "grad_cam"):
        explain(model, images, method)
    assert model.get_config() == config
    assert [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in model.layers] == nodes
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))
    np.testing.assert_array_equal(np.asarray(model(images[..., None])), output)


def test_each_layer_is_asked_for_itself(selu, images):
    pixels, weights = images[:2, ..., None].astype(np.float32), np.eye(7, dtype=np.float32)[[2, 5]]
    network = network_for(selu)
    first, second = (network.features(pixels, weights, layer)[0] for layer in ("conv1", "conv2"))
    assert (first.shape, second.shape) == ((2, 24, 24, 4), (2, 12, 12, 6))
    again = network.features(pixels, weights, "conv1")[0]
    np.testing.assert_array_equal(first, again)


def test_two_networks_in_turn_answer_each_for_itself(images, tiny):
    pixels = images[:2, ..., None].astype(np.float32)
    one, other = tiny(seed=1), tiny(seed=2)
    for model in (one, other, one):
        np.testing.assert_allclose(network_for(model).probabilities(pixels), np.asarray(model(pixels)), atol=1e-5)
    assert np.abs(network_for(one).logits(pixels) - network_for(other).logits(pixels)).max() > 1e-3


def test_the_cache_lets_go_of_a_model_nobody_holds(images, tiny):
    model = tiny()
    explain(model, images[:1], "guided")
    assert network_for(model) is network_for(model)
    watch = weakref.ref(model)
    del model
    gc.collect()
    assert watch() is None


def test_models_that_cannot_be_explained_say_why():
    keras = import_keras()
    layers = keras.layers

    def of(shape, *chain):
        return keras.Sequential([keras.Input(shape), *chain])

    with pytest.raises(FerError, match="sigmoid"):
        network_for(of((8, 8, 1), layers.Flatten(), layers.Dense(7, activation="sigmoid")))
    with pytest.raises(FerError, match="gray pictures"):
        network_for(of((8, 8, 3), layers.Flatten(), layers.Dense(7)))
    with pytest.raises(FerError, match="no layer graph"):
        network_for(keras.Sequential([layers.Dense(7)]))
    with pytest.raises(FerError, match="one score a class"):
        network_for(of((8, 8, 1), layers.Flatten(), layers.Dense(1)))
