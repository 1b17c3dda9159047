"""What a teacher takes along: notes, and a worksheet to print."""

import numpy as np
import streamlit as st

from fer_core.lessons import Lesson
from fer_core.pictures.sheet import sheet
from fer_core.reports.worksheet import worksheet as written
from pages.lessons_parts import checked
from pages.ui import downloads, links
from pages.ui.language import count, say, words
from pages.ui.lesson_bar import tame


def notes(lesson: Lesson) -> None:
    """What to prepare, each step with its answer and notes, and how to go on."""
    length = say("{minutes} minutes in {steps} steps.", minutes=lesson.minutes, steps=len(lesson.steps))
    st.markdown(f"{length} {tame(lesson.summary)}")
    if lesson.before:
        st.markdown(say("**Before.** {text}", text=tame(lesson.before)))
    _sheet(lesson, True, say("The notes as a page to print"), "notes")
    for number, step in enumerate(lesson.steps, 1):
        with st.container(border=True):
            minutes = count(step.minutes, "{count} minute", "{count} minutes")
            st.markdown(f"**{number}. {tame(step.title)}** · {minutes}")
            st.markdown(tame(step.ask))
            if step.answer:
                st.markdown(say("Answer: {answer}", answer=tame(step.answer)))
            if step.teacher:
                st.markdown(f":material/school: {tame(step.teacher)}")
            if step.open:
                page, state = links.read(step.open)
                links.link(page, tame(step.press), **state)
    if lesson.after:
        st.markdown(say("**After.** {text}", text=tame(lesson.after)))


def worksheet(lesson: Lesson) -> None:
    """The pupils' sheet: what is on it, and the download."""
    st.markdown(
        say(
            "The questions with room for answers, and the pictures they are about: one page of HTML that prints on A4, "
            "without the answers. The teacher's notes have those."
        )
    )
    _sheet(lesson, False, say("The worksheet"), "worksheet")
    for number, step in enumerate(lesson.steps, 1):
        st.markdown(f"{number}. {tame(step.ask)}")


def _sheet(lesson: Lesson, answers: bool, label: str, kind: str) -> None:
    downloads.button(
        label,
        lambda: written(lesson, _pictures(lesson), answers, words()).encode("utf-8"),
        f"{lesson.name}-{kind}.html",
        icon=":material/print:",
    )


def _pictures(lesson: Lesson) -> dict[int, np.ndarray]:
    found: dict[int, np.ndarray] = {}
    for number, step in enumerate(lesson.steps, 1):
        if step.rows:
            tiles = checked.rows_of(step.rows)
            named = [str(k) for k in range(1, len(tiles) + 1)]
            found[number] = sheet(tiles, min(6, len(tiles)), gap=6, scale=2, captions=named, background=255)
        elif step.face and (face := checked.face_of(step.face, 160)) is not None:
            found[number] = face
    return found
