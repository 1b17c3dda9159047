"""Verdicts on pictures, one after the other, by key: the label is right, another one is, no face, unsure."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core.data import verdicts
from fer_core.data.dataset import Dataset
from fer_core.data.verdicts import NOT_A_FACE, RIGHT, UNSURE, Verdict
from fer_core.data.votes import VOTE_NAMES
from fer_core.errors import FerError
from fer_core.figures.dataset import votes_bars
from fer_core.figures.in_words import in_words
from fer_core.labels import CLASSES
from pages.dataset_parts import chosen, review_kept, review_list
from pages.dataset_parts.image_row import image_row
from pages.ui import downloads, loaders, selections
from pages.ui.plain import plain
from pages.ui.states import DATASET

_PROBLEM = "review_problem"


@st.fragment
def show(dataset: Dataset) -> None:
    """The list's boxes, the picture in view with the buttons, and what was decided."""
    path = verdicts.file_for(dataset, chosen.source(dataset))
    try:
        found = _kept(str(path), loaders.file_stamp(path), dataset.fingerprint)
    except FerError as error:
        st.error(plain(error))
        return
    queue = review_list.pick(dataset, np.array(sorted(verdicts.disputed(found)), np.int64))
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    who = verdicts.reader(left.text_input("Your name", placeholder="somebody", **DATASET.widget("who")))
    with right:
        seen = st.toggle(
            "Show what FER+'s voters saw",
            disabled=dataset.votes is None,
            help="Off, so that your verdict is your own.",
            **DATASET.widget("votes"),
        )
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(plain(problem))
    own = verdicts.latest(found, who)
    position = _in_view(dataset, queue, own)
    if position is None:
        st.info("No picture is in this list; choose another.")
    else:
        _picture(dataset, position, queue, own, (path, who), seen and dataset.votes is not None)
    review_kept.show(dataset, found, path)


def _picture(
    dataset: Dataset, position: int, queue: np.ndarray, own: dict[int, str], writes: tuple[Path, str], seen: bool
) -> None:
    """The picture, its buttons and how far the reader is; `writes`: the file, and the reader's name in it."""
    row = int(dataset.rows[position])
    done = int(_decided(dataset, queue, own).sum())
    left, right = st.columns([2, 3], gap="large")
    with left:
        image_row([dataset.pixels[position]], [chosen.describe_picture(dataset, position)], side="100%", widest="20rem")
    with right:
        st.progress(done / max(1, len(queue)), f"{done:,} of {len(queue):,} decided by {plain(writes[1])}")
        said = f"You said: **{own[row]}**." if row in own else "Is the label right?"
        st.markdown(f"Labelled **{chosen.LABEL_NAMES[dataset.labels[position]]}**. {said}")
        _buttons(dataset, position, queue, own, writes)
        st.caption(
            f"Each verdict is a line in {plain(writes[0].name)}"
            f"{' beside the set' if chosen.source(dataset) is not None else ', kept by the set’s fingerprint'}; one "
            "reader's last word on a picture holds."
        )
        selections.tags(dataset, row, "review_tags")
        if seen and dataset.votes is not None:
            votes = votes_bars(dataset.votes[position], VOTE_NAMES)
            st.plotly_chart(votes, key="review_votes", config={"displayModeBar": False}, alt=in_words(votes, "Votes"))
            downloads.numbers(votes, "votes", "review_votes")


