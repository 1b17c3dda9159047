"""One flat Keras graph out of a network from elsewhere: raw gray pixels in, the seven classes' probabilities out.

    pixels (N, 48, 48, 1) -> resize -> scale -> gray to colour -> the network's own layers -> classes -> softmax

All layers are built in: the result loads with plain `keras.models.load_model`. `Wrapping` does the same in numpy.
"""

from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.importing.keras_2 import OPERATION
from fer_core.labels import CLASSES
from fer_core.models.preprocessing import SAMPLE_EPSILON
from fer_core.models.wrapping import Wrapping
from fer_core.runtime import import_keras

_NEVER = -1e4
"""Logit of a class that the network does not know: its softmax is exactly 0 in float32."""
_RESERVED = ("pixels", "resize", "scale", "gray_to_colour", "row", "log_sigmoid", "classes", "probabilities")


def wrapped(model: Any, wrapping: Wrapping) -> Any:
    """A keras.Model (None, 48, 48, 1), 0 to 255, -> (None, 7), with the weights of `model` in layers of its own.

    Raises FerError for a model that is no graph of layers, has several inputs or outputs, or whose answers the new
    graph does not give (compared on pictures of noise).
    """
    keras = import_keras()
    _check(model)
    pixels = keras.Input((48, 48, 1), name="pixels")
    inner = _Inliner()
    out = inner.run(model, [_front(pixels, wrapping)])[0]
    out = _back(out, wrapping)
    result = keras.Model(pixels, out, name="imported")
    noise = np.random.default_rng(0).integers(0, 256, (4, 48, 48)).astype(np.float32)
    own = wrapping.finish(np.asarray(model.predict_on_batch(wrapping.prepare(noise))))
    if not np.allclose(np.asarray(result.predict_on_batch(noise[..., None])), own, atol=2e-3):
        raise FerError(
            "The network's layers, called one after the other, give another answer than the network: it has code of "
            "its own that its graph does not show, so it can't be brought in."
        )
    return result


def _check(model: Any) -> None:
    if not getattr(model, "inputs", None) or not getattr(model, "outputs", None):
        raise FerError("The network has code of its own and no graph of layers; save it as a functional one.")
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FerError(
            f"The network has {len(model.inputs)} inputs and {len(model.outputs)} outputs; one of each is needed."
        )


def _front(x: Any, wrapping: Wrapping) -> Any:
    layers = import_keras().layers
    if wrapping.size != (48, 48):
        x = layers.Resizing(*wrapping.size, interpolation="bilinear", name="resize")(x)
    if wrapping.scale == "0..1":
        x = layers.Rescaling(1 / 255, name="scale")(x)
    elif wrapping.scale == "-1..1":
        x = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(x)
    elif wrapping.scale == "samplewise":
        x = layers.LayerNormalization(axis=(1, 2, 3), epsilon=SAMPLE_EPSILON, center=False, scale=False, name="scale")(
            x
        )
    if wrapping.channels == 3:
        x = layers.Concatenate(name="gray_to_colour")([x, x, x])
    if wrapping.scale.startswith("imagenet"):
        means, deviations = wrapping.channel_statistics()
        x = layers.Normalization(axis=-1, mean=means, variance=[d * d for d in deviations], name="scale")(x)
    return layers.Reshape(wrapping.shapes[0], name="row")(x) if wrapping.flat else x


class _Inliner:
    """Calls copies of a model's layers, those of nested models in place; a shared layer has one copy."""

    def __init__(self) -> None:
        self._copies: dict[int, Any] = {}
        self._names: set[str] = set(_RESERVED)

    def run(self, model: Any, tensors: list[Any]) -> list[Any]:
        keras = import_keras()
        inner = model._functional if isinstance(model, keras.Sequential) else model
        result = inner._run_through_graph(tensors, operation_fn=lambda op: self._called(op, model.name))
        found: list[Any] = keras.tree.flatten(result)
        return found

    def _called(self, operation: Any, inside: str) -> Any:
        keras = import_keras()
        if isinstance(operation, keras.Model) and getattr(operation, "inputs", None):

            def nested(*args: Any, **kwargs: Any) -> Any:
                found = self.run(operation, keras.tree.flatten(args))
                return found[0] if len(found) == 1 else found

            return nested
        if not isinstance(operation, keras.layers.Layer):
            return operation
        if type(operation).__name__ == OPERATION:
            return operation.plain
        if id(operation) not in self._copies:
            self._copies[id(operation)] = self._copy(operation, inside)
        return self._copies[id(operation)]

    def _copy(self, layer: Any, inside: str) -> Any:
        name, number = layer.name, 2
        if name in self._names:
            name = f"{inside}_{layer.name}"
        while name in self._names:
            name, number = f"{inside}_{layer.name}_{number}", number + 1
        self._names.add(name)
        config = {**layer.get_config(), "name": name}
        if layer.dtype_policy.name != "float32":
            config["dtype"] = "float32"
        copy = type(layer).from_config(config)
        if layer.weights:
            values = layer.get_weights()

            def called(*args: Any, **kwargs: Any) -> Any:
                result = copy(*args, **kwargs)
                copy.set_weights(values)
                return result

            return called
        return copy


def _back(out: Any, wrapping: Wrapping) -> Any:
    keras = import_keras()
    layers = keras.layers
    plain = wrapping.classes == CLASSES
    if len(out.shape) > 2:
        out = layers.Flatten(name="row")(out)
    if wrapping.output == "softmax":
        if plain:
            return out
        z, kind = _before(out, keras.activations.softmax)
        out = z if kind else keras.ops.log(keras.ops.maximum(out, 1e-30))
    elif wrapping.output == "sigmoid":
        out = keras.ops.log(keras.ops.maximum(out, 1e-30))
    if not plain:
        chosen = layers.Dense(len(CLASSES), name="classes")
        kernel, bias = np.zeros((len(wrapping.classes), len(CLASSES)), np.float32), np.zeros(len(CLASSES), np.float32)
        for place, at in enumerate(wrapping.outputs):
            if at is None:
                bias[place] = _NEVER
            else:
                kernel[at, place] = 1
        out = chosen(out)
        chosen.set_weights([kernel, bias])
    return layers.Activation("softmax", name="probabilities")(out)


def _before(out: Any, function: Any) -> tuple[Any, bool]:
    """What goes into the activation at the end, and whether it is that activation."""
    keras = import_keras()
    history = out._keras_history
    layer, node = history.operation, history.operation._inbound_nodes[history.node_index]
    if isinstance(layer, keras.layers.Softmax):
        return node.input_tensors[0], True
    if getattr(layer, "activation", None) is not function:
        return out, False
    if isinstance(layer, keras.layers.Activation):
        return node.input_tensors[0], True
    layer.activation = keras.activations.linear  # our own copy
    return layer(node.input_tensors[0]), True
