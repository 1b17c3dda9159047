"""A Keras model as nodes: one for each use of a layer and for each operation, with nested models opened.

A layer that is used twice makes two nodes, `i / 255.0` makes one, and the layers of a model inside the model stand in
the graph like all others. Nothing is built for it: the live layers are called as the model itself would call them, so
the weights are shared and the model stays as it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fer_core.errors import FerError
from fer_core.runtime import import_keras, import_tensorflow


@dataclass(frozen=True)
class Ref:
    """One output of a node, as an argument of another."""

    node: str
    index: int = 0


@dataclass(frozen=True, eq=False)
class Node:
    """One use of a layer or operation on the way from the model's input to its output.

    Attributes:
        name: its own in the graph: the layer's, with the nested model's in front or " (2)" behind where it is taken.
        layer: the live Keras layer or operation; never changed here.
        arguments: (args, kwargs) it was called with; `Ref`s stand where tensors were.
        feeds: names of the nodes whose outputs it takes, in order.
        inputs: the symbolic tensors it takes, one for each of `feeds`.
        tensor: its symbolic output; the first of several. Shapes are those of the nested model's own building.
    """

    name: str
    layer: Any
    arguments: tuple[Any, Any]
    feeds: tuple[str, ...]
    inputs: tuple[Any, ...]
    tensor: Any

    @property
    def kind(self) -> str:
        """The class name of the layer or operation, such as Conv2D or TrueDivide."""
        return type(self.layer).__name__

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Of its output, without the batch."""
        return tuple(self.tensor.shape[1:])

    @property
    def is_layer(self) -> bool:
        """Whether it is a Keras layer, and not an operation such as a sum or `ops.relu`."""
        return isinstance(self.layer, import_keras().layers.Layer)

    def call(self, values: dict[str, Any], layer: Callable[..., Any] | None = None) -> Any:
        """Its output at inference. values: outputs by node name; layer: what is called in its place, if anything."""

        def filled(x: Any) -> Any:
            if not isinstance(x, Ref):
                return x
            value = values[x.node]
            return value[x.index] if isinstance(value, (list, tuple)) else value

        keras = import_keras()
        args, kwargs = keras.tree.map_structure(filled, self.arguments)
        called = self.layer if layer is None else layer
        if isinstance(called, keras.layers.Layer):
            kwargs = {**kwargs, "training": False}
        return called(*args, **kwargs)


@dataclass(frozen=True, eq=False)
class Graph:
    """All nodes, inputs first, and which of them is the output.

    Attributes:
        nodes: name -> Node; the first is the input.
        output: of the model.
        size: (height, width) of the pictures it takes; channels of them.
    """

    nodes: dict[str, Node]
    output: Ref

    @property
    def input(self) -> Node:
        """The input's node."""
        return next(iter(self.nodes.values()))

    def ancestors(self, names: Iterable[str]) -> list[str]:
        """The named nodes and all that they depend on, inputs first. Raises FerError for a name there isn't."""
        wanted, pending = set(), list(names)
        while pending:
            name = pending.pop()
            if name not in self.nodes:
                raise FerError(f"The model has no layer {name!r}; it has: {', '.join(self.nodes)}.")
            if name not in wanted:
                wanted.add(name)
                pending.extend(self.nodes[name].feeds)
        return [name for name in self.nodes if name in wanted]

    def run(
        self, images: Any, names: Iterable[str], instead: dict[str, Callable[..., Any]] | None = None
    ) -> dict[str, Any]:
        """Outputs of the named nodes, and of all before them, for pictures (B, h, w, channels), at inference.

        instead: what is called in the place of a node's layer, by node name. To be called inside `tf.function`, or
        with few pictures; differentiable by a tape that watches the images.
        """
        tf = import_tensorflow()
        instead, first, values = instead or {}, self.input, {}
        dtype = tf.as_dtype(first.tensor.dtype)
        images = tf.convert_to_tensor(images)
        for name in self.ancestors(names):
            if name == first.name:  # a whole-number input is fed as it comes: a cast would end the gradient
                values[name] = tf.cast(images, dtype) if dtype.is_floating else images
            else:
                values[name] = self.nodes[name].call(values, instead.get(name))
        return values


