"""The lesson under way: what the class has answered, and the bar that leads back from the page that a step opened."""

from dataclasses import dataclass, field

import streamlit as st

from fer_core.lessons import Lesson
from pages.ui import links

_KEY, _NOW = "lesson_work", "lesson_now"


@dataclass
class Work:
    """What was done in one lesson. Steps count from 1.

    guesses: step -> what was guessed. shown: steps whose outcome was shown.
    """

    guesses: dict[int, str] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)


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
    now = lesson.steps[step - 1]
    guess = work(lesson).guesses.get(step)
    with st.container(border=True, key="lesson_bar"):
        st.caption(f"Lesson: {tame(lesson.title)} Step {step} of {len(lesson.steps)}: {tame(now.title)}")
        st.markdown(f"**{tame(now.ask)}**" + (f"  \nYour guess: {tame(guess)}" if guess else ""))
        with st.container(horizontal=True, vertical_alignment="center"):
            links.link("lessons", "Back to the lesson", ":material/school:", lesson=lesson.name, step=step)
            st.button("Leave the lesson", type="tertiary", on_click=leave, key="leave_lesson")


def tame(text: str) -> str:
    """A lesson's Markdown without pictures, which would make the browser fetch something."""
    return text.replace("![", "!\\[")
