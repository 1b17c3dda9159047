"""Real presses on the confusion matrix in a real Chromium, at desk and at phone width."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from fer_core.evaluation.confusion import Selection, normalise, sentence
from fer_core.evaluation.metrics import confusion
from fer_core.labels import CLASSES
from fer_core.runs import Predictions, load_run
from tests.browser.conftest import settle
from tests.conftest import tiny_faces, write_run

pytestmark = pytest.mark.browser

SIZES = {"desk": {"width": 1440, "height": 1000}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def app(
    start_app: Callable[..., str], browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Predictions]:
    """Address of an app with two synthetic runs and their pictures, and the first run's private predictions."""
    folder = tmp_path_factory.mktemp("confusion")
    dataset = tiny_faces(per_class=12)
    data = folder / "tiny.npz"
    np.savez(data, pixels=dataset.pixels, emotion=dataset.labels, usage=dataset.split)
    write_run(folder / "runs", "first", dataset, seed=1, skill=1.2, epochs=6)
    write_run(folder / "runs", "second", dataset, seed=2, skill=0.8)
    address = start_app(runs=folder / "runs", data=data)
    first = browser.new_page()
    first.goto(address)  # a fresh server learns its pages here
    settle(first, 300)
    first.close()
    return address, load_run(folder / "runs" / "first").predictions("private")


def open_page(page: Any, address: str, size: str = "desk", query: str = "run=first") -> None:
    page.set_default_timeout(120_000)  # two cores may have other work
    page.set_viewport_size(SIZES[size])
    page.goto(f"{address}/confusion?{query}")
    settle(page, 180)
    page.locator(".matrix .cell").nth(48).wait_for()


def cell(page: Any, true: int, predicted: int) -> Any:
    return page.locator(f'.matrix .cell[data-true="{true}"][data-predicted="{predicted}"]')


def titled(page: Any, text: str) -> None:
    page.get_by_text(text, exact=True).wait_for()


def rows_shown(page: Any) -> set[int]:
    return {int(row) for row in page.locator(".tiles button").evaluate_all("all => all.map(b => b.dataset.row)")}


def shows(page: Any, rows: np.ndarray) -> None:
    """Waits until the gallery holds these pictures, one page of them, and no others."""
    page.locator(f'.tiles button[data-row="{rows[0]}"]').wait_for()
    expect(page.locator(".tiles button")).to_have_count(len(rows))
    assert rows_shown(page) == set(rows.tolist())


@pytest.mark.parametrize("size", list(SIZES))
def test_a_press_shows_the_pictures_that_the_cell_counts(size: str, page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, size)
    # Off the centre, on the diagonal, the corners: wherever a finger may land.
    for (true, taken), place in {(2, 4): 0.1, (0, 0): 0.9, (6, 0): 0.5, (0, 6): 0.2, (5, 5): 0.8}.items():
        chosen = (found.labels == true) & (found.predicted == taken)
        button = cell(page, true, taken)
        assert int(button.get_attribute("data-count")) == chosen.sum()
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        button.click(position={"x": box["width"] * place, "y": box["height"] * place})
        name = "picture" if chosen.sum() == 1 else "pictures"
        title = f"{CLASSES[true]}, recognised" if true == taken else f"{CLASSES[true]} taken for {CLASSES[taken]}"
        titled(page, f"{chosen.sum()} {name}: {title}")
        if chosen.any():
            shows(page, found.rows[chosen])
        assert f"true={CLASSES[true]}&pred={CLASSES[taken]}" in page.url
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]


