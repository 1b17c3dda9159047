"""The first lesson, held from the page alone, step by step, as the app is shipped."""

import re

from fer_core.lessons import shelf
from tests.browser.conftest import settle


def test_the_first_lesson_is_held_from_the_page_alone(server: str, page) -> None:
    lesson = shelf().lessons[0]
    page.goto(server)
    settle(page)
    page.locator('[data-testid="stSidebarNavLink"][href$="/lessons"]').click()
    page.wait_for_url("**/lessons*")
    page.get_by_role("button", name="Begin").first.click()
    for number, step in enumerate(lesson.steps, 1):
        page.get_by_text(f"Step {number} of {len(lesson.steps)}").first.wait_for()
        if step.choices:
            page.get_by_role("radiogroup").get_by_text(step.answer, exact=True).click()
        else:
            page.get_by_role("textbox").first.fill("They are edges.")
        page.get_by_role("button", name="That is our guess").click()
        page.get_by_role("link", name=step.press).click()
        page.wait_for_url(f"**/{step.open.split('?')[0]}*")
        settle(page)
        back = page.get_by_role("link", name="Back to the lesson")
        back.wait_for()
        back.click()
        page.wait_for_url(re.compile(r"/lessons\?"))
        page.get_by_role("button", name="what comes out?").click()
        page.get_by_text("Why?").wait_for()
        if number < len(lesson.steps):
            page.get_by_role("button", name="Next step").click()
    page.get_by_text("That was the last step of this lesson.").wait_for()
