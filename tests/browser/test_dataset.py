"""The Data page in a real browser: pictures that are pressed, sets that are opened, right and damaged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.data.drawn.dataset import drawn_dataset
from tests.browser.conftest import settle

pytestmark = pytest.mark.browser
DRAWN = 240
"""Seconds to wait at most: at its first start the app draws its faces, which a busy machine takes minutes for."""


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """14 drawn faces in a file named mine.npz."""
    faces = drawn_dataset(count=14, seed=9)
    path = tmp_path_factory.mktemp("upload") / "mine.npz"
    np.savez(path, pixels=faces.pixels, emotion=faces.labels, usage=faces.split)
    return path


def test_a_pressed_picture_is_shown_large_and_the_choice_stands_in_the_address(server: str, page: Any) -> None:
    page.set_default_timeout(1000 * DRAWN)
    page.goto(f"{server}/dataset?view=pictures&split=test")
    settle(page, DRAWN)
    page.wait_for_selector(".tiles button")
    tiles = page.locator(".tiles button")
    assert tiles.count() == 64
    row = tiles.nth(10).get_attribute("data-row")
    tiles.nth(10).click()
    page.wait_for_selector(".tiles button.picked")
    settle(page, DRAWN)
    assert page.locator("figcaption").first.inner_text().startswith(f"row {row}: ")
    assert "split=test" in page.url


def test_a_set_is_opened_and_a_damaged_one_leaves_it(server: str, page: Any, upload: Path, tmp_path: Path) -> None:
    page.goto(f"{server}/dataset?data_view=Open+a+set")  # as addresses once were
    page.set_default_timeout(1000 * DRAWN)
    settle(page, DRAWN)
    page.set_input_files("input[type=file]", upload)
    page.wait_for_selector("text=mine is open: 14 pictures")
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n9,1 2 3,Training\n")
    settle(page, DRAWN)
    page.set_input_files("input[type=file]", tmp_path / "fer2013.csv")
    page.wait_for_selector("text=fer2013.csv, row 0 (line 2): 3 pixels where 2304 (48 x 48) are expected.")
    settle(page, DRAWN)
    page.get_by_role("radio", name="Classes").click()
    page.wait_for_selector("text=14 pictures of 48 x 48")
    settle(page, DRAWN)
    page.get_by_role("radio", name="Open a set").click()
    settle(page, DRAWN)
    page.get_by_role("button", name="Close it").click()
    page.wait_for_selector("text=mine is open", state="detached")


@pytest.mark.parametrize("view", ["classes", "pictures", "problems", "inputs", "open"])
def test_a_phone_need_not_scroll_sideways(server: str, page: Any, view: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{server}/dataset?view={view}")
    settle(page, DRAWN)
    wide = page.evaluate("() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth; }")
    assert wide <= 390
