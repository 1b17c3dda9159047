"""From the map to a filter, to the pictures and classes that wake it, and back to the map, by pressing alone."""

from typing import Any

import pytest

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def test_from_the_map_to_a_filter_to_its_pictures_and_back(page: Any, address: str) -> None:
    page.set_default_timeout(180_000)
    page.goto(f"{address}/")
    settle(page, 180)
    page.goto(f"{address}/explain?view=Network&layer=conv2&expression=sad")
    settle(page, 180)
    tile = page.locator(".tiles button").nth(1)
    number = tile.get_attribute("data-row")
    tile.click()
    page.wait_for_url(f"**channel={number}**")
    page.get_by_role("link", name=f"Filter {number}:").click()
    page.get_by_role("heading", name=f"Filter {number} of conv2").wait_for()
    assert "expression=sad" in page.url
    page.get_by_text("Which classes activate it").wait_for()
    page.locator(".tiles button").first.wait_for()
    settle(page, 180)
    page.get_by_text("pictures").filter(has_text=" of 350").wait_for(state="detached")
    top = page.locator(".tiles button").nth(2)
    row = top.get_attribute("data-row")
    top.click()
    page.wait_for_url(f"**row={row}**")
    page.get_by_text(f"row {row} of drawn").first.wait_for()
    settle(page, 180)
    page.get_by_role("link", name="What this layer makes of the face").click()
    page.get_by_role("heading", name="Explain").wait_for()
    page.locator('.network button.picked[data-name="conv2"]').wait_for()
    assert f"row={row}" in page.url
