"""The Runs page in a real Chromium: runs, axis and smoothing change, a copied address opens, a run is stopped."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import settle
from tests.conftest import write_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Three synthetic runs, and one in training."""
    folder = tmp_path_factory.mktemp("compared") / "runs"
    for seed, (name, skill) in enumerate((("weak", 0.5), ("middling", 1.5), ("strong", 3.0))):
        write_run(folder, name, seed=seed, skill=skill, epochs=12)
    return folder


@pytest.fixture(scope="module")
def address(start_app, root) -> str:
    return start_app(runs=root)


def lines(page: Any) -> list[dict]:
    """Name and points of each drawn line of the first figure."""
    return page.evaluate(
        """() => { const figure = document.querySelector('.js-plotly-plot');
            return figure && figure._fullData ? figure._fullData
                .filter(t => t.x && t.x.length && t.x[0] !== null && t.mode === 'lines')
                .map(t => ({name: t.name, x: Array.from(t.x), y: Array.from(t.y),
                            faint: t.hoverinfo === 'skip'})) : [] }"""
    )


def wait_lines(page: Any, keep: Any) -> list[dict]:
    """Waits until the drawn lines are as asked."""
    until = time.time() + 120
    while not keep(found := lines(page)):
        assert time.time() < until, [(line["name"], line["x"][:3]) for line in found]
        page.wait_for_timeout(100)
    return found


def test_runs_axis_smoothing_and_a_copied_address(page, browser, address):
    page.goto(f"{address}/runs?runs=strong&runs=weak&metric=accuracy&metric=loss&x=epoch")
    settle(page, timeout=180)
    drawn = wait_lines(page, lambda found: len(found) == 4)
    assert {line["name"] for line in drawn} == {
        f"{r}, {p}" for r in ("strong", "weak") for p in ("train", "validation")
    }
    assert drawn[0]["x"][:3] == [1, 2, 3]

    page.get_by_label("Runs to compare").click()
    page.get_by_role("option", name="middling").click()
    page.keyboard.press("Escape")
    wait_lines(page, lambda found: len(found) == 6)

    page.get_by_role("radio", name="time", exact=True).click()
    timed = wait_lines(page, lambda found: bool(found) and found[0]["x"][0] != 1)
    assert timed[0]["x"][:3] == pytest.approx([10 / 60, 20 / 60, 30 / 60])

    slider = page.get_by_role("slider", name="Smoothing")
    slider.focus()
    for _ in range(6):
        slider.press("ArrowRight")
    smoothed = wait_lines(page, lambda found: any(line["faint"] for line in found))
    raw = next(line for line in smoothed if line["faint"] and line["name"] == "strong")
    assert raw is not None

    page.wait_for_function("() => location.search.includes('smooth=0.3')")
    copied = page.url
    for word in ("runs=middling", "x=time", "smooth=0.3"):
        assert word in copied
    other = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    other.goto(copied)
    settle(other, timeout=180)
    again = wait_lines(other, lambda found: len(found) == len(smoothed))
    # The first page may still be on its way from one smoothing to the next; it ends at what the copy shows.
    assert wait_lines(page, lambda found: found == again) == again
    wide = other.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    other.context.close()


def test_section_stays_in_the_address(page, address):
    page.goto(f"{address}/runs?runs=strong&runs=weak&ref=weak")
    settle(page, timeout=180)
    page.get_by_role("radio", name="Is it real?").click()
    page.get_by_text("Against the reference weak").wait_for()
    assert "ref=weak" in page.url
    page.reload()
    page.get_by_text("Against the reference weak").wait_for()


def test_a_run_in_training_moves_and_stops_without_a_reload(page, address, root):
    folder = root / "going.partial"
    made = write_run(root, "going", status="training", scores={}, epochs=3)
    (made / "predictions.npz").unlink()
    tell(made, epoch=3)
    page.goto(f"{address}/runs?runs=strong")
    settle(page, timeout=180)
    made.rename(folder)  # it begins after the page was opened
    page.get_by_text("going is in training. Epoch 3 of 9").wait_for()
    tell(folder, epoch=5)
    page.get_by_text("going is in training. Epoch 5 of 9").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopping; the best epoch so far is kept.").wait_for()
    assert (folder / "STOP").exists()
    folder.rename(root / "going")  # what the trainer does once it has stopped
    page.get_by_text("going is in training").wait_for(state="detached")


def tell(folder: Path, epoch: int) -> None:
    progress = {"epoch": epoch, "epochs": 9, "batch": 1, "batches": 2, "updated": time.time(), "pid": os.getpid()}
    (folder / "progress.json").write_text(json.dumps(progress))
