"""What a class sees of a training: one sentence, curves, matrix and filters of the epoch in view."""

import numpy as np
import streamlit as st

from fer_core.evaluation.confusion import Selection, over_epochs
from fer_core.figures.in_words import in_words
from fer_core.figures.learning import accuracy_curves, filters_picture
from fer_core.labels import CLASSES
from fer_core.pictures.sheet import sheet
from fer_core.training.classroom import ClassroomSettings, verdict
from pages.learning_parts.film import Film
from pages.ui import downloads, loaders
from pages.ui.language import count, mark, say, words
from pages.ui.matrix import MatrixStyle, matrix, pressed
from pages.ui.states import LEARNING

_CELL, _MATRIX, _REPLAY = "learning_cell", "learning_matrix", "learning_replay"
_SECONDS = 0.8
_MOST_FACES = 16
_SAYS = {
    "cell": mark("Drawn as {true}, taken for {predicted}: {count} of {row} ({share})."),
    "row": mark("Drawn as {true}: {count}."),
    "column": mark("Taken for {predicted}: {count}."),
    "hint": mark("Press a cell to see its pictures; the names select a whole row or column."),
}


def _names() -> list[str]:
    """The classes in the language of the visit."""
    return [say(name) for name in CLASSES]


def progress(film: Film) -> None:
    """Where a training under way stands."""
    if not film.running:
        return
    if film.waiting:
        st.progress(0.0, text=say("Another training is under way on this server; this one begins after it."))
        return
    left = film.seconds_left
    if left is None:
        remaining = say("Starting: the first batches take a moment.")
    else:
        remaining = say("About {seconds:.0f} s left.", seconds=left)
    at = say("Epoch {number} of {count}.", number=max(1, len(film.frames)), count=film.settings.epochs)
    st.progress(min(1.0, film.share), text=f"{at} {remaining}")


def show(film: Film, before: Film | None) -> None:
    """The sentence, and all views at the epoch in view: the last one while it trains."""
    frames = list(film.frames)
    st.markdown(f"**{say(verdict(frames))}**")
    if before is not None and not film.running:
        differs = _differs(before.settings, film.settings)
        told = say(verdict(list(before.frames)))
        st.caption(say("The training before: {settings}. {verdict}", settings=differs, verdict=told))
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
    if left.button(say("Replay"), icon=":material/replay:", help=say("All epochs once more, as a film.")):
        st.session_state[_REPLAY] = True
        LEARNING.put("epoch", 0)
        st.rerun()  # all of the page: only from there the player gets its clock
    shown = right.slider(say("Epoch in view"), **LEARNING.widget("epoch", default=last, high=last))
    _views(film, before, shown)


def _views(film: Film, before: Film | None, shown: int) -> None:
    frames = list(film.frames)
    one = next(frame for frame in frames if frame.number == shown)
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.markdown(
            say(
                "**At epoch {number}**: right on {share:.1%} of {faces:,} new faces",
                number=shown,
                share=one.test_accuracy,
                faces=len(one.classes),
            )
        )
        labels = loaders.drawn().subset("test").labels
        cell = st.session_state.get(_CELL) or Selection()
        counts = over_epochs(labels, one.classes[None])[0]
        look = MatrixStyle("true", 1.0, axes=(say("drawn as"), say("taken for")))
        says = {part: say(text) for part, text in _SAYS.items()}
        matrix(counts, cell, look, _MATRIX, _pressed, says=says, names=_names())
    with right:
        earlier = list(before.frames) if before is not None else []
        figure = accuracy_curves(frames, film.settings.epochs, shown, earlier, words=words())
        if film.running:
            st.plotly_chart(
                figure, key="learning_curves", config={"displayModeBar": False}, alt=in_words(figure, words=words())
            )
        else:
            downloads.figure(figure, "learning-curves", title=say("Accuracy, epoch by epoch"))
        st.markdown(say("**The eight filters of its first layer**: above before training, below at this epoch"))
        picture = filters_picture(frames, shown)
        told = say("Eight filters of 7 x 7 weights, before training and at the epoch in view.")
        st.image(picture, width="stretch", caption=say("White counts for, black against."), alt=told)
    _faces(cell, one.classes)


def _pressed() -> None:
    if (found := pressed(_MATRIX)) is not None:
        st.session_state[_CELL] = None if found == st.session_state.get(_CELL) else found


def _faces(cell: Selection, classes: np.ndarray) -> None:
    if cell == Selection():
        return
    test = loaders.drawn().subset("test")
    rows = np.flatnonzero(cell.mask(test.labels, classes))
    title = say(cell.title(_names()))
    st.markdown(say("**{title}**: {count} of the test faces at this epoch", title=title, count=len(rows)))
    if len(rows):
        few = rows[:_MOST_FACES]
        picture = sheet(test.pixels[few], min(8, len(few)), gap=4, scale=2, background=255)
        st.image(picture, alt=say("{count} drawn faces of this cell.", count=len(few)))


def _differs(before: ClassroomSettings, now: ClassroomSettings) -> str:
    """In words, what was set otherwise in the training before."""
    said = []
    if before.pictures != now.pictures:
        said.append(say("{count:,} faces", count=before.pictures))
    if before.steps != now.steps:
        said.append(say(before.steps))
    if before.mirrored != now.mirrored:
        said.append(say("half of them mirrored" if before.mirrored else "none mirrored"))
    if before.epochs != now.epochs:
        said.append(count(before.epochs, "{count} epoch", "{count} epochs"))
    if before.start != now.start:
        said.append(say("start {number}", number=before.start))
    return say(", ").join(said) or say("the same settings, from the same start")
