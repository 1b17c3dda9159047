"""Where each layer stands in a drawing of the network, from left to right.

A small layered layout after K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical
system structures", 1981: a layer's rank is its longest way from the input; a wire that skips ranks takes a lane of
its own past what it skips; lanes follow the mean lane of what feeds them.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

from fer_core.graphs import Graph

HEIGHT = 92
"""Of a box: a picture and two lines of words."""
THIN = 8
"""Height of a lane that only wires take."""
GAP_X, GAP_Y = 20, 26
_LEAST, _STEP = 64, 8


@dataclass(frozen=True)
class MapBox:
    """One layer or operation; x, y, width, height in pixels of the drawing, from its upper left corner."""

    name: str
    kind: str
    shape: tuple[int | None, ...]
    rank: int
    lane: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Wire:
    """From one box to another: (x, y) points, horizontal between ranks' borders."""

    start: str
    end: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class MapLayout:
    """The drawing."""

    boxes: tuple[MapBox, ...]
    wires: tuple[Wire, ...]
    width: float
    height: float
    lanes: int


def width_of(shape: tuple[int | None, ...]) -> float:
    """A box's width: a step more with each doubling of the channels (or units)."""
    channels = shape[-1] if shape and shape[-1] else 1
    return _LEAST + _STEP * math.log2(channels)


def lay_out(graph: Graph) -> MapLayout:
    """Places all nodes that the output depends on."""
    names = graph.ancestors([graph.output.node])
    nodes = {name: graph.nodes[name] for name in names}
    ranks: dict[str, int] = {}
    for name in names:  # inputs first
        ranks[name] = max((ranks[feed] + 1 for feed in nodes[name].feeds), default=0)
    chains = _chains({name: nodes[name].feeds for name in names}, ranks)
    lanes = _lanes(names, ranks, chains)
    lefts, widths = _columns({name: width_of(node.shape) for name, node in nodes.items()}, ranks)
    rows = _rows(lanes, names)
    boxes = []
    for name, node in nodes.items():
        own = width_of(node.shape)
        x = lefts[ranks[name]] + (widths[ranks[name]] - own) / 2
        boxes.append(
            MapBox(name, node.kind, node.shape, ranks[name], lanes[name], x, rows[lanes[name]][0], own, float(HEIGHT))
        )
    by_name = {box.name: box for box in boxes}
    wires = tuple(
        _wire(by_name[start], by_name[end], [(lefts[r], lefts[r] + widths[r], lanes[k]) for r, k in between], rows)
        for (start, end), between in chains.items()
    )
    return MapLayout(tuple(boxes), wires, lefts[-1] + widths[-1], sum(rows[-1]), len(rows))


_Pass = tuple[str, str, int]
"""Start, end and rank of a place that a wire passes."""
_Chains = dict[tuple[str, str], list[tuple[int, _Pass]]]


def _chains(feeds: dict[str, tuple[str, ...]], ranks: dict[str, int]) -> _Chains:
    """(start, end) -> [(rank, key)] of the places that the wire passes between them."""
    return {
        (start, end): [(rank, (start, end, rank)) for rank in range(ranks[start] + 1, ranks[end])]
        for end, given in feeds.items()
        for start in dict.fromkeys(given)
    }


def _lanes(names: list[str], ranks: dict[str, int], chains: _Chains) -> dict[str | _Pass, int]:
    """A lane for each node and each place that a wire passes, distinct within a rank.

    The longest way through the network has the first lane to itself, so that it stays straight. Below it what is fed
    from a higher lane stands higher, a node before a passing wire.
    """
    before: dict[str | _Pass, list[str | _Pass]] = defaultdict(list)
    in_rank: dict[int, list[str | _Pass]] = defaultdict(list)
    for name in names:
        in_rank[ranks[name]].append(name)
    for (start, end), between in chains.items():
        last: str | _Pass = start
        for rank, key in between:
            before[key].append(last)
            in_rank[rank].append(key)
            last = key
        before[end].append(last)
    spine = _longest_way(names, ranks, chains)
    lanes: dict[str | _Pass, int] = dict.fromkeys(spine, 0)
    for rank in sorted(in_rank):
        others = [place for place in in_rank[rank] if place not in spine]
        wanted = {place: _mean([lanes[one] for one in before[place]]) for place in others}
        free = 1 if len(others) < len(in_rank[rank]) else 0
        for place in sorted(others, key=lambda one: (wanted[one], not isinstance(one, str))):
            lanes[place] = max(free, math.floor(wanted[place]))
            free = lanes[place] + 1
    return lanes


def _longest_way(names: list[str], ranks: dict[str, int], chains: _Chains) -> set[str]:
    """The nodes of one of the longest ways, traced back from the output."""
    feeds: dict[str, list[str]] = defaultdict(list)
    for start, end in chains:
        feeds[end].append(start)
    way = [max(names, key=lambda name: ranks[name])]
    while feeds[way[-1]]:
        way.append(max(feeds[way[-1]], key=lambda name: ranks[name]))
    return set(way)


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _columns(own: dict[str, float], ranks: dict[str, int]) -> tuple[list[float], list[float]]:
    """Left border and width of each rank."""
    widths = [0.0] * (max(ranks.values()) + 1)
    for name, width in own.items():
        widths[ranks[name]] = max(widths[ranks[name]], width)
    lefts = [0.0]
    for width in widths[:-1]:
        lefts.append(lefts[-1] + width + GAP_X)
    return lefts, widths


def _rows(lanes: dict[str | _Pass, int], names: list[str]) -> list[tuple[float, float]]:
    """Top and height of each lane: thin where no box stands in it."""
    filled = {lanes[name] for name in names}
    rows: list[tuple[float, float]] = []
    for lane in range(max(lanes.values()) + 1):
        top = sum(rows[-1]) + GAP_Y if rows else 0.0
        rows.append((top, float(HEIGHT if lane in filled else THIN)))
    return rows


def _wire(start: MapBox, end: MapBox, between: list[tuple[float, float, int]], rows: list[tuple[float, float]]) -> Wire:
    middle = [top + height / 2 for top, height in rows]
    points = [(start.x + start.width, middle[start.lane])]
    for left, right, lane in between:
        points += [(left, middle[lane]), (right, middle[lane])]
    return Wire(start.name, end.name, (*points, (end.x, middle[end.lane])))
