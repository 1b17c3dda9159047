"""The address in a real browser: one visit of a page is one press of Back, with its state."""

import urllib.parse
from typing import Any

import pytest

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def go(page: Any, name: str) -> None:
    """By the navigation, as a visitor would."""
    page.locator(f'[data-testid="stSidebarNavLink"][href$="/{name}"]').click()
    page.wait_for_function("name => location.pathname.endsWith('/' + name)", arg=name)
    settled(page)


def settled(page: Any) -> None:
    settle(page, 180)
    page.wait_for_timeout(300)  # a last message of the address may follow the run's end
    settle(page, 180)


def at(page: Any) -> tuple[str, dict[str, list[str]]]:
    """The page that is open and the parameters of its address."""
    parts = urllib.parse.urlsplit(page.url)
    return parts.path.strip("/"), urllib.parse.parse_qs(parts.query)


def back(page: Any) -> tuple[str, dict[str, list[str]]]:
    page.evaluate("history.back()")
    page.wait_for_timeout(400)
    settled(page)
    return at(page)


def test_one_press_of_back_returns(server: str, page: Any) -> None:
    page.goto(f"{server}/predict?way=Snapshot")
    settled(page)
    go(page, "playground")
    page.get_by_text("surprise", exact=True).first.click()
    settled(page)
    page.get_by_text("sad", exact=True).first.click()
    page.wait_for_url("**face=**", timeout=120_000)  # on a busy machine the run begins after a while
    settled(page)
    assert back(page) == ("predict", {"way": ["Snapshot"]})
    assert page.get_by_text("One picture from the camera").count() >= 1


def test_back_goes_through_the_pages_with_their_own_state(server: str, page: Any) -> None:
    page.goto(f"{server}/confusion?run=fast&view=Per+class")
    settled(page)
    go(page, "filters")
    assert at(page)[1]["run"] == ["fast"]  # from a link, too
    assert "view" not in at(page)[1] or at(page)[1]["view"] == ["Activations"]
    page.get_by_text("One filter", exact=True).click()
    settled(page)
    go(page, "explain")
    assert at(page)[1] == {"run": ["fast"]}
    page.get_by_text("Classes", exact=True).click()
    settled(page)
    name, query = back(page)
    assert name == "filters" and query["view"] == ["One filter"]
    assert back(page) == ("confusion", {"run": ["fast"], "view": ["Per class"]})
    page.get_by_text("One class against the rest").wait_for()


def test_what_is_in_view_comes_again_after_a_reload(server: str, page: Any) -> None:
    page.goto(server)
    settled(page)
    page.get_by_text("fear", exact=True).first.click()
    settled(page)
    page.get_by_role("button", name="Another person").click()
    settled(page)
    faces = page.locator('[data-testid="stImage"] img').first
    before = faces.evaluate("one => one.src.length")
    assert at(page)[1] == {"expression": ["fear"], "person": ["5"]}
    page.reload()
    settled(page)
    assert faces.evaluate("one => one.src.length") == before
    go(page, "playground")
    page.get_by_text("surprise", exact=True).first.click()
    settled(page)
    page.get_by_text("See where the network looks").click()
    page.wait_for_url("**/explain*")
    settled(page)
    assert page.get_by_text("the face from the Playground").count() >= 1
    page.reload()
    settled(page)
    assert page.get_by_text("the face from the Playground").count() >= 1


@pytest.mark.parametrize(
    "address",
    [
        "runs?smooth=1e308",
        "runs?smooth=nan",
        "runs?view=Calibration&bins=99",
        "runs?view=Flips&shown=-3",
        "runs?folder=~nosuchuser",
        "runs?folder=" + "x" * 5000,
        "confusion?band=90-10&page=0&row=-1",
        "filters?view=Wishes",
    ],
)
def test_no_address_ends_in_a_traceback(server: str, page: Any, address: str) -> None:
    page.goto(f"{server}/{address}")
    settled(page)
    assert page.locator('[data-testid="stException"]').count() == 0