@pytest.mark.parametrize("size", list(SIZES))
def test_heads_boxes_keys_and_address_are_in_step(size: str, page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, size)
    page.get_by_role("rowheader", name="labelled fear").click()
    titled(page, f"{(found.labels == 2).sum()} pictures: all pictures labelled fear")
    shows(page, found.rows[found.labels == 2])
    page.get_by_role("columnheader", name="taken for sad").click()
    titled(page, f"{(found.predicted == 4).sum()} pictures: all pictures taken for sad")
    shows(page, found.rows[found.predicted == 4])
    # The boxes follow the matrix ...
    assert page.get_by_role("combobox", name="Taken for").input_value() == "sad"
    # ... and the matrix follows the boxes.
    box = page.get_by_role("combobox", name="Labelled", exact=True)
    box.click()
    page.get_by_role("option", name="neutral").click()
    titled(page, _title(found, 6, 4))
    page.locator('.matrix .cell.picked[data-true="6"][data-predicted="4"]').wait_for()
    # Arrow keys walk, Enter presses.
    cell(page, 6, 4).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    titled(page, _title(found, 5, 5))
    # The address opens the same cell again.
    page.goto(f"{address}/confusion?run=first&true=fear&pred=fear")
    settle(page, 180)
    titled(page, _title(found, 2, 2))


def _title(found: Predictions, true: int, taken: int) -> str:
    count = int(((found.labels == true) & (found.predicted == taken)).sum())
    what = f"{CLASSES[true]}, recognised" if true == taken else f"{CLASSES[true]} taken for {CLASSES[taken]}"
    return f"{count} {'picture' if count == 1 else 'pictures'}: {what}"


def test_a_picture_opens_and_stays_in_the_address(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, query="run=first&true=happy&pred=happy")
    tile = page.locator(".tiles button").nth(1)
    row = int(tile.get_attribute("data-row"))
    assert row in found.rows[(found.labels == 3) & (found.predicted == 3)]
    tile.click()
    page.get_by_text(f"Row {row:,}: happy, recognised with").nth(1).wait_for()
    page.wait_for_url(f"**row={row}*")
    page.reload()
    settle(page, 180)
    page.locator(f'.tiles button.picked[data-row="{row}"]').wait_for()


def test_the_film_of_epochs_plays_and_stops_in_the_address(page: Any, app: tuple[str, Predictions]) -> None:
    address, _ = app
    open_page(page, address, "phone", query="run=first&view=Over epochs&epoch=1")
    assert page.locator(".matrix .when").inner_text().startswith("Epoch 1:")
    page.get_by_role("button", name="Play").click()
    page.locator(".matrix .when", has_text="Epoch 6:").wait_for()
    page.wait_for_url(
        lambda url: "epoch=1" not in url
    )  # the kept epoch is the default: it needs no place in the address


def test_two_runs_show_the_difference(page: Any, app: tuple[str, Predictions]) -> None:
    address, _ = app
    open_page(page, address, query="run=first&view=Two runs&vs=second")
    button = cell(page, 3, 3)
    button.click()
    page.locator(".matrix .words", has_text="happy taken for happy").wait_for()
    shown = button.inner_text().split()
    ours, theirs = (int(n) for n in " ".join(shown[1:]).split("·"))
    points = float(shown[0].replace("−", "-"))
    assert points == pytest.approx(100 * (ours - theirs) / 12, abs=0.06)


def test_pointing_at_a_cell_says_it_in_words(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, query="run=first&true=angry&pred=angry")
    counts = confusion(found.labels, found.predicted)
    cell(page, 2, 4).hover()
    expect(page.locator(".matrix .tip")).to_have_text(sentence(counts, Selection(2, 4), "true"))
    page.get_by_role("rowheader", name="labelled happy").hover()
    expect(page.locator(".matrix .tip")).to_have_text("12 pictures are labelled happy.")
    page.locator("h1").first.hover()
    expect(page.locator(".matrix .tip")).to_be_hidden()
    # What is selected stays written below, whatever the pointer is at.
    expect(page.locator(".matrix .words")).to_have_text(sentence(counts, Selection(0, 0), "true"))


