"""A running app and a real Chromium. Without Chromium these tests are skipped, except in CI, where they fail."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fer_core.data.drawn.clip import write_mjpeg
from tests.conftest import REPO, write_run

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Not ours: a browser without a network, or without a GPU, mentions it.
HARMLESS = (
    "favicon",
    "net::ERR_INTERNET_DISCONNECTED",
    "GPU stall",
    "WebGL",
    "Permissions-Policy",
    "iframe which has both",
)


SERVERS: dict[str, int] = {}
"""Address -> process id of each server that runs."""


def chromium_path() -> str | None:
    """FER_CHROMIUM, else the first Chromium or Chrome on the path."""
    return os.environ.get("FER_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """start_app(runs=folder, data=path or None) -> address of a fresh server; all end with the test session."""
    servers = []

    def start(runs: Path | None = None, data: Path | None = None) -> str:
        port = _free_port()
        env = {k: v for k, v in os.environ.items() if k not in ("FER_DATA", "FER_RUNS", "FER_WARM")}
        env["FER_CACHE"] = str(tmp_path_factory.mktemp("cache"))
        env |= {"FER_RUNS": str(runs)} if runs else {}
        env |= {"FER_DATA": str(data)} if data else {}
        log = (tmp_path_factory.mktemp("server") / "log.txt").open("w")
        command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
        process = subprocess.Popen(
            [*command, "--server.headless", "true"], cwd=REPO, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        servers.append((process, log))
        _wait_until_up(port, process, Path(log.name))
        SERVERS[f"http://127.0.0.1:{port}"] = process.pid
        return f"http://127.0.0.1:{port}"

    yield start
    for process, log in servers:
        process.terminate()
        process.wait(120)  # a busy machine takes its time to end it
        log.close()


@pytest.fixture(scope="session")
def address(start_app: Callable[..., str], tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of an app with one run that has a small random network, no data set."""
    root = tmp_path_factory.mktemp("tiny") / "runs"
    tiny_model.save(write_run(root, "tiny") / "model.keras")
    return start_app(runs=root)


@pytest.fixture(scope="session")
def server(start_app: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the app as it is shipped: copies of the project's own runs, no data set."""
    runs = tmp_path_factory.mktemp("shipped") / "checkpoints"
    shutil.copytree(REPO / "checkpoints", runs, ignore=shutil.ignore_patterns("*.partial"))
    return start_app(runs=runs)


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """launch(extra flags...) -> a playwright Browser, closed at the end of the session."""
    path = chromium_path()
    if path is None:
        message = "no Chromium found: install it (Debian: apt-get install chromium) or set FER_CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browsers = []

        def start(*flags: str) -> Any:
            browsers.append(playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_FLAGS, *flags]))
            return browsers[-1]

        yield start
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Any]) -> Any:
    return launch()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page, 1440 x 1000; after the test, anything in the console or thrown on the page fails it."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors = watch(page)
    yield page
    missing = missing_pictures(page)
    context.close()
    assert errors == [] and missing == []


@pytest.fixture(scope="module")
def with_camera(launch: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A Chromium whose camera shows two drawn people and whose user always allows it."""
    made = write_mjpeg(tmp_path_factory.mktemp("camera") / "clip.mjpeg", count=60)
    return launch(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={made}",
    )


def watched_page(browser: Any, width: int, height: int) -> Iterator[Any]:
    """A page that may use the camera; at its end nothing may have gone wrong in the browser."""
    context = browser.new_context(viewport={"width": width, "height": height}, permissions=["camera"])
    page = context.new_page()
    errors = watch(page)
    yield page
    missing = missing_pictures(page)
    context.close()
    assert errors == [] and missing == []


MISSING = "[...document.images].filter((one) => one.complete && one.src && !one.naturalWidth).map((one) => one.src)"
"""Addresses of pictures on the page that could not be loaded."""


def missing_pictures(page: Any) -> list[str]:
    """Those that are on the page and still not loaded after three seconds."""
    for _ in range(10):
        found = [] if page.is_closed() else page.evaluate(MISSING)
        if not found:
            break
        page.wait_for_timeout(300)
    return found


def watch(page: Any) -> list[str]:
    """A list that fills with what goes wrong on the page: uncaught exceptions and console errors."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))

    def on_console(message: Any) -> None:
        # On a deep link Streamlit first asks for its own end points beside the page, gets 404 and asks at the root.
        # A picture that a next run replaces may be gone before the browser asks for it; MISSING has those that stay.
        url = (message.location or {}).get("url", "")
        own = "/_stcore/" in url or "/media/" in url or "Image source error" in message.text
        if message.type == "error" and not own and not any(word in message.text for word in HARMLESS):
            errors.append(f"console: {message.text}")

    page.on("console", on_console)
    return errors


def settle(page: Any, timeout: float = 60) -> None:
    """Waits until the app has run to its end, and fails on an exception shown on the page."""
    page.wait_for_selector('[data-testid="stApp"]')
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            return app && app.getAttribute('data-test-script-state') === 'notRunning'
                && !document.querySelector('[data-testid="stSkeleton"]') && document.querySelector('h1');
        }""",
        timeout=timeout * 1000,
    )
    shown = page.locator('[data-testid="stException"]')
    assert shown.count() == 0, shown.first.inner_text()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, f"the server ended: {log.read_text()}"
            time.sleep(0.25)
    pytest.fail(f"the server did not answer: {log.read_text()}")
