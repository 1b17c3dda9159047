"""By keyboard alone: Tab reaches our own components, Enter presses, focus stays, Escape closes, answers are said."""

import re
from typing import Any

import pytest

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser

_FOCUSED = """() => {
    let one = document.activeElement;
    while (one && one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
    return one && one.matches(SELECTOR);
}"""


def focused(page: Any, selector: str) -> bool:
    """Whether what has the focus, inside a component too, is of the selector."""
    return bool(page.evaluate(_FOCUSED.replace("SELECTOR", repr(selector))))


def tab_to(page: Any, selector: str, most: int = 90) -> None:
    for _ in range(most):
        if focused(page, selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{most} presses of Tab do not reach {selector}")


def opened(page: Any, address: str) -> None:
    page.goto(address)
    settle(page, 240)


def test_cells_and_pictures_of_the_confusion_page(server: str, page: Any) -> None:
    opened(page, f"{server}/confusion?run=drawn&split=test&true=happy&pred=surprise")
    tab_to(page, ".matrix button")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**pred=neutral**")
    settle(page, 240)
    assert focused(page, ".matrix button.picked"), "the focus stays on the pressed cell"
    assert "happy" in page.locator(".matrix .words").inner_text()
    tab_to(page, ".tiles button")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url("**row=**")
    settle(page, 240)
    assert focused(page, ".tiles button.picked"), "the focus stays on the pressed picture"
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "row=" not in url)
    settle(page, 240)
    assert focused(page, ".tiles button") and page.locator(".tiles button.picked").count() == 0
    page.locator(".matrix button.picked").focus()
    page.keyboard.press("Escape")
    assert page.locator(".matrix .tip").is_hidden(), "the first Escape closes the bubble"
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "true=" not in url)
    settle(page, 240)
    assert focused(page, ".matrix button")


def test_a_layer_of_the_map(server: str, page: Any) -> None:
    opened(page, f"{server}/filters?run=drawn")
    tab_to(page, ".network button")
    was = page.locator(".network button.picked").get_attribute("data-name")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(f".network button.picked:not([data-name={was}])").wait_for()
    settle(page, 240)
    assert focused(page, ".network button.picked"), "the focus stays on the pressed layer"


def test_the_map_of_pictures_without_a_pointer(server: str, page: Any) -> None:
    opened(page, f"{server}/confusion?run=drawn&split=test&view=Map")
    box = page.get_by_role("button", name="Without a pointer")
    box.focus()
    page.keyboard.press("Enter")
    page.get_by_role("spinbutton", name="Around the picture of row").wait_for()
    settle(page, 240)
    tab_to(page, "[class*=st-key-confusion_map][class*=_choose] button", 12)
    page.keyboard.press("Enter")
    page.get_by_text("24 pictures: inside the lasso").wait_for()


def test_the_playground_says_its_answers_and_its_sliders_their_words(server: str, page: Any) -> None:
    opened(page, f"{server}/playground?run=drawn&face=12_0.1")
    said = page.locator(".spoken")
    said.get_by_text("neutral").wait_for(state="attached")
    assert said.get_attribute("aria-live") == "polite"
    slider = page.get_by_role("slider", name="AU12 Lip Corner Puller")
    slider.focus()
    page.wait_for_function("e => e.getAttribute('aria-valuetext') === '0.10, a trace'", arg=slider.element_handle())
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.getAttribute('aria-valuetext') === '0.50, marked'", arg=slider.element_handle())
    said.get_by_text(re.compile("^happy ")).wait_for(state="attached")
    settle(page, 240)
    assert focused(page, "input[type=range]"), "the focus stays on the slider"


SLIDERS = {
    "playground?run=drawn&yaw=12&blur=0.5": {"Turn left or right (yaw, degrees)": "12°", "Blur (pixels)": "0.50 px"},
    "confusion?run=drawn&split=test&view=Abstain": {"Answer only from this confidence up": "%"},
    "runs?view=Curves": {"Smoothing": "%"},
    "explain?run=drawn&view=Hide": {"Hide the most important part of the picture": "%"},
    "predict?way=Live+camera": {"Smoothing over time (seconds; 0 for none)": " s"},
}
"""View -> label of a slider -> what it says, or ends with."""


@pytest.mark.parametrize("view", SLIDERS)
def test_sliders_say_what_they_show(server: str, page: Any, view: str) -> None:
    """Each slider of the view says exactly the words above its thumb, its unit with them."""
    opened(page, f"{server}/{view}")
    for _ in range(20):  # folded groups draw theirs once they open
        closed = page.locator("[data-testid=stExpander] details:not([open]) > summary")
        if not closed.count():
            break
        closed.first.click()
        settle(page, 240)
    found = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stSlider] input[type=range]')].map((one) => [
            one.closest('[data-testid=stSlider]').querySelector('label')?.innerText.trim(),
            one.getAttribute('aria-valuetext'),
            [...one.closest('[data-testid=stSlider]').querySelectorAll('[data-testid=stSliderThumbValue]')]
                .map((thumb) => thumb.innerText.trim()),
        ])"""
    )
    assert found
    for name, said, shown in found:
        assert said and (not shown or said.split(", ")[0] in shown), (name, said, shown)
    heard = {name: said for name, said, _ in found}
    for name, ending in SLIDERS[view].items():
        assert heard[name].endswith(ending), (name, heard[name])
