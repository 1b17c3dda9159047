"""A small form that starts a training beside the dashboard."""

import streamlit as st

from fer_core import data
from fer_core.data.augmentation import PRESETS
from fer_core.errors import FerError
from fer_core.models.preprocessing import NORMALISATIONS
from fer_core.training import jobs
from fer_core.training.recipes import RECIPES, describe
from pages.ui import light, loaders
from pages.ui.plain import plain

AS_THE_RECIPE = "as the recipe"


def show() -> None:
    """The form; what it starts runs on when the page is closed."""
    found = data.find()
    sets = {"drawn": "drawn faces (no download)"} | ({str(found): f"FER2013 ({found.name})"} if found else {})
    st.subheader("Train a network", anchor=False)
    if light.note("Training"):
        return
    st.caption(
        "It runs beside the dashboard and goes on when the page is closed. The same from a shell, with every setting: "
        "`python -m fer_core train --help`."
    )
    with st.form("train", border=True):
        one, two, three = st.columns(3)
        name = one.text_input("Name of the run", placeholder="my-first-run", key="train_name")
        dataset = two.selectbox("Data", list(sets), format_func=sets.__getitem__, key="train_data")
        recipe = three.selectbox("Recipe", _recipes(), format_func=_described, key="train_recipe")
        four, five, six = st.columns(3)
        epochs = four.number_input("Epochs", 1, 1000, 10, key="train_epochs")
        seed = five.number_input("Seed", 0, 2**31 - 1, 0, key="train_seed")
        limit = six.number_input(
            "Training images at most", 0, 1_000_000, 0, step=500, key="train_limit", help="0: all of them."
        )
        four, five, six = st.columns(3)
        normalisation = four.selectbox("Normalisation", [AS_THE_RECIPE, *NORMALISATIONS], key="train_normalisation")
        augmentation = five.selectbox("Augmentation", [AS_THE_RECIPE, *PRESETS], key="train_augmentation")
        note = six.text_input("Note", key="train_note")
        pressed = st.form_submit_button("Start training", type="primary", icon=":material/play_arrow:")
    if not pressed:
        return
    given = {
        "data": dataset,
        "recipe": recipe,
        "epochs": epochs,
        "seed": seed,
        "limit": limit or None,
        "note": note or None,
    }
    if normalisation != AS_THE_RECIPE:
        given["normalisation"] = normalisation
    if augmentation != AS_THE_RECIPE:
        given["augmentation"] = augmentation
    try:
        process = jobs.start(name.strip(), given, loaders.root())
    except FerError as error:
        st.error(plain(error))
        return
    except OSError as error:
        st.error(f"The training could not be started in {loaders.root()}: {error.strerror}.")
        return
    st.session_state.setdefault("runs_started", {})[name.strip()] = process
    st.session_state.get("runs_failed", {}).pop(name.strip(), None)
    st.rerun()


def _recipes() -> list[str]:
    """All recipes, the one for the drawn faces first: it needs no download and takes minutes."""
    return sorted(RECIPES, key=lambda name: name != "drawn")


def _described(name: str) -> str:
    return f"{name}: {describe(name)}"
