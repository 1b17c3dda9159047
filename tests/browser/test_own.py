"""Our own faces in a real Chromium: two classes from the camera, taught, and answered live."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import settle, watched_page
from tests.browser.test_live import SLOW_CAMERA, on_air, until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(with_camera: Any) -> Iterator[Any]:
    yield from watched_page(with_camera, 1366, 1600)


def test_a_class_is_taught_from_the_camera_and_answers_live(page: Any, address: str) -> None:
    page.set_default_timeout(120_000)
    page.goto(f"{address}/own")
    settle(page)
    for name in ("thumb", "tongue out"):
        page.get_by_label("A new class").fill(name)
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_text(f"{name}: 0 of 40").wait_for()
        settle(page)
        if name == "thumb":
            page.get_by_role("button", name="Start camera").click()
        page.get_by_role("button", name=f"Take 10 pictures for “{name}”").click()
        page.get_by_text(f"{name}: 10 of 40").wait_for()
        settle(page)
    page.get_by_role("button", name="Teach it").click()
    page.get_by_text("It tells your 2 classes apart").wait_for()
    page.get_by_text("This looks too good").wait_for()
    settle(page)
    page.get_by_role("button", name="Start camera").last.click()
    page.get_by_text("It says").first.wait_for()
    page.get_by_role("button", name="thumb").last.click()
    page.get_by_text("Neighbours: right in").wait_for()


def test_the_camera_goes_off_with_the_page(page: Any, address: str) -> None:
    page.add_init_script(SLOW_CAMERA)
    page.goto(f"{address}/own")
    settle(page)
    page.get_by_label("A new class").fill("thumb")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Start camera").click()
    page.get_by_text("Camera on").wait_for()
    assert on_air(page) == 1
    page.get_by_role("link", name="Glossary").first.click()
    until(page, lambda: on_air(page) == 0)
