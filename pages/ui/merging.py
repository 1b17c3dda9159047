"""Boxes that put classes together: wherever a matrix is shown or runs are compared."""

from collections.abc import Callable

import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation.merged import Grouping, grouping
from fer_core.labels import CLASSES
from pages.ui.address import State
from pages.ui.plain import plain

GROUPS = ("group1", "group2", "group3")
READY: dict[str, tuple[list[str], ...]] = {
    "Disgust with angry": (["angry", "disgust"], [], []),
    "Negative": (["angry", "disgust", "fear", "sad"], [], []),
    "Negative and the rest": (["angry", "disgust", "fear", "sad"], ["happy", "surprise", "neutral"], []),
}


def boxes(state: State, after: Callable[[], None] | None = None) -> Grouping | None:
    """The ready groupings and a box a group; None, with the sentence that says why, for groups that can't be.

    state: of a page that keeps GROUPS. after: called when the groups change, before the address is written.
    """

    def take(groups: tuple[list[str], ...]) -> None:
        state.put_all(**dict(zip(GROUPS, groups, strict=True)))
        if after:
            after()

    with st.container(horizontal=True):
        for name, groups in READY.items():
            st.button(name, key=f"merged_{name}", on_click=take, args=(groups,))
    chosen = [
        column.multiselect(f"Group {number}", CLASSES, **state.widget(name, after=after))
        for number, (name, column) in enumerate(zip(GROUPS, st.columns(3), strict=True), 1)
    ]
    try:
        return grouping([group for group in chosen if group])
    except FerError as error:
        st.error(plain(error))
        return None


def switched(state: State, after: Callable[[], None] | None = None) -> Grouping | None:
    """A switch, and the boxes below it where it is on; None where the seven classes stay apart."""
    on = st.toggle(
        "Merge classes",
        help="Labels and answers are put into groups first; a group's probability is the sum over its classes.",
        **state.widget("merge", after=after),
    )
    found = boxes(state, after) if on else None
    return found if found is not None and found.told else None
