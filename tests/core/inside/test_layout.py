"""The drawn graph: ranks, lanes, and wires that pass no box."""

from typing import Any

import pytest

from fer_core.graphs import graph_of
from fer_core.inside.layout import MapLayout, lay_out, width_of
from fer_core.runtime import import_keras


def residual() -> Any:
    keras = import_keras()
    layers = keras.layers
    x = keras.Input((48, 48, 1), name="pixels")
    a = layers.Conv2D(4, 3, padding="same", name="a")(x)
    b = layers.Conv2D(8, 3, padding="same", name="b")(a)
    c = layers.Conv2D(4, 3, padding="same", name="c")(b)
    s = layers.Add(name="sum")([a, c])
    flat = layers.GlobalAveragePooling2D(name="mean")(s)
    return keras.Model(x, layers.Dense(7, activation="softmax", name="out")(flat))


def of(model: Any) -> MapLayout:
    return lay_out(graph_of(model))


def test_a_chain_is_a_straight_line(tiny_model: Any) -> None:
    found = of(tiny_model)
    names = [box.name for box in found.boxes]
    assert names == ["pixels", "rescale", "conv1", "pool1", "conv2", "average", "logits", "probabilities"]
    assert [box.rank for box in found.boxes] == list(range(8))
    assert {box.lane for box in found.boxes} == {0}
    assert [box.shape for box in found.boxes][:3] == [(48, 48, 1), (48, 48, 1), (48, 48, 4)]
    assert len(found.wires) == 7 and all(len({y for _, y in wire.points}) == 1 for wire in found.wires)


def test_a_skip_takes_a_lane_of_its_own_past_what_it_skips() -> None:
    found = of(residual())
    box = {one.name: one for one in found.boxes}
    assert [box[name].rank for name in ("pixels", "a", "b", "c", "sum")] == [0, 1, 2, 3, 4]
    assert {box[name].lane for name in box} == {0}
    skip = next(wire for wire in found.wires if (wire.start, wire.end) == ("a", "sum"))
    assert [y > box["b"].y + box["b"].height for _, y in skip.points[1:-1]] == [True] * len(skip.points[1:-1])
    assert found.lanes == 2 and found.height == 92 + 26 + 8, "a lane of wires alone is thin"


def test_the_longest_way_stays_straight_however_many_blocks_follow() -> None:
    """Each block's short branch comes first in the graph; the drawing stays two lanes high."""
    keras = import_keras()
    layers = keras.layers
    y = x = keras.Input((8, 8, 1), name="pixels")
    long_way = ["pixels"]
    for i in range(4):
        short = layers.Conv2D(2, 1, name=f"short{i}")(y)
        for part in ("a", "b"):
            y = layers.Conv2D(2, 3, padding="same", name=f"{part}{i}")(y)
        y = layers.Add(name=f"sum{i}")([short, y])
        long_way += [f"a{i}", f"b{i}", f"sum{i}"]
    found = of(keras.Model(x, layers.Flatten(name="flat")(y)))
    lane = {box.name: box.lane for box in found.boxes}
    assert {lane[name] for name in [*long_way, "flat"]} == {0}
    assert {lane[f"short{i}"] for i in range(4)} == {1}
    assert found.lanes == 2


@pytest.mark.parametrize("make", [residual, lambda: _nested()])
def test_no_boxes_overlap_and_no_wire_crosses_a_box(make: Any) -> None:
    found = of(make())
    for i, one in enumerate(found.boxes):
        assert one.x >= 0 and one.x + one.width <= found.width and one.y + one.height <= found.height
        for other in found.boxes[:i]:
            apart = one.x >= other.x + other.width or other.x >= one.x + one.width
            assert apart or one.y >= other.y + other.height or other.y >= one.y + one.height
    for wire in found.wires:
        for (x0, y0), (x1, y1) in zip(wire.points, wire.points[1:], strict=False):
            for box in found.boxes:
                if y0 == y1 and box.y < y0 < box.y + box.height:
                    assert x1 <= box.x or x0 >= box.x + box.width, (wire, box)


def _nested() -> Any:
    keras = import_keras()
    layers = keras.layers
    inner_in = keras.Input((48, 48, 4), name="inner_in")
    inner = keras.Model(inner_in, layers.Add(name="both")([
        layers.Conv2D(4, 3, padding="same", name="left")(inner_in),
        layers.Conv2D(4, 1, name="right")(inner_in),
    ]), name="block")  # fmt: skip
    x = keras.Input((48, 48, 1), name="pixels")
    y = inner(layers.Conv2D(4, 3, padding="same", name="first")(x))
    y = layers.Conv2D(2, 3, name="last")(inner(y))
    return keras.Model(x, layers.Dense(7, activation="softmax", name="out")(layers.Flatten(name="flat")(y)))


def test_nested_models_are_opened_and_branches_stand_beside_one_another() -> None:
    found = of(_nested())
    box = {one.name: one for one in found.boxes}
    assert {"left", "right", "both"} <= set(box) and len([n for n in box if n.startswith(("left", "block/left"))]) == 2
    assert box["left"].rank == box["right"].rank
    assert {box["left"].lane, box["right"].lane} == {0, 1}


def test_boxes_are_as_wide_as_their_channels() -> None:
    widths = [width_of(shape) for shape in ((48, 48, 1), (48, 48, 4), (24, 24, 64), (512,), (9216,))]
    assert widths == sorted(widths) and len(set(widths)) == 5
    assert width_of((24, 24, 64)) - width_of((24, 24, 32)) == width_of((4,)) - width_of((2,))  # a doubling is a step
