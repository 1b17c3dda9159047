"""The Predict page in a real Chromium: upload, snapshot, live camera and video, fed with drawn faces."""

import csv
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fer_core import pictures
from fer_core.data.drawn.clip import frames
from fer_core.labels import CLASSES
from fer_core.reading.inference import add_lite_copy
from fer_core.runs import load_run
from tests.browser.conftest import settle, watched_page
from tests.conftest import write_run
from tests.core.reading.test_video import clip  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(start_app: Callable[..., str], tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of an app with two tiny runs that have a model, one of them meant for the camera."""
    return start_app(runs=two_runs(tmp_path_factory.mktemp("predict") / "runs", tiny_model))


def two_runs(root: Path, tiny_model: Any) -> Path:
    for name, tags in (("tiny", []), ("webcam", ["camera"])):
        folder = write_run(root, name, tags=tags)
        tiny_model.save(folder / "model.keras")
        add_lite_copy(load_run(folder), tiny_model)
    return root


@pytest.fixture
def camera_page(with_camera: Any) -> Iterator[Any]:
    yield from watched_page(with_camera, 1440, 1200)


def visit(page: Any, app: str, way: str) -> None:
    page.set_default_timeout(120_000)
    page.goto(f"{app}/predict?way={way.replace(' ', '+')}")
    settle(page, timeout=240)  # the first visit waits for TensorFlow, long on a busy machine


def test_upload_shows_faces_map_and_downloads(page: Any, app: str, tmp_path: Path) -> None:
    file = tmp_path / "two people.png"
    file.write_bytes(pictures.encode_png(next(iter(frames(1)))))
    bad = tmp_path / "text.jpg"
    bad.write_text("hello " * 50)
    visit(page, app, "Upload")
    page.locator("input[type=file]").set_input_files([file, bad])
    page.get_by_text("text.jpg holds text").wait_for()
    page.locator(".fer-face").nth(1).wait_for()
    page.get_by_text("Laid back onto the picture").wait_for(timeout=120_000)
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="csv", exact=True).click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert [row["face"] for row in rows] == ["1", "2"]
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    record = json.loads(Path(download.value.path()).read_text())
    assert len(record["pictures"][0]["faces"]) == 2
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture", exact=True).click()
    assert pictures.decode(Path(download.value.path()).read_bytes()).shape == (480, 640, 3)


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_scrolls_sideways(page: Any, app: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, app, "Example")
    page.locator(".fer-face").nth(2).wait_for()
    assert page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth <= m.clientWidth; }"
    )


def test_snapshot(camera_page: Any, app: str) -> None:
    visit(camera_page, app, "Snapshot")
    camera_page.wait_for_function(CAMERA_SHOWS)
    camera_page.get_by_role("button", name="Take Photo").click()
    camera_page.get_by_role("button", name="Clear photo").wait_for()
    camera_page.locator(".fer-face").nth(1).wait_for()
    camera_page.get_by_text("found by YuNet").first.wait_for()


def test_live_camera_from_start_to_stop(camera_page: Any, app: str) -> None:
    page = camera_page
    visit(page, app, "Live camera")
    assert page.get_by_role("button", name="Session csv").is_disabled()
    page.get_by_role("button", name="Start camera").click()
    page.locator(".live .card").nth(1).wait_for()
    status = page.locator(".live .status")
    until(page, lambda: re.fullmatch(r"[\d.]+ frames/s · delay \d+ ms · 2 faces", status.inner_text()))
    assert page.locator(".live .card b").all_inner_texts() == ["Face 1", "Face 2"]
    before = int(page.locator(".live").get_attribute("data-taken"))
    until(page, lambda: int(page.locator(".live").get_attribute("data-taken")) > before + 3)
    node = page.locator(".live canvas.over").element_handle()
    with page.expect_download() as download:
        page.get_by_role("button", name="Session csv").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert {row["face"] for row in rows} == {"1", "2"}
    assert all(abs(sum(float(row[name]) for name in CLASSES) - 1) < 0.01 for row in rows)
    page.get_by_role("button", name="Snapshot", exact=True).click()
    page.locator(".fer-face").nth(1).wait_for()
    assert node.evaluate("node => node.isConnected")  # the picture was never rebuilt: no flicker
    page.get_by_role("button", name="Stop").click()
    assert status.inner_text() == "Camera off"
    assert page.locator(".live video").evaluate("video => video.srcObject === null")


def test_live_overlay(camera_page: Any, app: str) -> None:
    page = camera_page
    visit(page, app, "Live camera")
    page.get_by_text("Show where it looks").click()
    settle(page, timeout=120)
    page.get_by_role("button", name="Start camera").click()
    page.locator(".live[data-maps='2']").wait_for(timeout=120_000)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [("NotAllowedError", "may not use the camera"), ("NotFoundError", "No camera was found")],
)
def test_refused_and_absent_cameras_get_a_sentence(page: Any, app: str, error: str, sentence: str) -> None:
    page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{error}'))"
    )
    visit(page, app, "Live camera")
    page.get_by_role("button", name="Start camera").click()
    shown = page.locator(".live .problem")
    shown.wait_for()
    assert sentence in shown.inner_text()
    assert "upload" in shown.inner_text()
    assert page.get_by_role("button", name="Start camera").is_enabled()


def test_video_timeline_and_copy(page: Any, app: str, clip: bytes, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "clip.webm"
    file.write_bytes(clip)
    page.set_viewport_size({"width": 1440, "height": 1900})
    visit(page, app, "Upload")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read the video").click()
    page.get_by_text("read to the end").wait_for()
    page.get_by_text("Face 1 at 0.00 s").wait_for()
    settle(page)
    chart = page.locator(".js-plotly-plot")
    box = chart.locator(".nsewdrag").bounding_box()
    until(page, lambda: press(page, box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.4))
    page.get_by_role("button", name="Make the annotated video").click()
    page.get_by_role("button", name="Annotated video", exact=True).wait_for()
    page.wait_for_function(
        "() => document.querySelector('video') && document.querySelector('video').videoWidth === 640"
    )


def press(page: Any, x: float, y: float) -> bool:
    """Presses on the timeline; whether another moment is shown."""
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y, steps=3)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)
    page.wait_for_timeout(1500)
    return bool(re.search(r"Face 1 at 1\.[345]\d s", page.locator("body").inner_text()))


# Streamlit's button works as soon as the camera is allowed. Pressed before the video has its first picture, it takes
# none, or a black one.
CAMERA_SHOWS = """() => {
    const video = document.querySelector('video');
    if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return false;
    const canvas = new OffscreenCanvas(40, 30), ink = canvas.getContext('2d');
    ink.drawImage(video, 0, 0, 40, 30);
    const levels = ink.getImageData(0, 0, 40, 30).data.filter((_, i) => i % 4 === 0);
    return Math.max(...levels) - Math.min(...levels) > 100;
}"""


def until(page: Any, condition: Callable[[], Any], seconds: float = 120) -> None:
    """Waits for a condition, looking four times a second; fails when it never comes true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        page.wait_for_timeout(250)
    pytest.fail("it never came true")
