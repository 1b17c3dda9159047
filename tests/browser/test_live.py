"""The live camera in a real Chromium: nothing but Stop ends it, silence is said, what it gives can be taken along."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import SERVERS, watch
from tests.browser.test_predict import two_runs, until, visit, with_camera  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(start_app: Callable[..., str], tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return start_app(runs=two_runs(tmp_path_factory.mktemp("live") / "runs", tiny_model))


@pytest.fixture
def page(with_camera: Any) -> Iterator[Any]:  # noqa: F811
    """The Predict page's live camera, not started."""
    context = with_camera.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
    made = context.new_page()
    errors = watch(made)
    yield made
    context.close()
    assert errors == []


def started(page: Any, app: str) -> Any:
    """The camera's root element, once it is on and has been answered."""
    visit(page, app, "Live camera")
    page.get_by_role("button", name="I have read this").click()
    page.get_by_role("button", name="Start camera").click()
    page.locator(".live[data-faces='2']").wait_for()
    return page.locator(".live")


def told(live: Any, name: str) -> str:
    return live.get_attribute(f"data-{name}")


def goes_on(page: Any, live: Any, session: str) -> bool:
    """Whether more frames are answered, in the same session."""
    before = int(told(live, "taken"))
    until(page, lambda: int(told(live, "taken")) > before + 2)
    return told(live, "session") == session


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_the_whole_picture_is_within_the_first_screen(page: Any, app: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    started(page, app)
    page.wait_for_timeout(500)
    box = page.locator(".live .stage").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]
    assert box["width"] > min(480, 0.85 * size[0])
    assert page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth <= m.clientWidth; }"
    )


def test_no_setting_stops_the_camera(page: Any, app: str) -> None:
    live = started(page, app)
    session = told(live, "session")
    node = page.locator(".live canvas.over").element_handle()
    below = page.locator(".st-key-predict_below")
    page.get_by_role("button", name="More settings").click()
    count = 0

    def check(what: str) -> None:
        nonlocal count
        count += 1
        assert goes_on(page, live, session), what
        assert node.evaluate("node => node.isConnected"), what

    for _ in range(3):
        toggles = page.locator("[data-testid=stCheckbox] label")
        for i in range(toggles.count()):
            name = toggles.nth(i).inner_text()
            toggles.nth(i).click()
            check(name)
    sliders = below.locator("[role=slider]")
    for i in range(sliders.count()):
        for press in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
            sliders.nth(i).press(press)
            check(f"slider {i}")
    for label in ("Run", "Runs beside it", "Method"):
        box = page.get_by_role("combobox", name=re.compile(label)).first
        if box.count() == 0:
            continue
        box.click()
        page.locator("[role=option]").last.click()
        page.keyboard.press("Escape")
        check(label)
    page.locator(".live [data-role=resolution]").select_option("0")
    check("resolution")
    page.locator(".live .name").first.fill("Ann")
    check("name")
    page.get_by_role("button", name="What this must not be used for").click()
    check("notes")
    assert count >= 20
    page.get_by_role("button", name="Stop", exact=True).click()
    assert page.locator(".live .status").inner_text() == "Camera off"


def test_a_server_that_is_held_still_is_said_and_recovers(page: Any, app: str) -> None:
    live = started(page, app)
    session = told(live, "session")
    status = page.locator(".live .status")
    server = SERVERS[app]
    os.kill(server, signal.SIGSTOP)
    try:
        until(page, lambda: "No answer from the server for" in status.inner_text(), seconds=20)
        page.wait_for_timeout(4000)
        assert re.search(r"for [4-9] s", status.inner_text())
        assert page.locator(".live.late").count() == 1
    finally:
        os.kill(server, signal.SIGCONT)
    until(page, lambda: "The server answers again" in status.inner_text())
    until(page, lambda: re.fullmatch(r"[\d.]+ frames/s · delay \d+ ms · 2 faces", status.inner_text()))
    assert goes_on(page, live, session)


def test_a_hidden_tab_sends_nothing(page: Any, app: str) -> None:
    live = started(page, app)
    hide(page, True)
    page.wait_for_timeout(700)
    sent = told(live, "sent")
    page.wait_for_timeout(1200)
    assert told(live, "sent") == sent
    assert "hidden" in page.locator(".live .status").inner_text()
    hide(page, False)
    assert goes_on(page, live, told(live, "session"))


def hide(page: Any, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )
