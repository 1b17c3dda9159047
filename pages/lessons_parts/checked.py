"""Lessons with their addresses checked against what the pages keep."""

from functools import lru_cache

import numpy as np
import streamlit as st

from fer_core.errors import FerError
from fer_core.lessons import Lesson, parse, shelf
from pages.ui import links
from pages.ui.drawing import drawing, units_text
from pages.ui.language import current

_OPENED = "lessons_opened"


def lessons() -> tuple[dict[str, Lesson], list[str]]:
    """The lessons by name, those that were opened in this session the last; and what is wrong with others."""
    found = shelf(language=current())
    opened = st.session_state.get(_OPENED, {})
    problems = list(found.problems)
    good: dict[str, Lesson] = {}
    for lesson in (*found.lessons, *opened.values()):
        try:
            check(lesson)
        except FerError as error:
            problems.append(str(error))
            continue
        good[lesson.name] = lesson
    return good, problems


def open_own(data: bytes, name: str) -> Lesson:
    """Takes a lesson from a file into this session. Raises FerError where it has a mistake."""
    lesson = parse(data, name)
    check(lesson)
    if lesson.name in {one.name for one in shelf().lessons}:
        raise FerError(f"{name}: a lesson of this name is here already; call the file otherwise.")
    st.session_state.setdefault(_OPENED, {})[lesson.name] = lesson
    return lesson


@lru_cache(maxsize=64)
def check(lesson: Lesson) -> None:
    """Raises FerError where a step opens a page or a state that is not there, or shows a face that can't be drawn."""
    for number, step in enumerate(lesson.steps, 1):
        for kind, address in (("open", step.open), ("face", step.face)):
            if not address:
                continue
            try:
                page, _ = links.read(address)
            except ValueError as error:
                raise FerError(f"{lesson.name}, step {number}, {kind}: {error}") from error
            if kind == "face" and page != "playground":
                raise FerError(
                    f"{lesson.name}, step {number}: face is an address of the Playground, as in playground?face=12_0.9."
                )


@st.cache_data(show_spinner=False, max_entries=128)
def face_of(address: str, size: int = 48) -> np.ndarray | None:
    """The drawn face that an address speaks of, u8 (size, size); None for an address without one."""
    from fer_core.data.drawn.dataset import EXPRESSIONS

    page, values = links.read(address)
    if page == "playground":
        made = drawing(values)
    elif page == "explain" and "expression" in values:
        units = units_text(EXPRESSIONS[values["expression"]])
        made = drawing({"face": units, "person": values.get("person", 0)})
    else:
        return None
    return made.scene.draw(made.units, size)


@st.cache_data(show_spinner=False, max_entries=64)
def rows_of(rows: tuple[int, ...]) -> np.ndarray:
    """Pictures of the drawn set by row number, u8 (K, 48, 48), drawn anew: nothing has to be ready."""
    from fer_core.data.drawn.dataset import draw_rows

    return np.concatenate([draw_rows(row, row + 1)[0] for row in rows])
