"""Guess the label: the visitor, the network and ten people on the same ten pictures."""

import numpy as np
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from pages.guess_parts import outcome
from pages.guess_parts.game import GuessGame, game_of
from pages.ui import layout, loaders
from pages.ui.picker import pick_run
from pages.ui.plain import plain
from pages.ui.states import GAMES, GUESS

FACES, DRAWN = GUESS.options("set")
NAMES = {FACES: "photographs", DRAWN: "drawn faces"}

layout.header("Guess the label", "What do people, the network and you call the same ten faces?")


def body() -> None:
    """The picture and its question first, the settings below."""
    shown, below = st.container(key="guess_shown"), st.container(key="guess_below")
    with below:
        drawn = GUESS.value("set") == DRAWN or not loaders.has_photographs()
        run = pick_run(GUESS, keep=lambda run: run.can_predict, why="has its weights beside it", drawn=drawn)
        there = _pictures()
    if run is None or there is None:
        return
    with shown:
        try:
            game = game_of(there, run, GUESS.value("game"))
        except FerError as error:
            st.error(plain(error))
            return
        if there.layout == "drawn":
            layout.badge("drawn")
        if game.over:
            outcome.summary(game, there, run)
            st.button("Ten others", icon=":material/shuffle:", type="primary", on_click=_others)
            return
        left, right = st.columns([2, 3], gap="large")
        with left:
            st.image(
                np.kron(game.dataset.pixels[game.place], np.ones((8, 8), np.uint8)), width=384, alt="The face to guess."
            )
            st.caption(f"Picture {game.place + 1} of {len(game.dataset)}")
        with right:
            if game.answered:
                outcome.answers(game, run)
                last = game.place + 1 == len(game.dataset)
                st.button(
                    "Who agreed with whom" if last else "Next picture",
                    icon=":material/arrow_forward:",
                    type="primary",
                    on_click=game.go_on,
                )
            else:
                _ask(game)


def _ask(game: GuessGame) -> None:
    st.markdown("**Which label did this picture get?**")
    with st.container(horizontal=True):
        for label, name in enumerate(CLASSES):
            st.button(name, key=f"guess_{name}", on_click=game.guess, args=(label,))
    st.caption("Afterwards you see the label, the network's answer and, where there are any, the votes of ten people.")


def _pictures() -> Dataset | None:
    """The set that is guessed: the one that is here, or the drawn faces."""
    there = layout.safe_dataset()
    if there is None:
        layout.no_dataset_note("photographs to guess; the drawn faces are asked instead")
        return loaders.drawn()
    chosen = st.segmented_control(
        "Pictures", GUESS.options("set"), format_func=lambda name: NAMES[name], required=True, **GUESS.widget("set")
    )
    return there if chosen == FACES else loaders.drawn()


def _others() -> None:
    GUESS.put("game", (GUESS.value("game") + 1) % GAMES)


GUESS.open()
body()
