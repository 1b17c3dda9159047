"""The faces of a video as a table, in which two numbers can be made one person."""

from typing import Any

import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.reading import tracks
from pages.ui import downloads
from pages.ui.language import say
from pages.ui.plain import plain, said

_PROBLEM = "clip_merge_problem"


def show(state: Any, least: float, name: str) -> None:
    """The table of `state.found`; merging replaces it, and what was read stays in `state.as_read`."""
    numbers = state.found.numbers()
    if len(numbers) < 2 and state.as_read is None:
        return
    with st.expander(say("All faces"), icon=":material/groups:"):
        downloads.table(
            pd.DataFrame(tracks.rows(state.found, least)),
            name,
            key="clip_tracks",
            column_config={"share": st.column_config.NumberColumn(say("share"), format="percent")},
        )
        st.caption(say("Somebody who was lost on the way came back under another number: say here that they are one."))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = st.selectbox(say("Face"), numbers[::-1], key="clip_merge_number")
            into = st.selectbox(say("is the same person as face"), numbers, key="clip_merge_into")
            st.button(say("Merge"), icon=":material/merge:", on_click=_merge, args=(state, number, into))
            if state.as_read is not None:
                st.button(say("As it was read"), icon=":material/undo:", on_click=_undo, args=(state,))
        if problem := st.session_state.pop(_PROBLEM, ""):
            st.warning(plain(problem))


def _merge(state: Any, number: int, into: int) -> None:
    try:
        after = tracks.merged(state.found, number, into)
    except FerError as error:
        st.session_state[_PROBLEM] = said(error)
        return
    state.as_read = state.as_read or state.found
    state.found, state.copy = after, b""


def _undo(state: Any) -> None:
    state.found, state.as_read, state.copy = state.as_read, None, b""
