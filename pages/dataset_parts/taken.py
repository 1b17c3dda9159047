"""How the set's source was read, where it was unusual; what was guessed may be changed here."""

import streamlit as st

from fer_core.data.dataset import ORDERS, SPLITS, Dataset
from pages.ui import loaders
from pages.ui.plain import plain

_SPLIT_WORDS = {"train": "training", "public": "public test", "private": "private test", "test": "test"}


def show(dataset: Dataset) -> None:
    """What was taken, a clause each, and a box for each guess; nothing for a set that is as sets usually are."""
    if not dataset.taken:
        return
    clauses = "\n".join(f"- {plain(clause)}" for clause in dataset.taken)
    st.info(f"How this set was read:\n{clauses}", icon=":material/rule:")
    if not dataset.guessed:
        return
    now = loaders.readings()
    columns = st.columns(len(dataset.guessed) + 1, vertical_alignment="bottom")
    if "numbers" in dataset.guessed:
        columns[0].selectbox(
            "The numbers 0 to 6 stand for",
            list(ORDERS),
            index=list(ORDERS).index(now.get("numbers") or "FER2013"),
            format_func=lambda name: ", ".join(ORDERS[name]),
            key="data_numbers",
            on_change=lambda: loaders.read_otherwise("numbers", st.session_state.data_numbers),
        )
    if "split" in dataset.guessed:
        there = SPLITS[int(dataset.split[0])]
        columns[-2].selectbox(
            "The pictures are for",
            list(SPLITS),
            index=SPLITS.index(now.get("split") or there),
            format_func=_SPLIT_WORDS.__getitem__,
            key="data_split",
            on_change=lambda: loaders.read_otherwise("split", st.session_state.data_split),
        )
    columns[-1].caption(
        "Guessed; another choice holds for this visit. In the shell: `data export` with the same choices."
    )
