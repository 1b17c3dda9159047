"""What users put in order is found again after the server began anew: a name, the archive, a lasso that was kept."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fer_core.data import load, selections
from fer_core.runs import discover
from fer_core.runs.housekeeping import is_archived
from tests.browser.conftest import settle
from tests.conftest import tiny_faces, write_run

pytestmark = pytest.mark.browser


def test_a_name_the_archive_and_a_lasso_are_found_again_after_a_restart(
    start_app: Callable[..., str], page: Any, tiny_model: Any, tmp_path: Any
) -> None:
    tiny = tiny_faces(per_class=12)
    data, runs = tmp_path / "tiny.npz", tmp_path / "runs"
    np.savez(data, pixels=tiny.pixels, emotion=tiny.labels, usage=tiny.split)
    for seed, name in enumerate(("first", "second")):
        tiny_model.save(write_run(runs, name, load(data), seed=seed) / "model.keras")
    page.set_default_timeout(120_000)
    address = start_app(runs=runs, data=data)

    page.goto(f"{address}/runs?view=Table&ref=first")
    settle(page, 240)
    page.get_by_text("Rename, archive, delete").click()
    box = page.get_by_role("textbox", name="New name")
    box.fill("better")
    box.press("Enter")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_text("first is better now.").wait_for()
    settle(page, 120)
    page.goto(f"{address}/runs?view=Table&ref=second")
    settle(page, 240)
    page.get_by_text("Rename, archive, delete").click()
    page.get_by_role("button", name="Archive", exact=True).click()
    page.get_by_text("Also the 1 archived").wait_for()
    assert {run.name: is_archived(run) for run in discover(runs)[0]} == {"better": False, "second": True}

    page.goto(f"{address}/confusion?run=better&split=private&view=Map")
    settle(page, 240)
    page.get_by_text("No point is chosen").wait_for()
    _lasso_all(page)
    count = int((tiny.split == 2).sum())
    page.get_by_text(f"{count} pictures: inside the lasso").wait_for()
    settle(page, 120)
    page.get_by_role("button", name="Keep as a selection").click()
    page.get_by_role("textbox", name="Name for the").fill("by lasso")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_text(f"Kept {count} pictures as by lasso.").wait_for()
    there = load(data)
    kept = selections.read(selections.file_for(there, data), there.fingerprint)["by lasso"]
    assert kept.tolist() == there.rows[there.split == 2].tolist()

    address = start_app(runs=runs, data=data)
    page.goto(f"{address}/runs?view=Table")
    settle(page, 240)
    page.get_by_text("Also the 1 archived").wait_for()
    assert page.get_by_text("better").count() and not page.get_by_text("second", exact=True).count()
    page.goto(f"{address}/dataset?view=pictures&selection=by+lasso")
    settle(page, 240)
    page.get_by_role("button", name="Keep as a selection").click()
    page.get_by_text(f"Name for the {count} pictures here").wait_for()


def _lasso_all(page: Any) -> None:
    plot = page.locator(".points canvas").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    left, top, right, bottom = box["x"] + 4, box["y"] + 4, box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 2)):
        page.mouse.move(x, y, steps=5)
    page.mouse.up()
