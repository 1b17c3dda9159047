"""The network's map in a real browser: layers are pressed, on a desk and on a phone."""

from typing import Any

import pytest

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def test_a_press_chooses_the_layer_at_both_widths(page: Any, address: str) -> None:
    page.goto(f"{address}/")
    settle(page)
    for width, layer in ((1440, "conv2"), (390, "pool1")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/filters")
        settle(page, 120)
        box = page.locator(f'.network button[data-name="{layer}"]')
        box.click()
        page.wait_for_url(f"**layer={layer}**")
        settle(page, 120)
        assert page.locator(".network button.picked").get_attribute("data-name") == layer
        assert page.locator(".network button").count() == 8
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1]
    page.locator(".network button.picked").press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**layer=conv2**")
    settle(page, 120)


def test_on_explain_a_layer_opens_and_leads_to_its_map(page: Any, address: str) -> None:
    page.goto(f"{address}/")
    settle(page)
    page.goto(f"{address}/explain?view=Network")
    settle(page, 120)
    page.locator('.network button[data-name="conv1"]').click()
    page.get_by_text("conv1, 48 × 48 × 4").wait_for()
    settle(page, 120)
    page.get_by_role("button", name="Grad-CAM at this layer").click()
    page.wait_for_url("**method=grad_cam**")
    settle(page, 120)
    assert "layer" in page.url and "conv1" in page.url
