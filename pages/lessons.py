"""Lessons for a class: a question first, then a look at a page in the right state, then what comes out and why."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.lessons import Lesson
from pages.lessons_parts import board, checked, paper, steps
from pages.ui import layout, lesson_bar
from pages.ui.language import say
from pages.ui.plain import plain
from pages.ui.states import LESSONS


def main() -> None:
    """The list of lessons, or the lesson that the address names."""
    LESSONS.open()
    lessons, problems = checked.lessons()
    name = LESSONS.value("lesson", options=[None, *lessons])
    if name is None:
        lesson_bar.leave()
        layout.header(
            say("Lessons"),
            say(
                "Guess first, then look, then know why: lessons of half an hour for a class and one projector. They "
                "work on drawn faces, without a data set, a camera or a network connection."
            ),
        )
        board.show(lessons, problems)
    else:
        _lesson(lessons[name])


def _lesson(lesson: Lesson) -> None:
    layout.header(lesson_bar.tame(lesson.title), "")
    st.markdown(say("**At the end:** {goal}", goal=lesson_bar.tame(lesson.goal)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say("All lessons"), icon=":material/arrow_back:", on_click=LESSONS.put, args=("lesson", None))
        view = st.segmented_control(
            say("View"), LESSONS.options("view"), format_func=say, required=True, label_visibility="collapsed",
            **LESSONS.widget("view"),
        )  # fmt: skip
    if view == "Lesson":
        steps.show(lesson)
    elif view == "For the teacher":
        paper.notes(lesson)
    else:
        paper.worksheet(lesson)


try:
    main()
except FerError as error:
    st.error(plain(error))
