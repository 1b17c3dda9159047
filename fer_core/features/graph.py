"""A Keras model as a list of layers with the names of what feeds them."""

from dataclasses import dataclass
from typing import Any

from fer_core.errors import FerError


@dataclass(frozen=True, eq=False)
class LayerUse:
    """One use of a layer on the way from the model's input to its output.

    Attributes:
        name: the layer's name.
        layer: the live Keras layer; never changed here.
        feeds: names of the nodes whose outputs it takes, in order.
        inputs: the symbolic tensors it takes, one for each of `feeds`.
        tensor: its symbolic output.
    """

    name: str
    layer: Any
    feeds: tuple[str, ...]
    inputs: tuple[Any, ...]
    tensor: Any

    @property
    def kind(self) -> str:
        """The layer's class name, such as Conv2D."""
        return type(self.layer).__name__


def nodes(model: Any) -> dict[str, LayerUse]:
    """Name -> Node for everything the model's first output depends on, inputs first.

    Raises FerError for a model that is not a graph of layers (a subclassed model, or one not yet built).
    """
    try:
        last = model.outputs[0]
    except (AttributeError, TypeError, ValueError, IndexError):
        raise FerError(
            f"The model {getattr(model, 'name', model)!r} is not a built graph of layers, so its layers can't be read."
        ) from None
    found: dict[str, LayerUse] = {}
    _visit(last, found)
    return found


def node(model: Any, name: str) -> LayerUse:
    """The node of that layer. Raises FerError where the model has none by the name."""
    found = nodes(model)
    if name not in found:
        raise FerError(f"The model has no layer {name!r}; it has: {', '.join(found)}.")
    return found[name]


def _visit(tensor: Any, found: dict[str, LayerUse]) -> str:
    """Adds the layer behind a symbolic tensor, those before it first, and returns its name."""
    pending = [tensor]
    while pending:  # a stack of our own: residual networks are deeper than Python likes to recurse
        current = pending[-1]
        layer, inputs = _origin(current)
        waiting = [t for t in inputs if _origin(t)[0].name not in found]
        if waiting:
            pending.extend(waiting)
            continue
        pending.pop()
        if layer.name not in found:
            feeds = tuple(_origin(t)[0].name for t in inputs)
            found[layer.name] = LayerUse(layer.name, layer, feeds, tuple(inputs), current)
    return str(_origin(tensor)[0].name)


def _origin(tensor: Any) -> tuple[Any, list[Any]]:
    """The layer that made a symbolic tensor, and the tensors it was called with."""
    history = tensor._keras_history
    return history.operation, history.operation._inbound_nodes[history.node_index].input_tensors
