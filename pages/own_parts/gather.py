"""Classes by name, and their pictures from the camera or from files."""

import numpy as np
import streamlit as st

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.own_classes import LEAST, MOST, MOST_CLASSES
from fer_core.own_classes.cutting import cut_face, cut_middle
from fer_core.own_classes.example import drawn_example
from fer_core.pictures.sheet import sheet
from pages.own_parts.memory import Memory, memory
from pages.ui import burst
from pages.ui.plain import plain
from pages.ui.states import OWN

CAMERA = "own_camera"
_INTO, _NEW = "own_into", "own_new_class"
_SHOWN = 20


def show() -> None:
    """The names, the camera, the files, and what is there of each class."""
    own = memory()
    _names(own)
    if not own.collection.names:
        st.button(
            "No camera at hand? Two classes of drawn faces",
            icon=":material/draw:",
            type="tertiary",
            on_click=lambda: own.take(drawn_example()),
        )
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.session_state[_INTO] = into()
        st.segmented_control(
            "Pictures for", own.collection.names, format_func=plain, key=_INTO, required=True, wrap=True
        )
        st.radio("Cut to", OWN.options("cut"), horizontal=True, **OWN.widget("cut"))
        st.fragment(_camera)()
        _files(own)
    with right:
        for name in own.collection.names:
            _one(own, name)


def cut(picture: np.ndarray, quick: bool = False) -> np.ndarray | None:
    """The picture u8 (h, w, 3) as the page is set to cut it: u8 (48, 48), None where it has no face."""
    return cut_middle(picture) if OWN.value("cut") != OWN.options("cut")[0] else cut_face(picture, quick)


def _names(own: Memory) -> None:
    with st.form("own_class", clear_on_submit=True, border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        left.text_input(
            f"A new class (two to {MOST_CLASSES})",
            key=_NEW,
            max_chars=40,
            placeholder="thumb, tongue out, teacher's look",
        )
        right.form_submit_button("Add", icon=":material/add:", on_click=_add, width="stretch")
    while own.notes:
        st.warning(plain(own.notes.pop(0)))


def _add() -> None:
    own = memory()
    try:
        own.take(own.collection.with_class(st.session_state.get(_NEW) or ""))
        st.session_state[_INTO] = own.collection.names[-1]
    except FerError as error:
        own.notes.append(str(error))


def into() -> str:
    """The class that pictures are taken for."""
    names = memory().collection.names
    chosen = st.session_state.get(_INTO)
    return chosen if chosen in names else names[0]


def _camera() -> None:
    own = memory()
    name = into()
    full = own.collection.counts()[name] >= MOST
    burst.burst(CAMERA, _taken, _nothing, words=f"Take 10 pictures for “{name}”", ready=not full)
    if st.session_state.pop("own_came", False):
        st.rerun()


def _nothing() -> None:
    """A live frame; they are asked for elsewhere."""


def _taken() -> None:
    own = memory()
    try:
        found = burst.taken(CAMERA)
        if found is None or found[0] == own.last_take:
            return
        own.last_take = found[0]
        _keep(own, [pictures.decode(data, "the picture") for data in found[1]], "10 pictures")
    except FerError as error:
        own.notes.append(str(error))
    st.session_state["own_came"] = True


def _keep(own: Memory, given: list[np.ndarray], what: str) -> None:
    faces = [face for one in given if (face := cut(one)) is not None]
    if len(faces) < len(given):
        none = len(given) - len(faces)
        own.notes.append(
            f"No face was found in {none} of {what}: turn to the light, or cut to the middle of the picture instead."
        )
    if faces:
        own.take(own.collection.add(into(), np.stack(faces)))


def _files(own: Memory) -> None:
    with st.form("own_files", clear_on_submit=True, border=False):
        files = st.file_uploader("Or pictures from files", type=list(pictures.SUFFIXES), accept_multiple_files=True)
        pressed = st.form_submit_button("Take these", icon=":material/upload:")
    if not pressed or not files:
        return
    for file in files[:MOST]:
        try:
            _keep(own, [pictures.decode(file.getvalue(), file.name)], file.name)  # each a take of its own
        except FerError as error:
            own.notes.append(str(error))
    st.rerun()


def _one(own: Memory, name: str) -> None:
    faces = own.collection.of(name)
    with st.container(border=True):
        missing = LEAST - len(faces)
        st.markdown(
            f"**{plain(name)}**: {len(faces)} of {MOST}" + (f", {missing} more are needed" if missing > 0 else "")
        )
        if len(faces):
            few = faces[-_SHOWN:]
            st.image(sheet(few, min(10, len(few)), gap=2, background=255), alt=f"{len(few)} pictures of {name}.")
        with st.container(horizontal=True):
            st.button(
                "Last take away", key=f"own_undo_{name}", type="tertiary", disabled=not len(faces),
                on_click=lambda: own.take(own.collection.without_last(name)),
            )  # fmt: skip
            st.button(
                "Class away", key=f"own_drop_{name}", type="tertiary",
                on_click=lambda: own.take(own.collection.without_class(name)),
            )  # fmt: skip
