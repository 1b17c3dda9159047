"""The canvas of the map of pictures by itself: where points lie, what lasso, box and keys choose, how it moves."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_core.figures.embedding import scatter
from fer_core.figures.on_canvas import on_canvas
from pages.ui import point_map
from tests.conftest import REPO

pytestmark = pytest.mark.browser
ASSETS = REPO / "pages" / "ui" / "assets"
POINTS = np.array([[0, 0], [10, 0], [10, 5], [2, 5]], np.float32)
WORDS = ["first", "second", "third", "fourth"]
WIDE, HIGH = 800, 500
SCALE = 0.94 * min(WIDE / 10, HIGH / 5)
"""Pixels a unit at first: all points take 94% of the canvas."""


def at(point: int, x: float = 5, y: float = 2.5, scale: float = SCALE) -> tuple[float, float]:
    """Where a point lies on the canvas when (x, y) is in its middle."""
    return WIDE / 2 + (float(POINTS[point, 0]) - x) * scale, HIGH / 2 - (float(POINTS[point, 1]) - y) * scale


@pytest.fixture
def drawn(page: Any) -> Iterator[Any]:
    """draw(**options of scatter) draws them; what was sent is in window.sent."""
    page.route("http://map.test/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto("http://map.test/")
    script = "".join((ASSETS / name).read_text() for name in ("point_map_hands.js", "point_map.js"))
    page.evaluate(
        """async ([script, style, wide]) => {
            document.body.innerHTML =
                `<style>${style}</style><div id="all" style="width:${wide}px"><div class="points"></div></div>`;
            const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
            const draw = (await import(address)).default;
            window.sent = [];
            window.draw = (data) => draw({
                data, parentElement: document.querySelector("#all"),
                setTriggerValue: (name, value) => window.sent.push([name, value]),
            });
        }""",
        [script, (ASSETS / "point_map.css").read_text(), WIDE],
    )

    def draw(choose: bool = True, **options: Any) -> None:
        options = {"groups": ["a", "b", "a", "b"], "colours": {"a": "#ff0000", "b": "#0000ff"}, **options}
        data = {**point_map.sent(on_canvas(scatter(POINTS, WORDS, **options)))}
        page.evaluate("data => window.draw(data)", {**data, "title": "A map.", "file": "own-map", "choose": choose})
        page.wait_for_timeout(100)

    yield draw


def sent(page: Any) -> list[Any]:
    found = page.evaluate("window.sent.splice(0)")
    return [[name, sorted(places)] for name, places in found]


def drag(page: Any, *path: tuple[float, float]) -> None:
    box = page.locator(".points canvas").bounding_box()
    page.mouse.move(box["x"] + path[0][0], box["y"] + path[0][1])
    page.mouse.down()
    for x, y in path[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(250)


def words_at(page: Any, x: float, y: float) -> str | None:
    page.locator(".points canvas").hover(position={"x": x, "y": y})
    tip = page.locator(".points .tip")
    return tip.text_content() if tip.is_visible() else None


def colour_at(page: Any, x: float, y: float) -> tuple[int, ...]:
    page.mouse.move(5, 900)
    picture = Image.open(io.BytesIO(page.locator(".points canvas").screenshot())).convert("RGB")
    return picture.getpixel((round(x), round(y)))


def test_points_lie_where_they_should_and_say_their_words(page: Any, drawn: Any) -> None:
    drawn()
    for point, words in enumerate(WORDS):
        assert words_at(page, *at(point)) == words
    assert words_at(page, *at(0, x=4)) is None
    red, blue = colour_at(page, *at(0)), colour_at(page, *at(1))
    assert red[0] > 240 and red[1] < 90 and red[2] < 90 and blue[2] > 240 and blue[0] < 90
    assert page.locator("canvas").get_attribute("aria-label").startswith("A map. Arrow keys")


def test_lasso_and_box_send_the_places_inside(page: Any, drawn: Any) -> None:
    drawn()
    (x1, y1), (_, y2) = at(1), at(2)
    drag(page, (x1 - 60, y1 + 8), (x1 + 10, y1 + 8), (x1 + 10, y2 - 8), (x1 - 60, y2 - 8))
    assert sent(page) == [["lasso", [1, 2]]]
    assert colour_at(page, *at(3))[0] > 200, "those outside are dimmed"
    page.get_by_role("button", name="Box", exact=True).click()
    x3, y3 = at(3)
    drag(page, (x3 - 20, y3 - 8), (x3 + 20, y3 + 20))
    assert sent(page) == [["lasso", [3]]]
    page.keyboard.down("Shift")
    drag(page, (x1 - 20, y2 - 8), (x1 + 8, y2 + 20))
    page.keyboard.up("Shift")
    assert sent(page) == [["lasso", [2, 3]]], "with Shift they are added"
    page.locator("canvas").press("Escape")
    assert sent(page) == [["lasso", []]]
    drag(page, (x1, y1), (x1 + 2, y1))
    assert sent(page) == [], "a press is no box"


def test_it_pans_and_zooms_and_stays_where_it_was_looked_at(page: Any, drawn: Any) -> None:
    drawn()
    page.get_by_role("button", name="Pan", exact=True).click()
    drag(page, (400, 250), (330, 290))
    x, y = at(3)
    assert words_at(page, x - 70, y + 40) == "fourth" and words_at(page, x, y) is None
    assert colour_at(page, x - 70, y + 40)[2] > 240
    drawn(chosen=np.array([3]))
    assert words_at(page, x - 70, y + 40) == "fourth", "new data of the same points moves nothing"
    page.locator("canvas").press("0")
    page.locator("canvas").hover(position={"x": x, "y": y})
    page.mouse.wheel(0, -250)
    assert words_at(page, *at(0)) == "first", "the wheel alone scrolls the page"
    page.locator("canvas").hover(position={"x": x, "y": y})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -250)
    page.keyboard.up("Control")
    page.wait_for_timeout(300)
    assert words_at(page, x, y) == "fourth", "what lies under the pointer stays"
    assert words_at(page, *at(1)) is None
    page.locator("canvas").press("Home")
    page.locator("canvas").press("-")
    page.locator("canvas").press("ArrowRight")
    page.wait_for_timeout(300)
    far_x, far_y = at(2, scale=SCALE / 1.4)
    assert words_at(page, far_x - 60, far_y) == "third"
    assert sent(page) == []


def test_a_hidden_group_is_neither_seen_nor_chosen(page: Any, drawn: Any) -> None:
    drawn(marked={"opened, row 7": np.array([3])})
    assert page.locator(".legend .ring").text_content() == "opened, row 7"
    a, b = (page.locator(".legend button").nth(at) for at in (0, 1))
    assert a.text_content() == "a" and b.text_content() == "b"
    b.click()
    assert b.get_attribute("aria-pressed") == "false" and words_at(page, *at(1)) is None
    drag(page, (2, 2), (WIDE - 2, 2), (WIDE - 2, HIGH - 2), (2, HIGH - 2))
    assert sent(page) == [["lasso", [0, 2]]]
    page.wait_for_timeout(600)
    b.dblclick()
    assert (a.get_attribute("aria-pressed"), b.get_attribute("aria-pressed")) == ("false", "true")
    page.wait_for_timeout(600)
    b.dblclick()
    assert (a.get_attribute("aria-pressed"), b.get_attribute("aria-pressed")) == ("true", "true")


def test_a_scale_stands_below_and_a_map_beside_has_no_lasso(page: Any, drawn: Any) -> None:
    drawn(choose=False, groups=None, values=np.array([0.25, np.nan, 0.5, 1], np.float32), title="doubt")
    assert page.locator(".legend .scale").text_content() == "0.251doubt"
    assert page.locator(".legend button").all_text_contents() == ["none"]
    assert page.locator(".tools [data-tool]").all_text_contents() == ["Pan", "Zoom to a box"]


def test_it_is_saved_as_a_picture(page: Any, drawn: Any, tmp_path: Any) -> None:
    drawn(marked={"opened": np.array([3])})
    with page.expect_download() as found:
        page.get_by_role("button", name="Picture as PNG").click()
    assert found.value.suggested_filename == "own-map.png"
    found.value.save_as(tmp_path / "map.png")
    picture = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"))
    assert picture.shape[1] == 2 * WIDE and picture.shape[0] > 2 * HIGH
    x, y = (round(2 * one) for one in at(0))
    assert picture[y, x, 0] > 240 and picture[y, x, 1] < 90
    assert (picture[2 * HIGH :] != picture[-1, -1]).any(), "the legend is below"
