"""Verdicts on pictures in a real browser: by key, found again after a reload and a restart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.data import load, verdicts
from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(start_app: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Address of an app with a set of 14 pictures of noise, and its file."""
    folder = tmp_path_factory.mktemp("review")
    path = folder / "few.npz"
    pixels = np.random.default_rng(1).integers(0, 256, (14, 48, 48), dtype=np.uint8)
    np.savez(path, pixels=pixels, emotion=np.resize(np.arange(7), 14), usage=np.repeat([0, 1], 7))
    (folder / "runs").mkdir()
    return start_app(runs=folder / "runs", data=path), path


def test_a_verdict_is_given_by_key_and_found_again_after_a_reload_and_a_restart(
    opened: tuple[str, Path], page: Any, start_app: Callable[..., str]
) -> None:
    address, path = opened
    page.set_default_timeout(120_000)
    page.goto(f"{address}/dataset?view=review&row=5")
    settle(page, 240)
    name = page.get_by_label("Your name")
    name.click()
    name.press_sequentially("Nan Uy2")  # keys that decide, typed into a box: a name and nothing else
    name.press("Enter")
    page.get_by_text("0 of 14 decided by Nan Uy2").wait_for()
    settle(page, 120)
    page.locator("h1").click()
    page.keyboard.press("5")
    page.get_by_text("1 of 14 decided by Nan Uy2").wait_for()
    settle(page, 120)
    page.keyboard.press("n")
    page.get_by_text("2 of 14 decided by Nan Uy2").wait_for()
    settle(page, 120)
    page.keyboard.press("z")
    page.get_by_text("1 of 14 decided by Nan Uy2").wait_for()
    settle(page, 120)
    assert "who=Nan+Uy2" in page.url
    data = load(path)
    found = verdicts.read(verdicts.file_for(data, path), data.fingerprint)
    assert [(one.row, one.verdict, one.who) for one in found] == [(5, "sad", "Nan Uy2")]
    page.goto(f"{address}/dataset?view=review&row=5&who=Nan+Uy2")
    page.reload()
    settle(page, 240)
    page.get_by_text("You said: sad").wait_for()
    page.goto(f"{start_app(runs=path.parent / 'runs', data=path)}/dataset?view=review&row=5&who=Nan+Uy2")  # restarted
    settle(page, 240)
    page.get_by_text("You said: sad").wait_for()


def test_a_phone_need_not_scroll_sideways_to_decide(opened: tuple[str, Path], page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{opened[0]}/dataset?view=review")
    settle(page, 240)
    page.get_by_role("button", name="Unsure").wait_for()
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
