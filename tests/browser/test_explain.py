"""The trust panel in a real Chromium: it grows, can be stopped, and ends."""

from typing import Any

import pytest

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def test_the_panel_measures_and_the_grids_fit_a_phone(page: Any, address: str) -> None:
    page.goto(f"{address}/")  # a fresh server learns its pages here
    settle(page)
    page.goto(f"{address}/explain?view=Trust&method=guided")
    settle(page, 120)
    page.get_by_role("button", name="Can I trust this map?").click()
    page.get_by_text("The prettiest maps can ignore the network").wait_for(timeout=120_000)
    settle(page, 120)
    assert page.get_by_role("button", name="Stop").count() == 0
    page.locator(".js-plotly-plot").nth(2).wait_for()

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/explain?view=Classes&method=grad_cam")
    settle(page, 120)
    pictures = page.locator(".fer-maps img")
    assert pictures.count() == 2 + 7
    assert pictures.evaluate_all("all => all.every(one => one.complete && one.naturalWidth === 48)")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]


def test_a_press_on_stop_ends_the_measuring(page: Any, address: str) -> None:
    page.goto(f"{address}/")
    settle(page)
    page.goto(f"{address}/explain?view=Trust&method=rise")
    settle(page, 120)
    page.get_by_role("button", name="Can I trust this map?").click()
    stop = page.get_by_role("button", name="Stop")
    stop.wait_for(timeout=120_000)
    stop.click()
    page.get_by_text("Stopped before").wait_for(timeout=120_000)
    settle(page, 120)
    assert stop.count() == 0
