"""Settings of saliency methods: declared once, checked at their ends, and what a map's colours mean."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.saliency.base import Method, create
from fer_core.saliency.parameters import choice, number, parameters_of, text


@dataclass(frozen=True)
class Made(Method):
    """A first line.

    More."""

    name: ClassVar[str] = "made"
    label: ClassVar[str] = "Made"
    steps: int = number(8, "Steps", 2, 64, 2)
    noise: float = number(0.5, "Noise", 0.0, 1.0, 0.1, help="How much.")
    start: str = choice("gray", "Start", ("gray", "black"))
    layer: str = text("", "Layer")


def test_settings_stand_in_their_order_with_their_words() -> None:
    steps, noise, start, layer = parameters_of(Made)
    assert (steps.name, steps.default, steps.low, steps.high, steps.step) == ("steps", 8, 2, 64, 2)
    assert (noise.name, noise.help, noise.default) == ("noise", "How much.", 0.5)
    assert (start.choices, start.default, layer.low, layer.choices) == (("gray", "black"), "gray", None, None)
    assert Made.summary() == "A first line." and Made.text().endswith("More.")


@pytest.mark.parametrize(
    "given", [{"steps": 2}, {"steps": 64}, {"noise": 0}, {"noise": 1.0}, {"start": "black"}, {"layer": "x"}]
)
def test_the_ends_are_allowed(given: dict[str, Any]) -> None:
    made = create(Made, given)
    (name,) = given
    assert getattr(made, name) == given[name]


@pytest.mark.parametrize(
    "given, says",
    [
        ({"steps": 1}, "made: steps must be a whole number from 2 to 64, not 1."),
        ({"steps": 65}, "a whole number from 2 to 64, not 65"),
        ({"steps": 3.5}, "a whole number from 2 to 64, not 3.5"),
        ({"steps": True}, "a whole number from 2 to 64, not True"),
        ({"noise": 1.01}, "made: noise must be a number from 0 to 1, not 1.01."),
        ({"noise": "0.5"}, "a number from 0 to 1, not '0.5'"),
        ({"start": "white"}, "made: start must be one of gray, black, not 'white'."),
        ({"stops": 3}, "made has no setting 'stops'; it has steps, noise, start, layer."),
    ],
)
def test_what_is_outside_is_one_sentence(given: dict[str, Any], says: str) -> None:
    with pytest.raises(FerError) as problem:
        create(Made, given)
    assert says in str(problem.value)


def test_colours_and_importance_go_by_what_a_value_means() -> None:
    @dataclass(frozen=True)
    class Slope(Made):
        is_slope: ClassVar[bool] = True

    @dataclass(frozen=True)
    class Unsigned(Made):
        signed: ClassVar[bool] = False

    maps = np.array([[-2.0, 1.0]])
    assert Slope.importance(maps).tolist() == [[2, 1]] and Made.importance(maps).tolist() == [[-2, 1]]
    assert "gets darker" in Slope.how_to_read() and "blue against" in Made.how_to_read()
    assert "no against" in Unsigned.how_to_read() and Made().passes() == (1, 1)
    assert Made().promised(None, maps, maps) is None
