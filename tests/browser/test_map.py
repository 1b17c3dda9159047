"""The map of pictures in a real browser: a lasso leads to them, and stays when one is opened."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fer_core.data import load
from tests.browser.conftest import settle
from tests.conftest import tiny_faces, write_run

pytestmark = pytest.mark.browser


def test_a_lasso_leads_to_its_pictures_and_stays_when_one_is_opened(
    start_app: Callable[..., str], page: Any, tiny_model: Any, tmp_path: Any
) -> None:
    tiny = tiny_faces(per_class=12)
    data = tmp_path / "tiny.npz"
    np.savez(data, pixels=tiny.pixels, emotion=tiny.labels, usage=tiny.split)
    tiny_model.save(write_run(tmp_path / "runs", "one", load(data)) / "model.keras")
    page.set_default_timeout(240_000)
    page.goto(f"{start_app(runs=tmp_path / 'runs', data=data)}/confusion?run=one&split=private&view=Map")
    settle(page, 300)
    page.get_by_text("No point is chosen").wait_for()
    plot = page.locator(".points canvas").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    left, top, right, bottom = box["x"] + 4, box["y"] + 4, box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 2)):  # around all of them
        page.mouse.move(x, y, steps=5)
    page.mouse.up()
    count = int((tiny.split == 2).sum())
    page.get_by_text(f"{count} pictures: inside the lasso").wait_for()
    settle(page, 120)
    page.locator(".tiles button").nth(2).click()
    page.locator(".tiles button.picked").wait_for()
    settle(page, 120)
    assert page.get_by_text(f"{count} pictures: inside the lasso").count() == 1
    assert "row=" in page.url
