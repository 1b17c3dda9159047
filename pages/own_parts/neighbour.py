"""The point of it: does it know the class, or only the people in the pictures? A neighbour shows."""

import html

import numpy as np
import streamlit as st

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.own_classes import Taught, features
from fer_core.own_classes.example import UNITS, drawn_example
from fer_core.runs import Run
from pages.own_parts import gather, learn
from pages.own_parts.memory import Memory, memory
from pages.ui import bars, burst, loaders, spoken
from pages.ui.plain import plain

LIVE = "own_live"
_RUN, _CAME = "own_live_run", "own_neighbour"


def show(run: Run) -> None:
    """The live camera, a file or a drawn neighbour; the answer; and the tally."""
    own = memory()
    if own.taught is None:
        return
    st.subheader("Try it on a neighbour", anchor=False)
    st.markdown(
        "Somebody who was not in the pictures. **Guess first:** will it be right as often? Show a face, then press "
        "what it really was."
    )
    st.html(bars.STYLE)
    st.session_state[_RUN] = run.name
    st.fragment(_live)()


def _live() -> None:
    own = memory()
    if own.taught is None:
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        burst.burst(LIVE, _nothing, _frame, live=True, answered=own.answered)
        _others(own)
    with right:
        while own.notes:
            st.warning(plain(own.notes.pop(0)))
        if own.answer is not None and own.face is not None:
            _answer(own, own.taught)
        spoken.spoken(_heard(own, own.taught), "own_said")
        _tally(own, own.taught)


def _nothing() -> None:
    """A take; this camera answers live."""


def _frame() -> None:
    own = memory()
    try:
        found = burst.frame(LIVE)
        if found is None:
            return
        own.answered = found[0]
        _ask(own, pictures.decode(found[1], "the frame"), quick=True)
    except FerError as error:
        own.notes.append(str(error))


def _ask(own: Memory, picture: np.ndarray, quick: bool = False) -> None:
    face = gather.cut(picture, quick)
    if face is None:
        own.face = own.answer = None
        own.notes.append("No face is found in the picture.")
        return
    _ask_face(own, face)


def _ask_face(own: Memory, face: np.ndarray) -> None:
    run = next((one for one in loaders.runs()[0] if one.name == own.by), None)
    if run is None or own.taught is None:
        own.notes.append(f"The run {own.by} is not here any more: teach it again.")
        return
    own.face = face
    own.answer = own.taught.head.probabilities(features(learn.hidden(run), face[None]))[0]


def _others(own: Memory) -> None:
    file = st.file_uploader("Or a picture of a neighbour", type=list(pictures.SUFFIXES), key="own_neighbour_file")
    if file is not None and st.session_state.get(_CAME) != file.file_id:
        st.session_state[_CAME] = file.file_id
        try:
            _ask(own, pictures.decode(file.getvalue(), file.name))
        except FerError as error:
            own.notes.append(str(error))
    if set(own.collection.names) == set(UNITS):
        st.button("A drawn neighbour", icon=":material/draw:", on_click=_drawn, type="tertiary")


def _drawn() -> None:
    own = memory()
    rng = np.random.default_rng()
    made = drawn_example(1, first=int(rng.integers(1000, 99_999)))
    _ask_face(own, made.pixels[int(rng.integers(len(made.pixels)))])


def _answer(own: Memory, taught: Taught) -> None:
    assert own.answer is not None and own.face is not None
    best = int(own.answer.argmax())
    left, right = st.columns([1, 3])
    left.image(np.kron(own.face, np.ones((3, 3), np.uint8)), alt="The face as the network sees it.")
    with right:
        st.markdown(f"It says **{plain(taught.head.names[best])}**.")
        both = zip(taught.head.names, own.answer, strict=True)
        st.html("".join(_bar(name, float(share), k == best) for k, (name, share) in enumerate(both)))
    st.caption("What was it really?")
    with st.container(horizontal=True):
        for name in taught.head.names:
            st.button(plain(name), key=f"own_was_{name}", on_click=_was, args=(name, taught.head.names[best]))


def _heard(own: Memory, taught: Taught) -> str:
    return "" if own.answer is None else f"It says {taught.head.names[int(own.answer.argmax())]}"


def _bar(name: str, share: float, best: bool) -> str:
    bold = " best" if best else ""
    return (
        f'<div class="fer-pbar{bold}"><span>{html.escape(name)}</span><b><i style="width:{share:.1%};'
        f'background:var(--st-primary-color, #1a9c8c)"></i></b><span>{share:.0%}</span></div>'
    )


def _was(name: str, said: str) -> None:
    own = memory()
    own.tally.append((name, said))
    own.face = own.answer = None


def _tally(own: Memory, taught: Taught) -> None:
    if not own.tally:
        return
    right, count = sum(was == said for was, said in own.tally), len(own.tally)
    low, high = wilson(right, count)
    st.markdown(
        f"**Neighbours: right in {right} of {count}** (95% interval {low:.0%} to {high:.0%}); on people that it knew, "
        f"{taught.accuracy:.0%}."
    )
    if high < taught.accuracy:
        st.info(
            "It is worse on people that it never saw: it learned the people along with the class. More people in the "
            "pictures would help more than more pictures.",
            icon=":material/lightbulb:",
        )
