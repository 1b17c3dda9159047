"""Watch it learn: a small network trained before everybody's eyes."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.training.classroom import ClassroomSettings
from pages.learning_parts import film as films
from pages.learning_parts import watching
from pages.ui import layout, loaders, warmup
from pages.ui.language import say
from pages.ui.plain import plain
from pages.ui.states import LEARNING

_EVERY = 1.0
_NOW, _BEFORE = "learning_film", "learning_before"


def body() -> None:
    """Settings, buttons, and what there is to see."""
    settings = _settings()
    now: films.Film | None = st.session_state.get(_NOW)
    with st.container(horizontal=True, vertical_alignment="center"):
        if now is not None and now.running:
            st.button(say("Stop"), icon=":material/stop_circle:", on_click=now.stop)
        else:
            again = now is not None and _same(now, settings)
            words = say("Train again from the same start" if again else "Train")
            if st.button(words, type="primary", icon=":material/play_arrow:"):
                _begin(settings)
                st.rerun()
    if now is None:
        st.info(
            say(
                "Press Train: a network of 5,607 weights learns from drawn faces, here, in under a minute. It begins "
                "knowing nothing. Nothing is written to the disk."
            ),
            icon=":material/model_training:",
        )
        return
    if now.problem:
        st.error(plain(now.problem))
        return
    before = st.session_state.get(_BEFORE)
    st.fragment(_watch, run_every=_EVERY if now.running else None)(now, before)


def _settings() -> ClassroomSettings:
    one, two, three, four, five = st.columns([2, 2, 2, 1, 2], vertical_alignment="bottom")
    pictures = one.selectbox(
        say("Faces to learn from"),
        LEARNING.options("pictures"),
        format_func="{:,}".format,
        **LEARNING.widget("pictures"),
    )
    steps = two.selectbox(
        say("After each mistake"), LEARNING.options("steps"), format_func=say,
        help=say("How far the weights move after each batch of 32 faces: the learning rate."),
        **LEARNING.widget("steps"),
    )  # fmt: skip
    epochs = three.selectbox(
        say("Epochs"), LEARNING.options("epochs"), help=say("One epoch: each training face was seen once."),
        **LEARNING.widget("epochs"),
    )  # fmt: skip
    start = four.number_input(
        say("Start"), help=say("Another number, other weights to begin with."), **LEARNING.widget("start")
    )
    mirrored = five.toggle(
        say("Mirror half of the faces"),
        help=say("By lot, each time anew: augmentation."),
        **LEARNING.widget("mirrored"),
    )
    return ClassroomSettings(pictures, steps, mirrored, epochs, int(start))


def _same(film: films.Film, settings: ClassroomSettings) -> bool:
    return film.settings == settings


def _begin(settings: ClassroomSettings) -> None:
    warmup.wait()
    state = st.session_state
    if (old := state.get(_NOW)) is not None and len(old.frames) > 1:
        state[_BEFORE] = old
    state[_NOW] = films.start(settings, loaders.drawn())
    LEARNING.put("epoch", None)


def _watch(now: films.Film, before: films.Film | None) -> None:
    running = now.running
    watching.progress(now)
    if now.frames:
        watching.show(now, before)
    if not running and st.session_state.get("learning_ended") is not now:
        st.session_state["learning_ended"] = now
        st.rerun()


layout.header(
    say("Watch it learn"),
    say(
        "A small network is trained on drawn faces while you watch: how often it is right, what it confuses, and what "
        "its first filters become, epoch by epoch."
    ),
)
LEARNING.open()
layout.badge("drawn", say("and measured while you watch"))
try:
    body()
except FerError as error:
    st.error(plain(error))
