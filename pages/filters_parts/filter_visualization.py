"""One filter's wish, grown in one go and kept: small enough not to need watching."""

from dataclasses import replace

import numpy as np
import streamlit as st

from fer_core.features import PRESETS, Ascent, FilterMean, LayerInfo
from fer_core.pictures.sheet import sheet
from fer_core.runs import Run
from pages.ui import downloads, loaders

STEPS = 100


def controls(key: str = "wish") -> tuple[str, int]:
    """(preset, seed) for the wishes on a card."""
    left, right = st.columns([2, 1])
    preset = left.selectbox("Wish grown", tuple(PRESETS), key=f"{key}_preset", help=PRESETS["robust"][0])
    return preset, int(right.number_input("Seed", 0, 9999, 0, key=f"{key}_seed"))


def show(run: Run, info: LayerInfo, filter: int, key: str) -> None:
    """The wish with its score beside that of noise."""
    preset, seed = st.session_state.get("wish_preset", "robust"), int(st.session_state.get("wish_seed", 0))
    st.markdown("**Its wish**")
    with st.spinner("Growing"):
        image, score, noise, awake = wish(run, info.name, filter, preset, seed)
    name = f"{run.name}_{info.name}_{filter}_wish".replace(", ", "_").replace(" ", "_")
    downloads.picture(sheet(image[None], 1, 0, scale=4), name, key=f"{key}_wish", width=192)
    st.caption(
        f"{STEPS} steps from noise: score {score:.3f}, noise has {noise:.3f}" + ("" if awake else "; **asleep**")
    )


def wish(run: Run, layer: str, filter: int, preset: str, seed: int) -> tuple[np.ndarray, float, float, bool]:
    """(picture u8 (48, 48), its score, the mean score of noise, whether it beats all noise)."""
    return _wish(str(run.folder), run.model_path.stat().st_mtime, layer, filter, preset, seed, run)


@st.cache_data(show_spinner=False, max_entries=256)
def _wish(
    folder: str, stamp: float, layer: str, filter: int, preset: str, seed: int, _run: Run
) -> tuple[np.ndarray, float, float, bool]:
    settings = replace(PRESETS[preset][1], seed=seed)
    ascent = Ascent(loaders.model(_run), [FilterMean(layer, filter)], settings)
    ascent.step(STEPS)
    image = ascent.images()[0].astype(np.uint8)
    return image, float(ascent.scores()[0]), float(ascent.noise_scores()[0]), bool(ascent.awake()[0])
