"""The quick way through a first convolution gives the network's own outputs and its own gradient, or is not taken."""

from typing import Any

import numpy as np
import pytest

from fer_core.features.graph import graph
from fer_core.features.trunk import _fits, trunk
from fer_core.runtime import import_keras, import_tensorflow

FIRST: dict[str, tuple[dict[str, Any], int, bool]] = {
    "as most are": ({"padding": "same", "activation": "selu"}, 1, True),
    "no border, no bias": ({"padding": "valid", "use_bias": False}, 1, True),
    "an oblong kernel": ({"kernel_size": (3, 5), "padding": "same", "activation": "tanh"}, 1, True),
    "an even kernel": ({"kernel_size": 4, "padding": "same"}, 1, True),
    "with holes": ({"padding": "same", "dilation_rate": (2, 1)}, 1, True),
    "every other place": ({"padding": "same", "strides": 2}, 1, False),
    "every other column": ({"padding": "valid", "strides": (1, 2)}, 1, False),
    "three channels": ({"padding": "same"}, 3, False),
}


def network(channels: int, **options: Any) -> Any:
    keras = import_keras()
    keras.utils.set_random_seed(5)
    inputs = keras.Input((11, 9, channels))
    own = {"kernel_size": 3, "bias_initializer": "random_normal", "name": "first", **options}
    x = keras.layers.Conv2D(4, **own)(inputs)
    x = keras.layers.Conv2D(3, 3, activation="tanh", name="second")(x)
    return keras.Model(inputs, x)


@pytest.mark.parametrize("kind", FIRST)
def test_outputs_and_gradients_are_the_networks_own(kind: str) -> None:
    options, channels, quick = FIRST[kind]
    tf, model = import_tensorflow(), network(channels, **options)
    assert [_fits(node) for node in graph(model).nodes.values() if node.kind == "Conv2D"] == [quick, False]
    own = import_keras().Model(model.input, [model.get_layer(name).output for name in ("first", "second")])
    images = tf.constant(np.random.default_rng(2).normal(size=(3, 11, 9, channels)).astype(np.float32))
    weights = [np.random.default_rng(i).normal(size=out.shape[1:]) for i, out in enumerate(own(images))]

    def gradient(run: Any) -> tuple[list[np.ndarray], np.ndarray]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            outs = run(images)
            total = tf.add_n(
                [tf.reduce_sum(out * tf.constant(w, tf.float32)) for out, w in zip(outs, weights, strict=True)]
            )
        return [out.numpy() for out in outs], tape.gradient(total, images).numpy()

    (first, second), slope = gradient(trunk(model, ("first", "second")))
    (first_own, second_own), slope_own = gradient(own)
    np.testing.assert_allclose(first, first_own, atol=1e-5)
    np.testing.assert_allclose(second, second_own, atol=1e-5)
    np.testing.assert_allclose(slope, slope_own, atol=1e-4)
