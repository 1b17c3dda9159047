"""The arithmetic of a block at one place, against numbers worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest

from fer_core.inside.step_arithmetic import ArithmeticStep, Block, Operation, as_places, patch_of, plain

IMAGE = np.arange(24, dtype=np.float32).reshape(3, 4, 2)  # row, column, channel: 8 r + 2 c + k


def block(operation: Operation, *steps: ArithmeticStep, units: int = 2) -> Block:
    return Block(operation, steps, np.arange(units), np.zeros((2, 2, units), np.float32))


def operation(kind: str = "sum", **more: Any) -> Operation:
    kernel = np.zeros((2, 2, 2, 2), np.float32)
    kernel[0, 0, 0], kernel[1, 1, 1], kernel[0, 1, 0] = (1, 10), (2, 20), (0, 100)
    return Operation(kind, "conv", "Conv2D", (IMAGE,), **{"kernel": kernel, **more})


def test_a_sum_is_its_products_and_its_bias() -> None:
    made = block(operation(bias=np.array([0.5, -1], np.float32)))
    place = made.at(1, 1, 2)  # rows 1 and 2, columns 2 and 3
    assert place.patch is not None and place.products is not None
    np.testing.assert_array_equal(place.patch[..., 0], [[12, 14], [20, 22]])
    assert place.total == 10 * 12 + 20 * 23 + 100 * 14 and place.bias == -1 and place.result == place.total - 1
    np.testing.assert_array_equal(place.by_channel(), [10 * 12 + 100 * 14, 20 * 23])
    assert made.at(0, 0, 0).result == 0 + 2 * 11 + 0.5
    assert block(operation()).at(0, 0, 0).bias == 0


def test_a_window_beyond_the_border_counts_nothing_there() -> None:
    at_corner = operation(start=(-1, -1), strides=(2, 1), dilation=(1, 2))
    patch = patch_of(at_corner, 0, 0, 0)
    assert np.isnan(patch[0]).all() and np.isnan(patch[1, 0]).all()
    np.testing.assert_array_equal(patch[1, 1], IMAGE[0, 1])
    np.testing.assert_array_equal(patch_of(at_corner, 0, 1, 1)[1, 1], IMAGE[2, 2])  # 2 * 1 - 1 + 1, 1 - 1 + 2
    assert block(at_corner).at(1, 0, 0).total == 20 * 3


@pytest.mark.parametrize(("kind", "value"), [("max", 23), ("average", (21 + 23) / 2)])
def test_a_pool_takes_its_own_channel_and_what_is_inside(kind: str, value: float) -> None:
    pool = operation(kind, kernel=np.ones((2, 2, 1, 2), np.float32), own=True, strides=(2, 2))
    assert block(pool).at(1, 1, 1).total == value  # row 2 alone: the window ends below the picture
    assert block(pool).at(0, 0, 0).total == {"max": 10, "average": 5}[kind]


def test_merges_take_one_number_of_each_input() -> None:
    gate = np.array([[[2.0, 3.0]]], np.float32)
    for kind, value in (("add", 15 + 3), ("multiply", 15 * 3)):
        place = block(Operation(kind, "merge", "Add", (IMAGE, gate))).at(1, 1, 3)
        assert place.total == value and list(place.patch) == [15, 3]  # type: ignore[arg-type]
    given = block(Operation("given", "x", "Lambda", (IMAGE,))).at(0, 2, 1)
    assert given.total == 18 and given.patch is None and given.products is None


def test_steps_follow_each_other() -> None:
    norm = {
        "mean": [3.0, 1.0],
        "variance": [4.0, 8.0],
        "epsilon": [0.0, 1.0],
        "gamma": [5.0, 6.0],
        "beta": [0.25, -7.0],
    }
    steps = (
        ArithmeticStep("normalise", "n", "BatchNormalization", {key: np.array(value) for key, value in norm.items()}),
        ArithmeticStep("rescale", "r", "Rescaling", {"scale": np.array([2.0]), "offset": np.array([-1.0])}),
        ArithmeticStep("same", "d", "Dropout"),
        ArithmeticStep("function", "f", "Activation", {}, "tanh"),
        ArithmeticStep("given", "g", "Lambda", output=np.full((2, 2, 2), 0.75, np.float32)),
    )
    place = block(operation("given"), *steps).at(1, 0, 1)  # 3
    normalised = (3 - 1) / 3 * 6 - 7
    expected = [normalised, 2 * normalised - 1, 2 * normalised - 1, math.tanh(2 * normalised - 1), 0.75]
    assert [value for _, value in place.values] == pytest.approx(expected) and place.result == 0.75


def test_a_softmax_is_taken_over_all_classes_with_the_value_in_its_place() -> None:
    logits = np.zeros((1, 1, 4))
    logits[0, 0] = (1, 9, 0, 3)
    step = ArithmeticStep("softmax", "p", "Softmax", logits=logits, which=np.array([3, 1]))
    made = Block(
        Operation("given", "x", "Dense", (np.array([[[5.0, 2.0]]]),)), (step,), np.array([3, 1]), np.zeros((1, 1, 2))
    )
    others = math.e + 1
    assert made.at(0, 0, 0).result == pytest.approx(math.exp(5) / (others + math.exp(9) + math.exp(5)))
    assert made.at(1, 0, 0).result == pytest.approx(math.exp(2) / (others + math.exp(2) + math.exp(3)))
    np.testing.assert_allclose(made.computed()[0, 0], [made.at(unit, 0, 0).result for unit in (0, 1)])


def test_rows_have_one_place_and_settings_are_pairs() -> None:
    assert as_places(np.arange(6).reshape(1, 6)).shape == (1, 1, 6) and as_places(IMAGE) is IMAGE
    assert plain(3) == (3, 3) and plain([2, 1]) == (2, 1)
