"""The nodes that a score is handed back through, from the class to the place where the pixels enter.

The pixels enter behind the network's own normalisation, at the output that its first layer with weights takes.
"""

from collections.abc import Callable, Collection

from fer_core.errors import FerError
from fer_core.graphs import Node, Score
from fer_core.graphs.behaviour import input_shape, is_affine, of_one_input
from fer_core.saliency.activations import has_kernel

_SUMS = ("Add", "Subtract", "Average", "Concatenate")


def way(score: Score, follows: Callable[[Node], tuple[str, ...]] = lambda node: node.feeds) -> tuple[str, list[str]]:
    """(node where the pixels enter, nodes behind it up to the score, in order).

    follows: which of a node's feeds are followed. Raises FerError where the pixels enter at several places, or not as a
    picture.
    """
    nodes = score.graph.nodes
    behind: dict[str, bool] = {}
    for name in score.graph.ancestors([score.base]):
        behind[name] = has_kernel(nodes[name]) or any(behind[feed] for feed in nodes[name].feeds)
    path, entries, pending = set(), set(), [score.base]
    while pending:
        name = pending.pop()
        if not behind[name]:
            entries.add(name)
        elif name not in path:
            path.add(name)
            pending.extend(follows(nodes[name]))
    if len(entries) != 1 or len(nodes[next(iter(entries))].tensor.shape) != 4:
        raise FerError(
            f"Relevance needs one place where the pixels enter the network's weights; here they enter at "
            f"{', '.join(sorted(entries))}."
        )
    return entries.pop(), [name for name in nodes if name in path]


def check_ruled(score: Score, path: list[str], ruled: Collection[str], without: Collection[str]) -> None:
    """Raises FerError that names the nodes of a path that have no rule of their own and are no sum or linear map.

    ruled: names of those that have one; without: of those that are known to have none.
    """
    unruly = []
    for name in path:
        node = score.graph.nodes[name]
        alone = of_one_input(node)
        has = name in ruled or node.kind in _SUMS
        if name in without or not (has or (alone is not None and is_affine(alone, input_shape(node)))):
            unruly.append(f"{name} ({node.kind})")
    if unruly:
        raise FerError(f"There is no rule of relevance for {', '.join(unruly)}, so there is no such map.")
