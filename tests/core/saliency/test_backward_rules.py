import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.saliency import explain, network_for
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
    assert network_for(model, "rectified").rewritten == len(activations)


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


def of_calls(*steps, head=7):
    """Convolutions with these functions of a tensor between them."""
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(0)
    inputs = keras.Input((12, 12, 1))
    x = inputs / 255.0
    for k, step in enumerate(steps):
        x = step(layers.Conv2D(3, 3, padding="same", name=f"conv{k}")(x))
    return keras.Model(inputs, layers.Dense(head, activation="softmax")(layers.Flatten()(x)))


def test_the_same_relu_in_every_dress_makes_the_same_maps():
    """A layer, an argument, an operation, a call, a maximum, a lambda, PReLU and a class unheard of."""
    keras = import_keras()
    layers, ops = keras.layers, keras.ops

    class Unheard(layers.Layer):
        def call(self, x):
            return ops.maximum(x, 0.0)

    class OwnAttribute(layers.Layer):
        def __init__(self):
            super().__init__()
            self.squash = ops.relu

        def call(self, x):
            return self.squash(x)

    dresses = {
        "layer": layers.ReLU,
        "activation layer": lambda: layers.Activation("relu"),
        "operation": lambda: ops.relu,
        "call": lambda: keras.activations.relu,
        "maximum": lambda: lambda t: ops.maximum(t, 0.0),
        "maximum, turned": lambda: lambda t: ops.maximum(0.0, t),
        "lambda": lambda: layers.Lambda(lambda t: ops.relu(t)),
        "own function": lambda: layers.Activation(lambda t: ops.relu(t)),
        "prelu": layers.PReLU,
        "unheard": Unheard,
        "own attribute": OwnAttribute,
    }
    images = np.random.default_rng(0).integers(0, 256, (2, 12, 12)).astype(np.uint8)
    first = of_calls(layers.ReLU(), layers.ReLU())
    for name, dress in dresses.items():
        model = of_calls(dress(), layers.ReLU())
        for own, weight in zip(
            [v for v in model.trainable_variables if "alpha" not in v.path], first.get_weights(), strict=True
        ):
            own.assign(weight)
        for rule in ("guided", "rectified"):
            network = network_for(model, rule)
            assert network.rewritten == 2, name
            np.testing.assert_allclose(
                explain(model, images, rule, 1), explain(first, images, rule, 1), rtol=1e-4, atol=1e-8, err_msg=name
            )


def test_a_network_of_calls_only_is_rewritten_whole():
    """One relu layer beside three calls: four of four."""
    keras = import_keras()
    call = keras.activations.relu
    network = network_for(of_calls(call, keras.layers.ReLU(), call, call), "guided")
    assert network.rewritten == 4 and "all 4 activations" in network.rewriting.words()


def test_what_treats_both_signs_alike_is_named_and_keeps_its_slope():
    keras = import_keras()
    network = network_for(of_calls(keras.ops.relu, keras.ops.tanh, keras.layers.Activation("sigmoid")), "rectified")
    assert network.rewritten == 1 and len(network.rewriting.left) == 2
    assert "2 functions that treat both signs alike" in network.rewriting.words()


def test_a_layer_that_can_not_be_looked_into_is_named_and_the_map_refused():
    keras = import_keras()
    layers, ops = keras.layers, keras.ops

    class Block(layers.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.inner = layers.Conv2D(3, 3, padding="same")

        def call(self, x):
            return ops.relu(self.inner(x))

    class Plain(Block):
        def call(self, x):
            return self.inner(x)

    images = np.zeros((1, 12, 12), np.uint8)
    with pytest.raises(FerError, match=r"1 of this network could be changed.* inside hidden \(Block\)"):
        explain(of_calls(ops.relu, Block(name="hidden")), images, "guided", 0)
    assert network_for(of_calls(ops.relu, Plain()), "guided").rewritten == 1  # affine: nothing can hide in it


def test_pixels_held_in_their_range_are_no_activation():
    keras = import_keras()
    inputs = keras.Input((12, 12, 1))
    x = keras.layers.Conv2D(3, 3, activation="relu", name="conv")(keras.ops.clip(inputs, 0, 255))
    model = keras.Model(inputs, keras.layers.Dense(7, activation="softmax")(keras.layers.Flatten()(x)))
    assert network_for(model, "guided").rewriting.done == ("conv",)


def test_a_shared_activation_is_rewritten_at_each_use():
    keras = import_keras()
    shared = keras.layers.ReLU()
    assert network_for(of_calls(shared, shared), "guided").rewritten == 2
