"""Tags of pictures and saved selections, on every page that shows pictures of a set."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data import selections
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.spreadsheet import csv_text
from fer_core.types import Integers
from pages.ui import downloads, loaders
from pages.ui.address import State
from pages.ui.plain import plain

ALL = selections.EVERY
_PROBLEM, _SAID = "selections_problem", "selections_said"


def kept(dataset: Dataset) -> dict[str, Integers]:
    """Name -> rows of what is kept of this set; nothing, with the sentence that says why, for a damaged file."""
    path = _file(dataset)
    try:
        return _read(str(path), loaders.file_stamp(path), dataset.fingerprint)
    except FerError as error:
        st.error(plain(error))
        return {}


def box(state: State, dataset: Dataset, after: Callable[[], None] | None = None) -> Integers | None:
    """The box "Selection" of a page that keeps it in its address: the rows i64 (K,) chosen, None for all pictures.

    No box is drawn where nothing is kept. after: called when it changes, before the address is written.
    """
    found = kept(dataset)
    names = [ALL, *found]
    if not found:
        state.value("selection", options=names)  # an address that names one is told so
        return None
    name = st.selectbox(
        "Selection", names, **state.widget("selection", options=names, after=after),
        help="Pictures that somebody kept under a name, by a lasso, from a cell or as a tag; kept beside the set.",
    )  # fmt: skip
    return None if name == ALL else found[name]


def keep_box(dataset: Dataset, rows: np.ndarray, key: str) -> None:
    """A small box that keeps these pictures, rows i64 (K,), under a name; key: of its widgets."""
    count = f"{len(rows):,} picture{'s' * (len(rows) != 1)}"

    def keep() -> None:
        name = st.session_state.get(f"{key}_name") or ""
        if _done(lambda: selections.keep(_file(dataset), dataset.fingerprint, name, rows.tolist())):
            st.session_state[f"{key}_name"] = ""
            st.session_state[_SAID] = f"Kept {count} as {plain(' '.join(name.split()))}."

    if said := st.session_state.pop(_SAID, None):  # not in the callback: a fragment's may draw nothing
        st.toast(said, icon=":material/bookmark_added:")
    with st.popover("Keep as a selection", icon=":material/bookmark_add:"):
        _say_problem()
        st.text_input(
            f"Name for the {count} here", key=f"{key}_name", max_chars=60,
            help="Pictures join those of a name that is there already. It is found again in the box Selection on Data, "
            "Confusion, Explain and Filters.",
        )  # fmt: skip
        st.button("Keep", key=f"{key}_keep", on_click=keep, icon=":material/check:")


def tags(dataset: Dataset, row: int, key: str) -> None:
    """The names that one picture bears, to be changed; a new one is made by typing it."""
    found, own = kept(dataset), f"{key}_{dataset.fingerprint}_{row}"
    bears = selections.names_of(found, row)
    if st.session_state.get(own) != bears:
        st.session_state[own] = bears

    def change() -> None:
        names = list(st.session_state[own])
        _done(lambda: selections.tag(_file(dataset), dataset.fingerprint, row, names))

    st.multiselect(
        "Tags", list(dict.fromkeys([*found, *bears])), key=own, on_change=change, accept_new_options=True,
        placeholder="none; type one",
    )  # fmt: skip
    _say_problem()


def manage(dataset: Dataset) -> None:
    """What is kept of this set, with its rows as csv, and each to be forgotten."""
    found = kept(dataset)
    _say_problem()
    if not found:
        st.caption("No picture of this set bears a tag yet.")
        return
    for name, rows in found.items():
        left, middle, right = st.columns([4, 2, 1], vertical_alignment="center")
        left.markdown(f"**{plain(name)}**, {len(rows):,} picture{'s' * (len(rows) != 1)}")
        with middle:
            downloads.button(
                "Rows as csv", partial(_csv, rows), f"{dataset.name}-{name}.csv", key=f"selection_rows_{name}"
            )  # fmt: skip
        right.button(
            ":material/delete:", key=f"selection_forget_{name}", help=f"Forget {plain(name)}; the pictures stay.",
            on_click=_forget, args=(dataset, name), type="tertiary",
        )  # fmt: skip


def among(rows: np.ndarray, chosen: Iterable[int] | None) -> np.ndarray:
    """Bool (N,): which of rows i64 (N,) a selection holds; all of them where there is none."""
    return np.ones(len(rows), bool) if chosen is None else np.isin(rows, np.asarray(chosen))


def _csv(rows: Integers) -> bytes:
    return csv_text(pd.DataFrame({"row": rows})).encode("utf-8")


def _forget(dataset: Dataset, name: str) -> None:
    _done(lambda: selections.forget(_file(dataset), dataset.fingerprint, name))


def _done(change: Callable[[], object]) -> bool:
    """Makes the change; a problem is said where the boxes are drawn next."""
    try:
        change()
    except FerError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    return True


def _say_problem() -> None:
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(plain(problem))


def _file(dataset: Dataset) -> Path:
    return selections.file_for(dataset, None if dataset.layout == "drawn" else loaders.dataset_source())


@st.cache_resource(show_spinner=False, max_entries=8)
def _read(path: str, stamp: tuple[int, int], fingerprint: str) -> dict[str, Integers]:
    return selections.read(Path(path), fingerprint)
