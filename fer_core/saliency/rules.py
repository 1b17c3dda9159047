"""The report's two backward rules, written for any activation.

For an activation f with input x and the gradient dy arriving from above:
    plain      passes  dy * f'(x)
    rectified  passes  dy * [dy > 0]                      (Zeiler and Fergus 2014, the "deconvnet" rule)
    guided     passes  dy * [dy > 0] * [x > 0] * f'(x)    (Springenberg et al. 2015, section 3.4)
keras-vis, which the report used, calls the rectified rule "relu".

On relu, where f'(x) is 1 wherever x > 0, the last is guided backpropagation as its paper has it. Tools that override
relu by name leave a selu network's gradient as it is and say nothing; here every activation below is rewritten, and a
network without any is an error.
"""

from collections.abc import Callable
from typing import Any

from fer_core.errors import FerError
from fer_core.runtime import import_keras, import_tensorflow

ACTIVATIONS = ("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "softplus")
"""Names of the activation functions that are rewritten."""

LAYERS = ("ReLU", "LeakyReLU", "PReLU", "ELU")
"""Layers that are such an activation themselves."""

RULES = ("guided", "rectified")


def apply_rule(model: Any, rule: str) -> int:
    """Rewrites every activation of the model IN PLACE, so give it a copy; returns how many were rewritten.

    Raises FerError where there is none: the map would silently be the plain gradient.
    """
    keras = import_keras()
    count = 0
    for layer in model._flatten_layers(include_self=False, recursive=True):
        function = getattr(layer, "activation", None)
        if type(layer).__name__ in LAYERS and isinstance(layer, keras.layers.Layer):
            layer.call = with_rule(layer.call, rule)
            count += 1
        elif callable(function) and getattr(function, "__name__", "") in ACTIVATIONS:
            layer.activation = with_rule(function, rule)
            count += 1
    if count == 0:
        raise FerError(
            f"The {rule} rule changes activations such as selu or relu, and this network has none; "
            "its map would be the plain gradient."
        )
    return count


def with_rule(function: Callable[[Any], Any], rule: str) -> Callable[[Any], Any]:
    """The same elementwise function with another backward pass, for tensors of TensorFlow."""
    tf = import_tensorflow()
    if rule not in RULES:
        raise FerError(f"There is no backward rule {rule!r}; choose one of: {', '.join(RULES)}.")

    # Weights inside (PReLU's slopes) are no part of an input's gradient and must not be asked for by the tape.
    def rewritten(x: Any) -> Any:
        @tf.custom_gradient
        def core(x: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                y = function(x)

            def backward(dy: Any, variables: Any = None) -> Any:
                passed = tf.maximum(dy, 0)
                if rule == "guided":
                    # f is elementwise, so its pullback multiplies by f'(x).
                    passed = tape.gradient(y, x, tf.where(x > 0, passed, tf.zeros_like(passed)))
                return passed if variables is None else (passed, [None] * len(variables))

            return y, backward

        return core(x)

    return rewritten
