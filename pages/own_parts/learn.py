"""Teaching: the press, how good it is, and what is confused."""

from typing import Any

import numpy as np
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation.neighbours import last_hidden
from fer_core.figures.own_classes import own_heatmap
from fer_core.own_classes import LEAST, Taught, features, teach
from fer_core.pictures.sheet import sheet
from fer_core.runs import Run
from pages.own_parts.memory import Memory, memory
from pages.ui import downloads, loaders
from pages.ui.plain import plain

_MOST_CELLS, _IN_CELL = 6, 10


def show(run: Run) -> None:
    """The button, and what came out."""
    own = memory()
    ready = own.collection.ready
    again = own.taught is not None
    if st.button(
        "Teach it again" if again else "Teach it",
        icon=":material/school:",
        type="secondary" if own.fresh and own.by == run.name else "primary",
        disabled=not ready,
    ):
        _teach(own, run)
    if not ready:
        st.caption(f"Two classes or more are needed, each with {LEAST} pictures or more.")
    if own.taught is None:
        return
    if not own.fresh or own.by != run.name:
        st.caption("Pictures or network changed since: teach it again.")
    _outcome(own, own.taught)


@st.cache_resource(show_spinner=False, max_entries=2)
def _hidden(folder: str, stamp: tuple[float, ...], _run: Run) -> Any:
    return last_hidden(loaders.model(_run))


def hidden(run: Run) -> Any:
    """The run's network up to its last hidden layer, kept."""
    return _hidden(str(run.folder), loaders.network_stamp(run), run)


def _teach(own: Memory, run: Run) -> None:
    bar = st.progress(0.0, text="The network looks at the pictures")
    try:
        vectors = features(hidden(run), own.collection.pixels, lambda share: bar.progress(share / 2))
        words = "A last layer is fitted, and tested on what was held out"
        own.taught = teach(own.collection, vectors, lambda share: bar.progress(0.5 + share / 2, text=words))
        own.of, own.by, own.tally, own.answer = own.collection, run.name, [], None
    except FerError as error:
        own.notes.append(str(error))
    st.rerun()


def _outcome(own: Memory, taught: Taught) -> None:
    low, high = taught.interval
    count = len(taught.head.names)
    st.markdown(
        f"**It tells your {count} classes apart in {taught.accuracy:.0%} of pictures that it had not learned from** "
        f"(95% interval {low:.0%} to {high:.0%}). Guessing by lot: {1 / count:.0%}."
        + (" It is not shown to be better than that." if low <= 1 / count else "")
    )
    if taught.by_take:
        st.caption(
            "Cross-validated: whole takes were held out in turn, because pictures of one take resemble each other. "
            "They still show the people that it learned from."
        )
    else:
        st.warning(
            "This looks too good: a class has a single take, so pictures were held out beside others of the same "
            "moment. Take each class at least twice, with another pose or light."
        )
    left, right = st.columns([1, 1], gap="large")
    with left:
        downloads.figure(own_heatmap(taught.counts, taught.head.names), "own-classes-confusion")
    with right:
        _cells(own, taught)


def _cells(own: Memory, taught: Taught) -> None:
    """The pictures of the fullest cells that are wrong."""
    wrong = taught.counts.copy()
    np.fill_diagonal(wrong, 0)
    order = [divmod(int(place), len(wrong)) for place in np.argsort(-wrong, axis=None, kind="stable")]
    order = [(i, j) for i, j in order if wrong[i, j]][:_MOST_CELLS]
    if not order:
        st.markdown("Nothing was confused. Try it on a neighbour.")
    for i, j in order:
        names = taught.head.names
        st.markdown(f"**{plain(names[i])} taken for {plain(names[j])}**: {wrong[i, j]}")
        if own.of is not None:
            rows = np.flatnonzero((taught.labels == i) & (taught.predicted == j))[:_IN_CELL]
            st.image(
                sheet(own.of.pixels[rows], min(5, len(rows)), gap=2, scale=1, background=255), alt="These pictures."
            )
