"""The live camera in a real Chromium: nothing but Stop ends it, silence is said, what it gives can be taken along."""

import base64
import csv
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core import pictures
from fer_core.reading import video
from tests.browser.conftest import SERVERS, watched_page
from tests.browser.test_predict import two_runs, until, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(start_app: Callable[..., str], tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return start_app(runs=two_runs(tmp_path_factory.mktemp("live") / "runs", tiny_model))


@pytest.fixture
def page(with_camera: Any) -> Iterator[Any]:
    """The Predict page's live camera, not started."""
    yield from watched_page(with_camera, 1366, 768)


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
    page.set_viewport_size({"width": 1366, "height": 1500})
    live = started(page, app)
    session = told(live, "session")
    node = page.locator(".live canvas.over").element_handle()
    below = page.locator(".st-key-predict_below")
    below.get_by_text("More settings").click()
    below.get_by_text("Turn tilted faces upright").wait_for()
    changed: list[str] = []

    def check(what: str) -> None:
        changed.append(what)
        assert goes_on(page, live, session), what
        until(page, lambda: node.evaluate("node => node.isConnected"))  # it may be moving to another place right now

    for _ in range(2):
        for name in toggles(below):
            below.locator("[data-testid=stCheckbox]", has_text=name).locator("label").first.click()
            check(name)
    sliders = below.get_by_role("slider")
    for i in range(sliders.count()):
        for press in ("ArrowLeft", "ArrowRight", "ArrowLeft"):
            sliders.nth(i).press(press)
            check(f"slider {i}, {press}")
    for label in ("Run", "Runs beside it"):
        box = below.locator(f"input[aria-label^='{label}']").first
        for press in ("ArrowDown", "ArrowUp"):
            box.click()
            box.press(press)
            box.press("Enter")
            box.press("Escape")
            check(f"{label}, {press}")
    for size in ("0", "2", "1"):
        page.locator(".live [data-role=resolution]").select_option(size)
        check(f"resolution {size}")
    page.locator(".live .name").first.fill("Ann")
    check("a name")
    page.locator(".live .colour").first.fill("#00ff00")
    check("a colour")
    page.get_by_role("button", name="What this must not be used for").click()
    check("the notes")
    page.keyboard.press("Escape")
    assert len(changed) >= 32, changed
    page.get_by_role("button", name="Stop", exact=True).click()
    assert page.locator(".live .status").inner_text() == "Camera off"


def test_a_map_switched_on_beside_the_running_camera_comes(page: Any, app: str) -> None:
    page.set_viewport_size({"width": 1366, "height": 1500})
    live = started(page, app)
    page.locator(".st-key-predict_below").get_by_text("Show where it looks").click()
    page.locator(".st-key-predict_below").get_by_text("Method", exact=True).wait_for()
    until(page, lambda: told(live, "maps") == told(live, "faces") != "0", seconds=60)


def toggles(below: Any) -> list[str]:
    return [text.strip() for text in below.locator("[data-testid=stCheckbox]").all_inner_texts()]


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
def test_full_screen_shows_the_picture_big_bars_and_takes_keys(page: Any, app: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    live = started(page, app)
    page.get_by_role("button", name="Full screen").click()
    page.locator(".live.staged").wait_for()
    page.wait_for_timeout(500)
    width, height = page.evaluate("() => [window.innerWidth, window.innerHeight]")
    whole = live.bounding_box()
    assert (whole["x"], whole["y"], whole["width"], whole["height"]) == (0, 0, width, height)
    picture = page.locator(".live .stage").bounding_box()
    assert picture["width"] > 0.9 * width if height > width else picture["height"] > 0.7 * height
    for card in page.locator(".live .card").all():
        box = card.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    assert float(page.locator(".live .line").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 14
    assert not page.get_by_role("button", name="Session csv").is_visible()
    assert "S snapshot" in page.locator(".live .help").inner_text()
    left_before = live.evaluate("e => e.querySelector('video').classList.contains('mirror')")
    page.keyboard.press("m")
    until(page, lambda: live.evaluate("e => e.querySelector('video').classList.contains('mirror')") != left_before)
    page.keyboard.press("s")
    page.get_by_text("Snapshot", exact=True).nth(1).wait_for(state="attached")
    page.keyboard.press("q")
    until(page, lambda: page.locator(".live.staged").count() == 0)
    assert goes_on(page, live, told(live, "session"))
    mirror = page.locator("[data-testid=stCheckbox]", has_text=re.compile("^Mirror$")).locator("input")
    until(page, lambda: mirror.is_checked() != left_before)


SLOW_CAMERA = """
    const devices = navigator.mediaDevices, open = devices.getUserMedia.bind(devices);
    window.opened = [];
    devices.getUserMedia = async (wanted) => {
        await new Promise((go) => setTimeout(go, 700));
        const stream = await open(wanted);
        window.opened.push(...stream.getTracks());
        return stream;
    };
"""


def on_air(page: Any) -> int:
    return page.evaluate("window.opened.filter((track) => track.readyState === 'live').length")


def test_a_camera_that_opens_slowly_is_opened_once_and_stop_means_off(page: Any, app: str) -> None:
    page.add_init_script(SLOW_CAMERA)
    live = started(page, app)
    session = told(live, "session")
    box = page.locator(".live [data-role=resolution]")
    for size in ("0", "2", "1"):  # faster than it opens
        box.select_option(size)
    assert goes_on(page, live, session)
    until(page, lambda: page.evaluate("window.opened.length") == 4)
    assert on_air(page) == 1
    box.select_option("0")
    page.get_by_role("button", name="Stop", exact=True).click()
    until(page, lambda: page.evaluate("window.opened.length") == 5)
    until(page, lambda: on_air(page) == 0)
    assert page.locator(".live .status").inner_text() == "Camera off"


def test_a_recording_plays_and_the_rest_can_be_taken_along(page: Any, app: str, tmp_path: Path) -> None:
    started(page, app)
    page.locator(".live .name").first.fill("=Ann")
    page.get_by_role("button", name="Record", exact=True).click()
    # By the recorder's own clock: a busy machine draws its first pictures late.
    stop = page.get_by_role("button", name=re.compile(r"Stop recording \(([4-9]|\d\d+) s\)"))
    stop.wait_for()
    film = taken(page, stop).read_bytes()
    with video.Video(film, "live_recording.webm") as clip:
        frames = list(clip.frames())
    assert len(frames) > 3 and frames[0][2].shape == (720, 1280, 3)
    assert frames[-1][1] > 1  # seconds
    assert not np.array_equal(frames[0][2], frames[-1][2])
    assert plays(page, film) == 1280
    shot = pictures.decode(taken(page, page.get_by_role("button", name="Picture with bars")).read_bytes())
    assert shot.shape == (720, 1280, 3)
    assert np.ptp(shot[100:600, 100:900].astype(int)) > 150
    strips = pictures.decode(taken(page, page.get_by_role("button", name="Timeline")).read_bytes())
    assert strips.shape[1] == 1400 and strips.shape[0] == 60 + 2 * 144 + 80
    table = taken(page, page.get_by_role("button", name="Session csv")).read_text().splitlines()
    rows = list(csv.DictReader(table))
    assert {row["name"] for row in rows} == {"'=Ann", ""} and {row["run"] for row in rows} == {"webcam"}
    assert all("private" in row["run_accuracy"] for row in rows)


def taken(page: Any, button: Any) -> Path:
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path())


def plays(page: Any, film: bytes) -> int:
    """The width of a film that a browser plays for at least half a second."""
    return page.evaluate(
        """async film => {
            const video = document.createElement('video');
            video.muted = true;
            video.src = 'data:video/webm;base64,' + film;
            await video.play();
            while (video.currentTime < 0.5) await new Promise((go) => setTimeout(go, 50));
            return video.videoWidth;
        }""",
        base64.b64encode(film).decode(),
    )


def test_a_resting_face_is_watched_and_the_bars_show_the_difference(page: Any, app: str) -> None:
    live = started(page, app)
    page.get_by_role("button", name="Resting face").click()
    until(page, lambda: told(live, "apart") == "2")
    assert page.locator(".live .card").first.locator(".apart").count() == 7
    assert re.fullmatch(r"[+−]\d\.\d", page.locator(".live .card .value").first.inner_text())
    assert "2.7 times" in page.locator(".live .words").inner_text()
    page.locator(".live [data-role=apart]").uncheck()
    until(page, lambda: page.locator(".live .card .value").first.inner_text().endswith("%"))


def test_the_game_asks_and_says_what_it_is(page: Any, app: str) -> None:
    live = started(page, app)
    page.get_by_role("button", name="… in two").click()
    until(page, lambda: told(live, "round").startswith("1 "))
    assert "No feeling is measured" in page.locator(".live .words").inner_text()
    until(page, lambda: told(live, "round").startswith("2 "))
    page.get_by_role("button", name="End the game").click()
    assert told(live, "round") == "" or goes_on(page, live, told(live, "session"))


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