def graph_of(model: Any) -> Graph:
    """The model's graph.

    Raises FerError for a model that is not a graph of layers (a subclassed model, or one not yet built), or that has
    several inputs.
    """
    try:
        inputs, last = model.inputs, model.outputs[0]
    except (AttributeError, TypeError, ValueError, IndexError):
        inputs = None
    if not inputs:
        raise FerError(
            f"The model {getattr(model, 'name', model)!r} is not a built graph of layers (it has no layer graph), so "
            "its layers can't be read; a built Sequential or functional Keras model can."
        )
    if len(inputs) != 1:
        raise FerError(f"A network of one input can be looked into, not of {len(inputs)}.")
    reader = _Reader()
    history = inputs[0]._keras_history
    first = Node(reader.free(history.operation.name, ""), history.operation, ((), {}), (), (), inputs[0])
    reader.found[first.name] = first
    output = reader.read(last, {id(inputs[0]): Ref(first.name)}, "")
    return Graph(_whole_shapes(Graph(reader.found, output)), output)


class _Reader:
    """Collects nodes; `known` maps a symbolic tensor's id to the node that makes it, in one model's own graph."""

    def __init__(self) -> None:
        self.found: dict[str, Node] = {}

    def free(self, name: str, inside: str) -> str:
        """A name that no node has yet."""
        for candidate in (name, f"{inside}/{name}" if inside else name):
            if candidate not in self.found:
                return candidate
        number = 2
        while f"{candidate} ({number})" in self.found:
            number += 1
        return f"{candidate} ({number})"

    def read(self, tensor: Any, known: dict[int, Ref], inside: str) -> Ref:
        """The node behind a symbolic tensor, after those before it."""
        pending = [tensor]
        while pending:  # a stack of our own: residual networks are deeper than Python likes to recurse
            current = pending[-1]
            if id(current) in known:
                pending.pop()
                continue
            history = current._keras_history
            used = history.operation._inbound_nodes[history.node_index]
            waiting = [t for t in used.input_tensors if id(t) not in known]
            if waiting:
                pending.extend(reversed(waiting))
                continue
            pending.pop()
            self._take(history.operation, used, known, inside)
        return known[id(tensor)]

    def _take(self, operation: Any, used: Any, known: dict[int, Ref], inside: str) -> None:
        inner = _opened(operation, used)
        if inner is not None:
            scope = {id(own): known[id(t)] for own, t in zip(inner.inputs, used.input_tensors, strict=True)}
            for outer, own in zip(used.outputs, inner.outputs, strict=True):
                known[id(outer)] = self.read(own, scope, operation.name)
            return
        keras, tensors = import_keras(), used.input_tensors
        refs = {id(t): known[id(t)] for t in tensors}
        args, kwargs = used.arguments.convert(lambda x: refs[id(x)] if isinstance(x, keras.KerasTensor) else x)
        name = self.free(operation.name, inside)
        feeds = tuple(known[id(t)].node for t in tensors)
        self.found[name] = Node(name, operation, (args, kwargs), feeds, tuple(tensors), used.outputs[0])
        for index, out in enumerate(used.outputs):
            known[id(out)] = Ref(name, index)


def _opened(operation: Any, used: Any) -> Any:
    """The graph of a nested model that can be put in its place, or None for anything else."""
    keras = import_keras()
    if not isinstance(operation, keras.Model):
        return None
    inner = operation._functional if isinstance(operation, keras.Sequential) else operation
    functional = next((cls for cls in type(inner).__mro__ if cls.__name__ == "Functional"), None)
    as_built = (keras.Sequential.call, getattr(functional, "call", None))
    if functional is None or type(operation).call not in as_built:  # code of its own decides what it computes
        return None
    given = used.input_tensors
    alike = len(given) == len(inner.inputs) and all(
        len(a.shape) == len(b.shape) for a, b in zip(given, inner.inputs, strict=True)
    )
    return inner if alike else None  # Keras would add or drop an axis: leave that to it


def _whole_shapes(graph: Graph) -> dict[str, Node]:
    """The nodes with the shapes they have in this model, where a nested one was built for any size of picture."""
    keras, tf = import_keras(), import_tensorflow()
    nodes, shape = graph.nodes, graph.input.tensor.shape
    if None in shape[1:] or all(None not in node.shape for node in nodes.values()):
        return nodes
    dtype = tf.as_dtype(graph.input.tensor.dtype)
    spec = tf.TensorSpec([None, *shape[1:]], dtype)
    traced = tf.function(lambda x: graph.run(x, [graph.output.node]), autograph=False).get_concrete_function(spec)
    shapes = {name: t.shape for name, t in traced.structured_outputs.items() if not isinstance(t, (list, tuple))}

    def seen(name: str, tensor: Any) -> Any:
        if name not in shapes or None not in tensor.shape[1:]:
            return tensor
        return keras.KerasTensor((None, *shapes[name][1:]), tensor.dtype)

    return {
        name: Node(
            name, node.layer, node.arguments, node.feeds,
            tuple(seen(f, t) for f, t in zip(node.feeds, node.inputs, strict=True)), seen(name, node.tensor),
        )
        for name, node in nodes.items()
    }  # fmt: skip
