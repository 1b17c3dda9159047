"""The lesson under way: what the class has answered, and the bar that leads back from the page that a step opened."""

import contextlib
from dataclasses import dataclass, field

import streamlit as st

from fer_core.errors import FerError
from fer_core.lessons import Lesson, LessonStep, shelf
from pages.ui import links
from pages.ui.language import current, say

_KEY, _NOW = "lesson_work", "lesson_now"


@dataclass
class Work:
    """What was done in one lesson. Steps count from 1.

    guesses: step -> what was guessed: the place of a choice, so that it holds in any language, or words of one's own.
    shown: steps whose outcome was shown.
    """

    guesses: dict[int, int | str] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)

    def take(self, step: LessonStep, number: int, guess: str) -> None:
        """Keeps a guess, in words, at a step."""
        self.guesses[number] = step.choices.index(guess) if guess in step.choices else guess

    def guess(self, step: LessonStep, number: int) -> str:
        """The guess at a step in words; empty for none."""
        kept = self.guesses.get(number, "")
        return kept if isinstance(kept, str) else step.choices[kept]


def work(lesson: Lesson) -> Work:
    """The work on a lesson in this session."""
    return st.session_state.setdefault(_KEY, {}).setdefault(lesson.name, Work())


def begin_again(lesson: Lesson) -> None:
    """Forgets the work on a lesson."""
    st.session_state.setdefault(_KEY, {}).pop(lesson.name, None)


def under_way(lesson: Lesson, step: int) -> None:
    """Says which lesson and step the class is at; the bar on the other pages follows."""
    st.session_state[_NOW] = (lesson, step)


def leave() -> None:
    """Ends the lesson: no bar any more. What was answered is kept."""
    st.session_state.pop(_NOW, None)


def show(page: str) -> None:
    """The bar with the question and the way back, on every page but the lessons' own, while a lesson is under way."""
    if _NOW not in st.session_state or page == "lessons":
        return
    lesson, step = st.session_state[_NOW]
    with contextlib.suppress(FerError):  # one that was opened in this session is on no shelf
        lesson = shelf(language=current()).find(lesson.name)
    now = lesson.steps[step - 1]
    guess = work(lesson).guess(now, step)
    with st.container(border=True, key="lesson_bar"):
        st.caption(
            say(
                "Lesson: {lesson} Step {number} of {count}: {step}",
                lesson=tame(lesson.title),
                number=step,
                count=len(lesson.steps),
                step=tame(now.title),
            )
        )
        said = "  \n" + say("Your guess: {guess}", guess=tame(guess)) if guess else ""
        st.markdown(f"**{tame(now.ask)}**{said}")
        with st.container(horizontal=True, vertical_alignment="center"):
            links.link("lessons", say("Back to the lesson"), ":material/school:", lesson=lesson.name, step=step)
            st.button(say("Leave the lesson"), type="tertiary", on_click=leave, key="leave_lesson")


def tame(text: str) -> str:
    """A lesson's Markdown without pictures, which would make the browser fetch something."""
    return text.replace("![", "!\\[")
