"""The block of a network that a layer belongs to, read once for one picture: all that its arithmetic needs."""

from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.graphs import Graph, Node
from fer_core.inside.flow import opened, outputs
from fer_core.inside.operations import operation_of
from fer_core.inside.step_arithmetic import ArithmeticStep, Block, Operation, as_places
from fer_core.inside.steps import ELEMENTWISE, activation, name_of, step_of

MOST_WEIGHTS = 60_000
"""A row of units is read with all its units where they have at most so many weights, else with the one asked for."""


def names_of_block(graph: Graph, name: str) -> list[str]:
    """Nodes of the layer's block, in order: back to what begins it, and on while one layer alone takes the values.

    Raises FerError for a layer that there isn't.
    """
    graph.ancestors([name])
    back = [name]
    while graph.nodes[back[0]].kind in ELEMENTWISE and len(graph.nodes[back[0]].feeds) == 1:
        back.insert(0, graph.nodes[back[0]].feeds[0])
    there = set(graph.ancestors([graph.output.node]))
    while True:
        takers = [one for one in there if back[-1] in graph.nodes[one].feeds]
        if len(takers) != 1 or graph.nodes[takers[0]].kind not in ELEMENTWISE or back[-1] == graph.output.node:
            return back
        back.append(takers[0])


def block_of(model: Any, layer: str, pixels: np.ndarray, unit: int) -> Block:
    """The layer's block for one picture.

    Args:
        model: a Keras model of gray pictures. layer: any node of the block. pixels: (h, w), 0 to 255.
        unit: filter or unit that is stepped through; a small row of units comes whole.

    Raises FerError for a layer or unit that there isn't, and for a model that is not a graph.
    """
    graph = opened(model)
    names = names_of_block(graph, layer)
    found = outputs(model, pixels)
    first = graph.nodes[names[0]]
    shape = as_places(found[first.name]).shape
    if found[first.name].ndim not in (1, 3):
        raise FerError(f"{layer} gives numbers of shape {found[first.name].shape}, which can't be stepped through.")
    if not 0 <= unit < shape[2]:
        raise FerError(f"{layer} has the filters 0 to {shape[2] - 1}; there is no {unit}.")
    units = np.array([unit])
    if shape[:2] == (1, 1) and _weights(first, found) <= MOST_WEIGHTS:
        units = np.arange(shape[2])
    operation = operation_of(graph, first, found, units)
    steps = [*_own_activation(first, operation, found, units)]
    for name in names[1:]:
        node = graph.nodes[name]
        steps.append(step_of(node, found[node.feeds[0]], found[name], units))
    output = steps[-1].output if steps else None
    return Block(operation, tuple(steps), units, as_places(found[names[-1]])[..., units] if output is None else output)


def _weights(node: Node, found: dict[str, np.ndarray]) -> int:
    given = sum(found[name].size for name in node.feeds)
    return given * (found[node.name].shape[-1] if node.kind in ("Dense", "Conv2D", "SeparableConv2D") else 1)


def _own_activation(
    node: Node, operation: Operation, found: dict[str, np.ndarray], units: np.ndarray
) -> list[ArithmeticStep]:
    """The activation that a convolution or dense layer has of its own."""
    function = getattr(node.layer, "activation", None)
    if operation.kind != "sum" or function is None or name_of(function) == "linear":
        return []
    output = as_places(found[node.name])[..., units]
    if name_of(function) != "softmax":
        return [activation(function, name_of(function), {}, node.name, node.kind, output, output, units)]
    if node.kind != "Dense":
        return [ArithmeticStep("given", node.name, node.kind, formula="softmax", output=output)]
    logits = operation.inputs[0].astype(np.float64) @ np.asarray(node.layer.kernel, np.float64)
    logits = logits + (np.asarray(node.layer.bias, np.float64) if node.layer.use_bias else 0.0)
    return [activation(function, "softmax", {}, node.name, node.kind, logits, output, units)]
