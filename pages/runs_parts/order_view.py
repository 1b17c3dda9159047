"""Runs kept in order: rename, put away, throw away and fetch back."""

from collections.abc import Callable

import streamlit as st

from fer_core.errors import FerError
from fer_core.runs import Run, housekeeping
from pages.runs_parts.choose import ChosenRuns
from pages.ui import loaders
from pages.ui.states import RUNS


def show(choice: ChosenRuns) -> None:
    """Below the table: one run's name and place, and the trash."""
    with st.expander("Rename, archive, delete", icon=":material/inventory_2:"):
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        names = list(choice.every)
        name = left.selectbox("Run", names, index=names.index(choice.reference), key="order_run")
        run = choice.every[name]
        new = right.text_input("New name", value=run.name, key=f"order_name_{name}")
        archived = housekeeping.is_archived(run)
        with st.container(horizontal=True):
            st.button(
                "Rename", icon=":material/edit:", key="order_rename", disabled=new.strip() in ("", run.name),
                on_click=_change, args=(choice, name, lambda: housekeeping.rename(run, new), new.strip()),
            )  # fmt: skip
            st.button(
                "Fetch from the archive" if archived else "Archive", icon=":material/archive:", key="order_archive",
                help="An archived run stays where it is; lists leave it out unless asked.",
                on_click=_change, args=(choice, name, lambda: housekeeping.archive(run, not archived), name),
            )  # fmt: skip
            st.button(
                "Delete", icon=":material/delete:", key="order_delete",
                help="Into the trash, from which it can be fetched back.",
                on_click=_change, args=(choice, name, lambda: housekeeping.throw_away(run), None),
            )  # fmt: skip
        _trash()


def _trash() -> None:
    for thrown in housekeeping.thrown_away(loaders.root()):
        st.button(
            f"Put {thrown.name} back", icon=":material/restore_from_trash:", key=f"order_back_{thrown.folder.name}",
            type="tertiary", on_click=_fetch, args=(thrown,),
        )  # fmt: skip


def _fetch(thrown: housekeeping.Thrown) -> None:
    try:
        housekeeping.fetch_back(thrown)
        st.toast(f"{thrown.name} is back.", icon=":material/restore_from_trash:")
    except (OSError, FerError) as error:
        st.toast(str(error), icon=":material/error:")


def _change(choice: ChosenRuns, name: str, change: Callable[[], Run | housekeeping.Thrown], new: str | None) -> None:
    """Makes the change and keeps the choice pointed at the same runs."""
    try:
        change()
    except (OSError, FerError) as error:
        st.toast(str(error), icon=":material/error:")
        return
    chosen = [(new if one == name else one) for one in choice.chosen]
    RUNS.put("runs", [one for one in chosen if one])
    if choice.reference == name:
        RUNS.put("ref", new or next((one for one in chosen if one), ""))
    words = f"{name} is in the trash, below." if new is None else f"{name} is {new} now." if new != name else "Done."
    st.toast(words, icon=":material/check:")
