"""One walk through all pages of the app as it is shipped, at desk and phone width, in light and dark."""

import pytest

from pages.ui import listing
from tests.browser.access import barriers
from tests.browser.conftest import settle, watch

PAGES = [entry.name for entry in listing.PAGES]


def address(server: str, name: str) -> str:
    return f"{server}/{listing.by_name(name).path}"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_without_an_error(server: str, page, name: str) -> None:
    page.goto(address(server, name))
    settle(page)
    assert page.locator("h1").first.inner_text()
    assert page.locator('[data-testid="stException"]').count() == 0
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_no_page_scrolls_sideways_and_nothing_bars_the_way(server: str, browser, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    errors = watch(page)
    for name in PAGES:
        page.goto(address(server, name))
        settle(page)
        overflow = page.evaluate(
            """() => {
                const main = document.querySelector('[data-testid="stMain"]');
                const whole = document.documentElement.scrollWidth - window.innerWidth;
                return Math.max(whole, main.scrollWidth - main.clientWidth);
            }"""
        )
        assert overflow <= 1, f"{name} is {overflow} pixels too wide"
        assert barriers(page) == [], name
    context.close()
    assert errors == []


def test_the_navigation_leads_to_every_page(server: str, page) -> None:
    page.goto(server)
    settle(page)
    links = page.locator('[data-testid="stSidebarNavLink"]')
    shown = [link.inner_text().split("\n")[-1].strip() for link in links.all() if link.is_visible()]
    assert shown == [entry.title for entry in listing.PAGES], "all pages stand in the navigation at once"
    titles = {"runs": "Runs", "confusion": "Confusion", "predict": "Predict", "filters": "Filters"}
    for name, title in titles.items():
        page.locator(f'[data-testid="stSidebarNavLink"][href$="/{name}"]').click()
        page.wait_for_url(f"**/{name}*")
        settle(page)
        assert page.locator("h1").first.inner_text(), title
