"""What Keras 2 writes and Keras 3 does not read: names of its modules, and operations between layers.

`x / 255.0` between two layers is a "TFOpLambda" in a file of Keras 2: the name of a TensorFlow function and its
arguments, no code. The usual ones are known here and become operations of Keras 3.
"""

import inspect
from collections.abc import Callable
from typing import Any

from fer_core.errors import FerError
from fer_core.runtime import import_keras

OPERATION = "TFOpLambda"

_FUNCTIONS = {
    "math.truediv": "true_divide",
    "math.divide": "true_divide",
    "math.multiply": "multiply",
    "math.add": "add",
    "math.subtract": "subtract",
    "math.negative": "negative",
    "math.abs": "absolute",
    "math.sqrt": "sqrt",
    "math.maximum": "maximum",
    "math.minimum": "minimum",
    "math.reduce_mean": "mean",
    "math.reduce_max": "max",
    "math.reduce_sum": "sum",
    "math.sigmoid": "sigmoid",
    "math.tanh": "tanh",
    "__operators__.add": "add",
    "nn.relu": "relu",
    "nn.relu6": "relu6",
    "nn.elu": "elu",
    "nn.selu": "selu",
    "nn.sigmoid": "sigmoid",
    "nn.softmax": "softmax",
    "reshape": "reshape",
    "expand_dims": "expand_dims",
}
"""TensorFlow's name -> that in keras.ops."""

_OF_EVERY_LAYER = {"name", "trainable", "dtype", "layers", "batch_input_shape", "build_config"}

_OF_TRAINING = ("_initializer", "_regularizer", "_constraint")

_ARGUMENTS = {"shape": "newshape", "keepdims": "keepdims", "axis": "axis"}


def function_of(config: Any, file: str) -> str:
    """The TensorFlow function of such an operation. Raises FerError for one that is not known here."""
    name = str(config.get("function"))
    if name not in _FUNCTIONS:
        raise FerError(
            f"{file} has the operation tf.{name} between its layers, as Keras 2 writes it, which is not known here; "
            "put a layer in its place, and save the network again."
        )
    return name


def operation_class() -> Any:
    """The layer that stands for such an operation while the file is read; `plain` gives what it does."""
    base: Any = import_keras().layers.Layer

    class TFOpLambda(base):
        def __init__(self, function: str, **others: Any) -> None:
            super().__init__(**others)
            self.plain: Callable[..., Any] = _plain(getattr(import_keras().ops, _FUNCTIONS[function]))

        def call(self, *args: Any, **kwargs: Any) -> Any:
            return self.plain(*args, **kwargs)

    return TFOpLambda


def _plain(operation: Callable[..., Any]) -> Callable[..., Any]:
    def called(x: Any, y: Any = None, name: Any = None, **others: Any) -> Any:
        if isinstance(x, list):  # both of an operation on two layers
            x, y = x
        given = {_ARGUMENTS[key]: value for key, value in others.items() if key in _ARGUMENTS and value is not None}
        return operation(x, **given) if y is None else operation(x, y, **given)

    return called


def modernised(config: Any) -> Any:
    """A model's config with what Keras 2 writes put as Keras 3 reads it: modules, tuples, and the shape that the first
    layer of a Sequential carries. One of Keras 3 comes out as it was."""
    if isinstance(config, list):
        return [modernised(one) for one in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "__tuple__":
        return modernised(config.get("items", []))
    new = {key: modernised(value) for key, value in config.items()}
    module = new.get("module")
    if isinstance(module, str) and module.startswith(("tf_keras.", "keras.engine.", "keras.src.engine.")):
        kind = "functional" if new.get("class_name") in ("Functional", "Model") else "sequential"
        new["module"] = f"keras.src.models.{kind}" if ".engine." in module else module.removeprefix("tf_")
    if new.get("class_name") == "Sequential":
        _give_input(new)
    if new.get("class_name") in ("Functional", "Model") and isinstance(new.get("config"), dict):
        _count_calls(new["config"])
    if new.get("class_name") == OPERATION:
        new["inbound_nodes"] = [_as_list(node) for node in new.get("inbound_nodes", [])]
    _drop_gone(new)
    return new


def _count_calls(functional: dict[str, Any]) -> None:
    """A model inside a model counts its calls from 1 in Keras 2, where its own making was the first, and from 0 in
    Keras 3: the references to it are counted anew."""
    layers = functional.get("layers", [])
    inner = {one.get("name") for one in layers if one.get("class_name") in ("Functional", "Model", "Sequential")}
    calls = [call for one in layers if isinstance(one.get("inbound_nodes"), list) for call in _calls(one)]
    if not calls:  # of Keras 3
        return
    ends = functional.get("output_layers", [])
    calls += [ends] if ends and isinstance(ends[0], str) else ends
    for name in inner:
        own = [call for call in calls if call[0] == name]
        numbers = sorted({call[1] for call in own})
        for call in own:
            call[1] = numbers.index(call[1])


def _calls(layer: dict[str, Any]) -> list[list[Any]]:
    """References [layer, call, tensor, ...] in the nodes of a layer of Keras 2."""
    nodes = [node for node in layer["inbound_nodes"] if isinstance(node, list)]
    return [one for node in nodes for one in node if isinstance(one, list) and one and isinstance(one[0], str)]


def _as_list(node: Any) -> Any:
    """An operation's node, [layer, node, tensor, arguments], as that of a layer: a list of them; the second one too,
    where it is a tensor."""
    if not (isinstance(node, list) and node and isinstance(node[0], str)):
        return node
    arguments = dict(node[3]) if len(node) > 3 else {}
    other = arguments.get("y")
    if not (isinstance(other, list) and len(other) > 2 and isinstance(other[0], str)):
        return [[*node[:3], arguments]]
    del arguments["y"]
    return [[*node[:3], {}], [*other[:3], arguments]]


def _drop_gone(layer: dict[str, Any]) -> None:
    """Takes settings out of a layer's config that Keras 3's class has no more and that said nothing ("groups" 1 of a
    depthwise convolution, in every MobileNet); one that said something stays, and Keras refuses it."""
    kind = getattr(import_keras().layers, str(layer.get("class_name")), None)
    config = layer.get("config")
    if kind is None or layer["class_name"] == "InputLayer" or not isinstance(config, dict):
        return
    known = {name for one in kind.__mro__ if "__init__" in vars(one) for name in inspect.signature(one).parameters}
    for key in set(config) - known - _OF_EVERY_LAYER:
        if config[key] in (None, False, 1) or key.endswith(_OF_TRAINING):
            del config[key]


def _give_input(sequential: dict[str, Any]) -> None:
    inner = sequential.get("config")
    if isinstance(inner, list):  # before Keras 2.2
        inner = sequential["config"] = {"name": "sequential", "layers": inner}
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if not layers or not isinstance(layers[0], dict):
        return
    shapes = [
        one["config"].pop("batch_input_shape", None)
        for one in layers
        if one.get("class_name") != "InputLayer" and isinstance(one.get("config"), dict)
    ]
    if layers[0].get("class_name") != "InputLayer" and shapes[0] is not None:
        layers.insert(0, {"class_name": "InputLayer", "config": {"batch_shape": shapes[0], "name": "pictures"}})