def test_every_cell_tells_count_and_share_in_each_normalisation(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address)
    counts = confusion(found.labels, found.predicted)
    count = int(counts[3, 3])
    for name, by in (("predicted class", "predicted"), ("all pictures", "all"), ("true class", "true")):
        page.get_by_role("radio", name=name).click()
        expect(cell(page, 3, 3)).to_have_text(f"{normalise(counts, by)[3, 3]:.1%}{count}")
        assert cell(page, 3, 3).get_attribute("aria-label") == sentence(counts, Selection(3, 3), by)
    page.get_by_role("radio", name="counts").click()
    expect(cell(page, 3, 3)).to_have_text(f"{count}{count / counts.sum():.1%}")
    page.get_by_text("Dim the diagonal").click()
    expect(page.locator(".matrix .cell.dim")).to_have_count(7)


def test_a_phone_is_led_to_the_pictures_and_to_the_opened_one(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, "phone")
    button = cell(page, 3, 3)
    button.scroll_into_view_if_needed()
    button.click()
    titled(page, _title(found, 3, 3))
    heading = page.get_by_text(_title(found, 3, 3), exact=True)
    page.get_by_role("button", name="Show the pictures").click()
    expect(heading).to_be_in_viewport()
    tile = page.locator(".tiles button").first
    row = int(tile.get_attribute("data-row"))
    tile.click()
    expect(page.locator(".st-key-opened").get_by_text(f"Row {row:,}: happy, recognised with")).to_be_in_viewport()


def test_the_pages_of_the_gallery_hold_every_picture_once(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, query="run=first&sort=row")
    rows = np.sort(found.rows)
    shows(page, rows[:48])
    page.get_by_role("button", name="Page 2").click()
    shows(page, rows[48:])
    page.wait_for_url("**page=2*")


def test_a_selection_survives_a_look_at_another_view(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_page(page, address, query="run=first&by=all pictures")
    cell(page, 6, 6).click()
    titled(page, _title(found, 6, 6))
    page.get_by_role("radio", name="Abstain").click()
    page.get_by_text("Answer only from this confidence up").wait_for()
    page.get_by_role("radio", name="Matrix").click()
    titled(page, _title(found, 6, 6))
    page.wait_for_url("**true=neutral&pred=neutral&by=all*")


def test_a_row_of_the_doubtful_list_opens_its_picture(page: Any, app: tuple[str, Predictions]) -> None:
    address, found = app
    open_view = f"{address}/confusion?run=first&view=Doubtful labels&rank=probability of the label"
    page.set_default_timeout(120_000)
    page.goto(open_view)
    settle(page, 180)
    page.locator(".tiles button").first.wait_for()
    own = found.probabilities[np.arange(len(found.labels)), found.labels]
    least = int(found.rows[np.argmin(own)])
    assert int(page.locator(".tiles button").first.get_attribute("data-row")) == least
    page.get_by_test_id("stDataFrame").first.click(position={"x": 20, "y": 55})  # the box before the first row
    page.locator(".st-key-opened").get_by_text(f"Row {least:,}: labelled").wait_for()
    page.wait_for_url(f"**row={least}*")


def test_without_the_data_set_a_row_of_the_table_opens_its_probabilities(
    page: Any, start_app: Callable[..., str], tmp_path: Any
) -> None:
    write_run(tmp_path / "runs", "alone")
    address = start_app(runs=tmp_path / "runs")
    open_page(page, address, query="run=alone&true=happy&pred=happy")
    found = load_run(tmp_path / "runs" / "alone").predictions("private")
    chosen = (found.labels == 3) & (found.predicted == 3)
    titled(page, _title(found, 3, 3))
    page.get_by_text("FER2013 is not here").wait_for()
    surest = int(found.rows[chosen][found.probabilities[chosen].max(axis=1).argmax()])
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 20, "y": 55})  # the box at the head of the first row
    page.locator(".st-key-opened").get_by_text(f"Row {surest:,}: happy, recognised with").wait_for()
    page.wait_for_url(f"**row={surest}*")
