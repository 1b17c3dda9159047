"""The model's graph (fer_core.graphs), read once: shared layers, nested models and operations are nodes like others."""

from typing import Any

from fer_core.errors import FerError
from fer_core.features.cache import once
from fer_core.graphs import Graph, Node, graph_of


def graph(model: Any) -> Graph:
    """The model's graph; cached. Raises FerError for a model without one, or of several inputs."""
    found: Graph = once(model, "graph", lambda: graph_of(model))
    return found


def nodes(model: Any) -> dict[str, Node]:
    """Name -> Node for everything the model's first output depends on, inputs first. Raises FerError as `graph`."""
    return graph(model).nodes


def node(model: Any, name: str) -> Node:
    """The node of that name. Raises FerError where the model has none."""
    found = nodes(model)
    if name not in found:
        raise FerError(f"The model has no layer {name!r}; it has: {', '.join(found)}.")
    return found[name]
