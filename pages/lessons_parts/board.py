"""The list of lessons, and the way in for a lesson of one's own."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.lessons import Lesson
from fer_core.lessons.shelf import SHIPPED
from pages.lessons_parts import checked
from pages.ui import downloads, lesson_bar
from pages.ui.language import current, say
from pages.ui.plain import plain
from pages.ui.states import LESSONS


def show(lessons: dict[str, Lesson], problems: list[str]) -> None:
    """One card a lesson with how long it takes and how far it is; files with mistakes below."""
    every = list(lessons.values())
    for start in range(0, len(every), 2):
        for column, lesson in zip(st.columns(2), every[start : start + 2], strict=False):
            with column.container(border=True, height="stretch"):
                _card(start + 1 + (lesson is not every[start]), lesson)
    for problem in problems:
        st.warning(plain(problem), icon=":material/edit_off:")
    with st.expander(say("A lesson of your own"), icon=":material/edit_note:"):
        _own()


def _card(number: int, lesson: Lesson) -> None:
    done, every = len(lesson_bar.work(lesson).shown), len(lesson.steps)
    st.markdown(f"**{number}. {lesson_bar.tame(lesson.title)}**")
    length = say("{minutes} minutes, {steps} steps", minutes=lesson.minutes, steps=every)
    st.caption(f"{lesson_bar.tame(lesson.summary)}  \n{length}{_far(done, every)}")
    with st.container(horizontal=True):
        words = say("Begin" if not done else "Look again" if done == every else "Go on")
        st.button(
            words,
            key=f"begin_{lesson.name}",
            icon=":material/play_arrow:",
            type="primary" if not done else "secondary",
            on_click=_open,
            args=(lesson, done < every),
        )
        if done:
            st.button(
                say("Begin again"),
                key=f"again_{lesson.name}",
                type="tertiary",
                on_click=lesson_bar.begin_again,
                args=(lesson,),
            )


def _far(done: int, every: int) -> str:
    return "" if not done else say(", all done") if done == every else say(", {count} done", count=done)


def _open(lesson: Lesson, at_next: bool) -> None:
    shown = lesson_bar.work(lesson).shown
    step = next((k for k in range(1, len(lesson.steps) + 1) if k not in shown), 1) if at_next else 1
    LESSONS.put_all(lesson=lesson.name, step=step, view="Lesson")


def _own() -> None:
    st.markdown(
        say(
            "A lesson is a text file: its questions, the addresses of the pages that answer them, and what comes out. "
            "`docs/lessons.md` says how it is written; the first lesson is a good one to begin from. A file opened "
            "here stays in this session; put it into the folder `lessons/` (or the one that FER_LESSONS names) to "
            "keep it."
        )
    )
    first = sorted(SHIPPED.glob("*.toml"))[0]
    translated = first.parent / current() / first.name
    first = translated if translated.is_file() else first
    downloads.button(say("The first lesson as a file"), first.read_bytes, "my-lesson.toml", type="tertiary")
    given = st.file_uploader(say("A lesson's file"), type=["toml"], key="own_lesson")
    if given is None:
        return
    try:
        lesson = checked.open_own(given.getvalue(), given.name)
    except FerError as error:
        st.error(plain(error))
        return
    length = say("{minutes} minutes, {steps} steps", minutes=lesson.minutes, steps=len(lesson.steps))
    st.success(say("{title} is in order: {length}.", title=plain(lesson.title), length=length))
    st.button(say("Begin it"), icon=":material/play_arrow:", on_click=_open, args=(lesson, True))
