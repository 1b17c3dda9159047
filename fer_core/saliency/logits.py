"""The model before its softmax.

A model of ours ends in Dense "logits" and Activation "softmax": its logits are there to be taken. Somebody else's may
end in Dense(7, activation="softmax"): a copy then gets a linear activation in that one place. The live model, which
other threads are asking, is read and never changed.
"""

from typing import Any

from fer_core.errors import FerError
from fer_core.runtime import import_keras


def logits_model(model: Any) -> Any:
    """A keras.Model from the same input to the logits (N, C), C >= 2, before the softmax.

    It shares the weights where the softmax is a layer of its own, and carries a copy of them where it is fused into
    the last layer. A model that ends without an activation is taken to give logits already. Raises FerError for a
    model that is not a graph of layers, has several inputs or outputs, or ends in another activation than softmax.
    """
    keras = import_keras()
    _check_graph(model)
    head = model.outputs[0]._keras_history.operation
    if _is_softmax_layer(keras, head):
        return keras.Model(model.inputs[0], head.input, name=f"{model.name}_logits")
    ending = _ending(head)
    kind = _activation(keras, ending)
    if kind == "linear":
        return keras.Model(model.inputs[0], model.outputs[0], name=f"{model.name}_logits")
    if kind != "softmax":
        raise FerError(f"The network ends in the activation {kind!r}; explanations need one that ends in softmax.")
    copy = copy_of(model)
    _make_linear(keras, _ending(copy.outputs[0]._keras_history.operation))
    return keras.Model(copy.inputs[0], copy.outputs[0], name=f"{model.name}_logits")


def copy_of(model: Any) -> Any:
    """A model of new layers with the same configuration and the same weight values, sharing nothing."""
    keras = import_keras()
    copy = keras.models.clone_model(model, recursive=True)
    copy.set_weights(model.get_weights())
    return copy


def _check_graph(model: Any) -> None:
    if not getattr(model, "inputs", None) or not getattr(model, "outputs", None):
        raise FerError(
            "Only a built Sequential or functional Keras model can be explained; this one has no layer graph."
        )
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FerError(
            f"Only a network of one input and one output can be explained, not of {len(model.inputs)} and "
            f"{len(model.outputs)}."
        )
    shape, out = model.inputs[0].shape, model.outputs[0].shape
    if len(shape) != 4 or shape[-1] != 1 or None in shape[1:]:
        raise FerError(
            f"Only a network of gray pictures (N, height, width, 1) can be explained, not of {tuple(shape)}."
        )
    if len(out) != 2 or out[-1] < 2:
        raise FerError(f"Only a network with one score a class (N, classes) can be explained, not {tuple(out)}.")


def _ending(operation: Any) -> Any:
    """The last layer, also where it lies inside a nested model."""
    while getattr(operation, "outputs", None) and hasattr(operation, "layers"):
        operation = operation.outputs[0]._keras_history.operation
    return operation


def _is_softmax_layer(keras: Any, layer: Any) -> bool:
    if isinstance(layer, keras.layers.Softmax):
        return True
    return isinstance(layer, keras.layers.Activation) and layer.activation is keras.activations.softmax


def _activation(keras: Any, layer: Any) -> str:
    if isinstance(layer, keras.layers.Softmax):
        return "softmax"
    function = getattr(layer, "activation", None)
    return "linear" if function is None else getattr(function, "__name__", str(function))


def _make_linear(keras: Any, layer: Any) -> None:
    if isinstance(layer, keras.layers.Softmax):
        layer.call = lambda inputs, mask=None: inputs
    else:
        layer.activation = keras.activations.linear