def _buttons(dataset: Dataset, position: int, queue: np.ndarray, own: dict[int, str], writes: tuple[Path, str]) -> None:
    after = _next(dataset, queue, position, own)

    def button(label: str, word: str, key: str, **options: Any) -> None:
        st.button(
            label, key=f"review_{word}", shortcut=key, on_click=_decide,
            args=(dataset, position, word, writes, after), **options,
        )  # fmt: skip

    with st.container(horizontal=True):
        if dataset.labels[position] >= 0:
            button("The label is right", RIGHT, "Y", type="primary")
        button("Not a face", NOT_A_FACE, "N")
        button("Unsure", UNSURE, "U")
    with st.container(horizontal=True):
        for number, name in enumerate(CLASSES, 1):
            button(name, name, str(number))
    with st.container(horizontal=True):
        step: dict[str, Any] = {
            "on_click": _go,
            "key": "review_back",
            "shortcut": "Left",
            "icon": ":material/arrow_back:",
        }
        st.button("Back", args=(_beside(dataset, queue, position, -1),), disabled=len(queue) < 2, **step)
        step = {"on_click": _go, "key": "review_on", "shortcut": "Right", "icon": ":material/arrow_forward:"}
        st.button("Skip", args=(_beside(dataset, queue, position, 1),), disabled=len(queue) < 2, **step)
        st.button(
            "Undo", key="review_undo", shortcut="Z", icon=":material/undo:", disabled=not own,
            on_click=_undo, args=(dataset, writes), help="Takes your last verdict back.",
        )  # fmt: skip


def _in_view(dataset: Dataset, queue: np.ndarray, own: dict[int, str]) -> int | None:
    """Position of the picture that the address names, else of the first undecided one, else of the first."""
    row = DATASET.value("row")
    if row is not None:
        if row in dataset.rows:
            return int(dataset.index_of(np.array([row]))[0])
        st.caption(f"This set has no row {row}; the list's next picture is shown instead.")
        DATASET.drop("row")
    if not len(queue):
        return None
    waiting = queue[~_decided(dataset, queue, own)]
    if not len(waiting):
        st.success(f"All {len(queue):,} pictures of this list are decided.", icon=":material/check:")
    return int(waiting[0] if len(waiting) else queue[0])


def _decided(dataset: Dataset, queue: np.ndarray, own: dict[int, str]) -> np.ndarray:
    """Bool (K,): the reader has decided on this picture of the list."""
    return np.isin(dataset.rows[queue], np.fromiter(own, np.int64, len(own)))


def _place(queue: np.ndarray, position: int) -> int:
    """Where the picture stands in the list; before the first where it is not in it."""
    found = np.flatnonzero(queue == position)
    return int(found[0]) if len(found) else -1


def _beside(dataset: Dataset, queue: np.ndarray, position: int, step: int) -> int | None:
    if not len(queue):
        return None
    return int(dataset.rows[queue[(max(_place(queue, position), -1 if step > 0 else 0) + step) % len(queue)]])


def _next(dataset: Dataset, queue: np.ndarray, position: int, own: dict[int, str]) -> int | None:
    """Row of the next undecided picture of the list, from its start again at its end; None for none."""
    order = np.roll(queue, -_place(queue, position) - 1)
    waiting = order[~_decided(dataset, order, own) & (order != position)]
    return int(dataset.rows[waiting[0]]) if len(waiting) else None


def _decide(dataset: Dataset, position: int, word: str, writes: tuple[Path, str], after: int | None) -> None:
    path, who = writes
    if dataset.labels[position] >= 0 and word == CLASSES[dataset.labels[position]]:
        word = RIGHT  # two ways to say one thing would count as a disagreement of readers
    try:
        verdicts.give(path, dataset.fingerprint, int(dataset.rows[position]), word, who)
    except FerError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    DATASET.put("row", after)


def _undo(dataset: Dataset, writes: tuple[Path, str]) -> None:
    path, who = writes
    try:
        back = verdicts.take_back(path, dataset.fingerprint, who)
    except FerError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    if back is not None:
        DATASET.put("row", back.row)


def _go(row: int | None) -> None:
    DATASET.put("row", row)


@st.cache_resource(show_spinner=False, max_entries=8)
def _kept(path: str, stamp: tuple[int, int], fingerprint: str) -> list[Verdict]:
    return verdicts.read(Path(path), fingerprint, mixed=True)
