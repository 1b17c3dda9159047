"""The report's pictures of filters: how many steps they are grown for, and when the kept ones do."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fer_core import features
from fer_core.reports import inside_answers
from fer_core.reports.answer import ReportSection
from fer_core.reports.inside_answers import ASCENTS, KEPT_STEPS

WORDS = {
    "outputs": "{count} outputs of {layer}",
    "drawn": "drawn",
    "grown": "{steps} steps",
    "woke": "{awake} of {count}",
}


class Ascent:
    """In the place of gradient ascent: counts its steps, and finds every third filter awake."""

    def __init__(self, model: Any, objectives: list[Any]) -> None:
        self.count, self.steps = len(objectives), 0

    def step(self, many: int) -> None:
        assert 0 < many <= ASCENTS
        self.steps += many

    def images(self) -> np.ndarray:
        return np.zeros((self.count, 8, 8))

    def awake(self) -> np.ndarray:
        return np.arange(self.count) % 3 == 0


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The texts of a layer of nine filters, for so many steps and these kept pictures."""
    monkeypatch.setattr(features, "Ascent", Ascent)
    monkeypatch.setattr(features, "activations", lambda model, name, pixels: np.ones((1, 6, 6, 9), np.float32))

    def of(steps: int | None, kept: Any = None) -> list[str]:
        material: Any = SimpleNamespace(
            words=WORDS, model=None, drawn=False, steps=steps, chosen=[1], pixels=np.zeros((3, 48, 48), np.uint8)
        )
        section = ReportSection("title")
        info = SimpleNamespace(name="conv1", filters=9)
        inside_answers._layer(material, section, info, kept or {}, lambda share: None)
        return [part["text"] for part in section.parts]

    return of


def test_asked_for_steps_are_taken_and_otherwise_sixty(grown: Any) -> None:
    assert grown(25) == ["9 outputs of conv1", "25 steps", "3 of 9"]
    assert grown(None)[1] == "60 steps"


def test_kept_pictures_stand_in_where_there_are_enough_of_them(grown: Any) -> None:
    many = SimpleNamespace(filters=range(12), pictures=np.zeros((12, 8, 8), np.uint8), awake=np.arange(12) < 5)
    few = SimpleNamespace(filters=range(8), pictures=np.zeros((8, 8, 8), np.uint8), awake=np.ones(8, bool))
    assert grown(None, {"conv1": many})[1:] == [f"{KEPT_STEPS} steps", "5 of 9"]
    assert grown(None, {"conv1": few})[1] == "60 steps"
    assert grown(None, {"conv2": many})[1] == "60 steps"


def test_a_picture_is_named_by_its_row_and_its_label_where_it_has_one() -> None:
    material: Any = SimpleNamespace(rows=[700, 8, 35], labels=[3, -1, 0], chosen=[2, 1, 0])
    assert inside_answers._captions(material) == ["35 angry", "8", "700 happy"]
