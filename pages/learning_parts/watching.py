"""What a class sees of a training: one sentence, curves, matrix and filters of the epoch in view."""

import numpy as np
import streamlit as st

from fer_core.evaluation.confusion import Selection, over_epochs
from fer_core.figures.in_words import in_words
from fer_core.figures.learning import accuracy_curves, filters_picture
from fer_core.pictures.sheet import sheet
from fer_core.training.classroom import ClassroomSettings, verdict
from pages.learning_parts.film import Film
from pages.ui import downloads, loaders
from pages.ui.matrix import MatrixStyle, matrix, pressed
from pages.ui.states import LEARNING

_CELL, _MATRIX, _REPLAY = "learning_cell", "learning_matrix", "learning_replay"
_SECONDS = 0.8
_MOST_FACES = 16


def progress(film: Film) -> None:
    """Where a training under way stands."""
    if not film.running:
        return
    if film.waiting:
        st.progress(0.0, text="Another training is under way on this server; this one begins after it.")
        return
    left = film.seconds_left
    words = "Starting: the first batches take a moment." if left is None else f"About {left:.0f} s left."
    st.progress(min(1.0, film.share), text=f"Epoch {max(1, len(film.frames))} of {film.settings.epochs}. {words}")


def show(film: Film, before: Film | None) -> None:
    """The sentence, and all views at the epoch in view: the last one while it trains."""
    frames = list(film.frames)
    st.markdown(f"**{verdict(frames)}**")
    if before is not None and not film.running:
        st.caption(f"The training before: {_differs(before.settings, film.settings)}. {verdict(list(before.frames))}")
    if film.running or len(frames) < 2:
        _views(film, before, frames[-1].number)
    else:
        _replayed(film, before)


def _replayed(film: Film, before: Film | None) -> None:
    playing = bool(st.session_state.get(_REPLAY))
    st.fragment(_player, run_every=_SECONDS if playing else None)(film, before)


def _player(film: Film, before: Film | None) -> None:
    last = film.frames[-1].number
    shown = LEARNING.value("epoch", default=last, high=last)
    if st.session_state.get(_REPLAY):
        shown = min(last, shown + 1)
        LEARNING.put("epoch", shown)
        if shown == last:
            st.session_state[_REPLAY] = False
            st.rerun()
    left, right = st.columns([1, 5], vertical_alignment="bottom")
    if left.button("Replay", icon=":material/replay:", help="All epochs once more, as a film."):
        st.session_state[_REPLAY] = True
        LEARNING.put("epoch", 0)
        st.rerun()  # all of the page: only from there the player gets its clock
    shown = right.slider("Epoch in view", **LEARNING.widget("epoch", default=last, high=last))
    _views(film, before, shown)


def _views(film: Film, before: Film | None, shown: int) -> None:
    frames = list(film.frames)
    one = next(frame for frame in frames if frame.number == shown)
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.markdown(f"**At epoch {shown}**: right on {one.test_accuracy:.1%} of {len(one.classes):,} new faces")
        labels = loaders.drawn().subset("test").labels
        cell = st.session_state.get(_CELL) or Selection()
        counts = over_epochs(labels, one.classes[None])[0]
        matrix(counts, cell, MatrixStyle("true", 1.0, axes=("drawn as", "taken for")), _MATRIX, _pressed)
    with right:
        earlier = list(before.frames) if before is not None else []
        figure = accuracy_curves(frames, film.settings.epochs, shown, earlier)
        if film.running:
            st.plotly_chart(figure, key="learning_curves", config={"displayModeBar": False}, alt=in_words(figure))
        else:
            downloads.figure(figure, "learning-curves")
        st.markdown("**The eight filters of its first layer**: above before training, below at this epoch")
        picture = filters_picture(frames, shown)
        words = "Eight filters of 7 x 7 weights, before training and at the epoch in view."
        st.image(picture, width="stretch", caption="White counts for, black against.", alt=words)
    _faces(cell, one.classes)


def _pressed() -> None:
    if (found := pressed(_MATRIX)) is not None:
        st.session_state[_CELL] = None if found == st.session_state.get(_CELL) else found


def _faces(cell: Selection, classes: np.ndarray) -> None:
    if cell == Selection():
        return
    test = loaders.drawn().subset("test")
    rows = np.flatnonzero(cell.mask(test.labels, classes))
    st.markdown(f"**{cell.title()}**: {len(rows)} of the test faces at this epoch")
    if len(rows):
        few = rows[:_MOST_FACES]
        picture = sheet(test.pixels[few], min(8, len(few)), gap=4, scale=2, background=255)
        st.image(picture, alt=f"{len(few)} drawn faces of this cell.")


def _differs(before: ClassroomSettings, now: ClassroomSettings) -> str:
    """In words, what was set otherwise in the training before."""
    words = []
    if before.pictures != now.pictures:
        words.append(f"{before.pictures:,} faces")
    if before.steps != now.steps:
        words.append(before.steps)
    if before.mirrored != now.mirrored:
        words.append("half of them mirrored" if before.mirrored else "none mirrored")
    if before.epochs != now.epochs:
        words.append(f"{before.epochs} epochs")
    if before.start != now.start:
        words.append(f"start {before.start}")
    return ", ".join(words) or "the same settings, from the same start"
