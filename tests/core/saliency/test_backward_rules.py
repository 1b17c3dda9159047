import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.saliency import explain, network_for
from fer_core.saliency.network import Network
from fer_core.saliency.rules import with_rule

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772  # of selu, Klambauer et al. 2017


def backward(function, rule, x, dy):
    tf = import_tensorflow()
    x = tf.constant(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = with_rule(function, rule)(x)
    return y.numpy(), tape.gradient(y, x, tf.constant(dy, tf.float32)).numpy()


def test_the_rules_on_selu_by_hand():
    selu = import_keras().activations.selu
    x, dy = [2.0, 2.0, -1.0, -1.0, 0.0], [3.0, -3.0, 3.0, -3.0, 3.0]
    y, guided = backward(selu, "guided", x, dy)
    below = SCALE * ALPHA * (np.exp(-1) - 1)
    np.testing.assert_allclose(y, [2 * SCALE, 2 * SCALE, below, below, 0], rtol=1e-5)
    np.testing.assert_allclose(guided, [3 * SCALE, 0, 0, 0, 0], rtol=1e-6)  # dy [dy>0] [x>0] f'(x)
    np.testing.assert_allclose(backward(selu, "rectified", x, dy)[1], [3, 0, 3, 0, 3], rtol=1e-6)  # dy [dy>0]


def test_guided_keeps_the_slope_of_a_curved_activation():
    silu = import_keras().activations.silu
    sigmoid = 1 / (1 + np.exp(-1.5))
    slope = sigmoid * (1 + 1.5 * (1 - sigmoid))
    np.testing.assert_allclose(backward(silu, "guided", [1.5, -1.5], [2.0, 2.0])[1], [2 * slope, 0], rtol=1e-5)


def test_a_selu_network_by_hand():
    """One pixel: x = p / 255; h = selu(x * (1, -1, 1)); logit 0 = h . (1, 1, -1)."""
    keras = import_keras()
    model = keras.Sequential(
        [
            keras.Input((1, 1, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="selu"),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.set_weights(
        [np.array([[1, -1, 1]], float), np.zeros(3), np.array([[1, 0], [1, 0], [-1, 0]], float), np.zeros(2)]
    )
    image = np.full((1, 1, 1), 255, np.uint8)
    below = SCALE * ALPHA * np.exp(-1)  # selu'(-1)
    # gradients at h: (1, 1, -1); slopes (SCALE, below, SCALE); back through the weights (1, -1, 1).
    for method, value in {"gradient": SCALE - below - SCALE, "guided": SCALE, "rectified": 1 - 1}.items():
        assert explain(model, image, method, 0)[0, 0, 0] * 255 == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("activation", ["selu", "silu"])
def test_the_forward_pass_stays_and_the_maps_change(activation, images, tiny):
    model = tiny(activation)
    assert network_for(model, "guided").rewritten == 2
    plain, guided = explain(model, images, target=0), explain(model, images, "guided", 0)
    rectified = explain(model, images, "rectified", 0)
    assert np.abs(plain - guided).max() > 0.05 * np.abs(plain).max()
    assert np.abs(rectified - guided).max() > 0.05 * np.abs(guided).max()
    pixels = images[..., None].astype(np.float32)
    np.testing.assert_allclose(network_for(model, "guided").logits(pixels), network_for(model).logits(pixels), 1e-4)


def test_every_activation_is_rewritten_and_counted():
    keras = import_keras()
    activations = ["relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "softplus"]
    layers = [keras.layers.Dense(3, activation=name) for name in [*activations, "tanh", "linear"]]
    head = keras.layers.Dense(7, activation="softmax")
    model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), *layers, head])
    assert Network(model, "rectified").rewritten == len(activations)


def test_activations_that_are_layers_are_rewritten_too(images):
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(0)
    chain = [layers.ReLU(), layers.LeakyReLU(), layers.ELU(), layers.PReLU(), layers.Activation("selu")]
    model = keras.Sequential([keras.Input((48, 48, 1)), layers.Rescaling(1 / 255)])
    for k, layer in enumerate(chain):
        model.add(layers.Conv2D(3, 3, strides=2, padding="same", name=f"conv{k}"))
        model.add(layer)
    model.add(layers.Flatten())
    model.add(layers.Dense(7, activation="softmax"))
    assert network_for(model, "rectified").rewritten == 5
    assert np.abs(explain(model, images, "guided", 0) - explain(model, images, "gradient", 0)).max() > 0


def test_a_network_without_activations_is_refused(images, tiny):
    with pytest.raises(FerError, match="has none"):
        explain(tiny("linear"), images, "guided")
