"""A layer's arithmetic in a real browser: equal to the network's at every place, by pointer and by keys."""

from typing import Any

import numpy as np
import pytest

from fer_core.inside import block_of
from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def face() -> np.ndarray:
    from fer_core.data.drawn.dataset import EXPRESSIONS
    from pages.ui.drawing import drawing, units_text

    return drawing({"face": units_text(EXPRESSIONS["happy"]), "person": 0}).pixels()


def shown(page: Any) -> tuple[str, float]:
    words = page.locator(".stepper figcaption").last.inner_text()
    where, value = words.rsplit(": ", 1)
    return where, float(value.replace("−", "-"))


def test_every_place_is_the_networks_own_at_both_widths(page: Any, address: str, tiny_model: Any) -> None:
    page.goto(f"{address}/")
    settle(page)
    for width, layer in ((1440, "rescale"), (1440, "conv1"), (390, "pool1"), (390, "conv2"), (1440, "probabilities")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/filters?view=Step+by+step&layer={layer}&filter=0")
        settle(page, 120)
        note = page.locator(".stepper .note")
        note.wait_for()
        block = block_of(tiny_model, layer, face(), 0)
        assert float(note.get_attribute("data-worst")) < 1e-4 * max(1.0, np.abs(block.output).max())
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1]


def test_pointer_and_keys_step_over_the_output(page: Any, address: str, tiny_model: Any) -> None:
    page.goto(f"{address}/filters?view=Step+by+step&layer=conv2&filter=4")
    settle(page, 120)
    block = block_of(tiny_model, "conv2", face(), 4)
    frame = page.locator(".stepper .asked")
    box = frame.bounding_box()
    frame.hover(position={"x": box["width"] * 3.5 / 12, "y": box["height"] * 7.5 / 12})
    page.get_by_text("row 7, column 3 of 12 × 12").first.wait_for()
    assert shown(page)[1] == pytest.approx(block.at(0, 7, 3).result, rel=1e-3)
    frame.press("ArrowUp")
    frame.press("ArrowRight")
    page.get_by_text("row 6, column 4 of 12 × 12").first.wait_for()
    place = block.at(0, 6, 4)
    assert shown(page)[1] == pytest.approx(place.result, rel=1e-3)
    strongest = int(np.abs(place.by_channel()).argmax())
    assert page.locator(".stepper .channel b").first.inner_text().startswith(f"channel {strongest}: ")
    assert page.locator(".stepper .channel").count() == 4  # of the four channels that it reads
