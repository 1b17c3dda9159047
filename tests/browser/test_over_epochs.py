"""Epochs as a slider in a real browser: the slider, Play and the address, at desk and phone width."""

from collections.abc import Callable
from typing import Any

import pytest

from fer_core.runs.kept_epochs import keep_epoch
from fer_core.runtime import import_keras
from tests.browser.conftest import settle
from tests.conftest import write_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def grown(start_app: Callable[..., str], tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of an app whose run kept epoch 1 beside its best, 5."""
    folder = write_run(tmp_path_factory.mktemp("grown") / "runs", "tiny")
    tiny_model.save(folder / "model.keras")
    keep_epoch(folder, import_keras().models.clone_model(tiny_model), 1)
    return start_app(runs=folder.parent)


def test_the_slider_and_play_go_through_the_epochs(page: Any, grown: str) -> None:
    page.goto(f"{grown}/")
    settle(page, 120)
    for width, where in ((1440, "filters"), (390, "explain")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{grown}/{where}?view=Over+epochs")
        settle(page, 180)
        when, last = page.locator(".film .when"), page.locator(".film img").last
        when.wait_for()
        assert when.inner_text().startswith("Epoch 1:")
        first = last.get_attribute("src")
        page.locator(".film input").press("ArrowRight")
        assert when.inner_text().startswith("Epoch 5, the best")
        assert last.get_attribute("src") != first
        page.wait_for_url("**at_epoch=5**")
        settle(page, 120)
        page.locator(".film .play").click()
        assert when.inner_text().startswith("Epoch 1:")  # from the start again
        page.locator(".film .when", has_text="Epoch 5").wait_for()
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1]
