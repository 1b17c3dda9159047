"""The language of a visit in a real browser: it stays through pages, reload and Back, and the live camera speaks it."""

import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import watched_page
from tests.browser.test_address import back, go, settled

pytestmark = pytest.mark.browser


def lang(page: Any) -> str | None:
    found = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query).get("lang")
    return found[0] if found else None


def title(page: Any) -> str:
    return page.locator("h1").inner_text()


def test_the_switch_holds_through_pages_reload_and_back(server: str, page: Any) -> None:
    page.goto(f"{server}/glossary")
    settled(page)
    assert (title(page), lang(page)) == ("Glossary", None)
    page.get_by_text("繁體中文", exact=True).click()
    page.get_by_role("heading", name="詞彙表").wait_for()
    settled(page)
    assert lang(page) == "zh-TW" and page.evaluate("document.documentElement.lang") == "zh-TW"
    go(page, "playground")
    assert (title(page), lang(page)) == ("遊樂場", "zh-TW")
    page.reload()
    settled(page)
    assert (title(page), lang(page)) == ("遊樂場", "zh-TW")
    assert back(page)[1] == {"lang": ["zh-TW"]} and title(page) == "詞彙表"
    page.get_by_text("English", exact=True).click()
    page.get_by_role("heading", name="Glossary").wait_for()
    settled(page)
    assert lang(page) is None and page.evaluate("document.documentElement.lang") == "en"


def test_a_link_keeps_the_language(server: str, page: Any) -> None:
    page.goto(f"{server}/?lang=zh-TW")
    settled(page)
    page.get_by_text("開始第一課", exact=True).click()
    page.wait_for_function("() => location.pathname.endsWith('/lessons')")
    settled(page)
    assert lang(page) == "zh-TW" and title(page) == "神經網路看到了什麼？"


@pytest.fixture
def camera_page(with_camera: Any) -> Iterator[Any]:
    yield from watched_page(with_camera, 1366, 900)


def test_the_live_camera_changes_its_language_while_it_runs(server: str, camera_page: Any) -> None:
    page = camera_page
    page.goto(f"{server}/predict?way=Live+camera&lang=zh-TW")
    page.get_by_role("button", name="開啟鏡頭").click(timeout=60_000)
    live = page.locator(".live[data-faces='2']")
    live.wait_for(timeout=60_000)
    session = live.get_attribute("data-session")
    assert "1 號臉" in live.inner_text() and "高興" in live.inner_text() and "2 張臉" in live.inner_text()
    page.get_by_text("English", exact=True).click()
    page.locator(".live button", has_text="Full screen").wait_for(timeout=60_000)
    page.locator(".live .card .class", has_text="happy").first.wait_for(timeout=60_000)
    assert "高興" not in live.inner_text()
    assert live.get_attribute("data-session") == session, "the camera ran on"
