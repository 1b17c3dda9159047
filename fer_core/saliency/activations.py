"""Where a network's activations are: in layers, as arguments of layers, as operations, found by what they do."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fer_core.graphs import Node, Score, twin
from fer_core.graphs.behaviour import LINEAR, RECTIFIER, input_shape, is_affine, nature, of_one_input
from fer_core.runtime import import_keras
from fer_core.types import Tensor

Function: TypeAlias = Callable[..., Tensor]
"""Of one tensor."""

Change: TypeAlias = Callable[[Callable[[Function], Function]], Any]
"""Takes what to make of an activation function; gives what to call in the place of the node's layer."""


@dataclass
class Activations:
    """What was found between the pixels and the score.

    Attributes:
        rewritable: (node name, how many activations are in it, how to change them).
        left: names of nodes with another bent function, such as a sigmoid where rectifiers are asked for.
        unseen: "name (class)" of the layers that may hide an activation: not Keras' own, and bent in a way that their
            attributes do not explain.
    """

    rewritable: list[tuple[str, int, Change]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def find_activations(score: Score, kinds: tuple[str, ...] = (RECTIFIER,)) -> Activations:
    """All activations that the score depends on, behind the first layer with weights (before it, pixels are scaled).

    kinds: what functions are to be rewritten, see `fer_core.graphs.behaviour.nature`.
    """
    found, behind = Activations(), {score.graph.input.name: False}
    for name in score.graph.ancestors([score.base]):
        node = score.graph.nodes[name]
        if node.feeds:
            fed = any(behind[feed] for feed in node.feeds)
            behind[name] = fed or has_kernel(node)
            if behind[name]:
                _look_into(node, found, kinds)
    return found


def _look_into(node: Node, found: Activations, kinds: tuple[str, ...]) -> None:
    functions = _functions(node.layer)
    natures = {name: nature(function) for name, function in functions.items()}
    mine = [name for name, what in natures.items() if what in kinds]
    if mine:
        found.rewritable.append((node.name, len(mine), lambda make: _with(node.layer, mine, make)))
    if any(what != LINEAR and what not in kinds for what in natures.values()):
        found.left.append(node.name)
    alone = of_one_input(node)
    if functions or alone is None or node.tensor.shape != node.inputs[0].shape:
        if _hides(node, functions):
            found.unseen.append(f"{node.name} ({node.kind})")
        return
    whole = nature(alone, input_shape(node))
    if whole in kinds:
        found.rewritable.append((node.name, 1, lambda make: _whole(alone, make)))
    elif whole not in (LINEAR, None):
        found.left.append(node.name)
    elif whole is None and _hides(node, functions):
        found.unseen.append(f"{node.name} ({node.kind})")


def _functions(layer: Any) -> dict[str, Function]:
    """Attributes of a layer that are functions of one tensor, such as `activation`."""
    if not isinstance(layer, import_keras().layers.Layer):
        return {}
    kinds = (type(lambda: 0), functools.partial)
    given = {k: v for k, v in vars(layer).items() if not k.startswith("_") and isinstance(v, kinds)}
    return {k: v for k, v in given.items() if k not in ("build", "quantize", "call") and _takes_one(v)}


def _takes_one(function: Function) -> bool:
    try:
        inspect.signature(function).bind(0)
    except (TypeError, ValueError):
        return False
    return True


def _with(layer: Any, names: list[str], make: Callable[[Function], Function]) -> Any:
    return twin(layer, **{name: make(getattr(layer, name)) for name in names})


def _whole(alone: Function, make: Callable[[Function], Function]) -> Function:
    """A node's own call as an activation; it takes one tensor among whatever other arguments."""
    rewritten = make(alone)
    keras = import_keras()

    def call(*args: Any, **kwargs: Any) -> Any:
        given = [x for x in keras.tree.flatten((args, kwargs)) if keras.ops.is_tensor(x)]
        return rewritten(given[0])

    return call


def _hides(node: Node, functions: dict[str, Function]) -> bool:
    """Whether an activation may be at work in the layer that none of its functions explains."""
    cls, keras = type(node.layer), import_keras()
    if not node.is_layer:
        return False
    own = cls.__module__.split(".")[0] == "keras" and cls.__name__ not in ("Lambda", "TimeDistributed", "Bidirectional")
    if own and not isinstance(node.layer, (keras.Model, keras.layers.RNN)):
        return False
    alone = of_one_input(node)
    if alone is None:
        return True
    bare = _with(node.layer, list(functions), lambda f: keras.activations.linear) if functions else node.layer
    return not is_affine(lambda x: alone(x, bare), input_shape(node))


def has_kernel(node: Node) -> bool:
    """Whether the node is a layer with weights of two dimensions or more."""
    return node.is_layer and any(len(v.shape) >= 2 for v in node.layer.weights)
