"""One filter's feature visualisation by gradient ascent, in one go and kept: small enough not to need watching."""

from dataclasses import replace

import numpy as np
import streamlit as st

from fer_core.features import PRESETS, Ascent, FilterMean, LayerInfo, gallery
from fer_core.pictures.sheet import sheet
from fer_core.runs import Run
from pages.filters_parts import kept
from pages.ui import downloads, loaders, queue
from pages.ui.states import FILTERS

STEPS = gallery.STEPS


def controls() -> tuple[str, int]:
    """(preset, seed) for the feature visualisations on a card."""
    left, right = st.columns([2, 1])
    presets = list(PRESETS)
    preset = left.selectbox(
        "Gradient ascent",
        presets,
        help=PRESETS["robust"][0],
        **FILTERS.widget("start", default="robust", options=presets),
    )
    return preset, int(right.number_input("Seed", **FILTERS.widget("seed")))


def show(run: Run, info: LayerInfo, filter: int, key: str) -> None:
    """The picture that the filter would like best, with its score beside that of noise."""
    preset = FILTERS.value("start", default="robust", options=list(PRESETS))
    seed = FILTERS.value("seed")
    st.markdown("**Feature visualisation**")
    with st.spinner("Growing"):
        image, score, noise, awake = visualise(run, info.name, filter, preset, seed)
    name = f"{run.name}_{info.name}_{filter}_feature_visualisation".replace(", ", "_").replace(" ", "_")
    downloads.picture(sheet(image[None], 1, 0, scale=4), name, key=f"{key}_feature_visualisation", width=192)
    st.caption(
        f"{STEPS} steps from noise: score {score:.3f}, noise has {noise:.3f}" + ("" if awake else "; **asleep**")
    )


def visualise(run: Run, layer: str, filter: int, preset: str, seed: int) -> tuple[np.ndarray, float, float, bool]:
    """(picture u8 (48, 48), its score, the mean score of noise, whether it beats all noise); kept, or grown now."""
    found = kept.of(run) if (preset, seed) == (gallery.PRESET, gallery.SEED) else None
    if found is not None and layer in found and (place := found[layer].place_of(filter)) is not None:
        one = found[layer]
        return one.pictures[place], float(one.scores[place]), float(one.noise[place]), bool(one.awake[place])
    return _grow(str(run.folder), loaders.network_stamp(run), layer, filter, preset, seed, run)


@st.cache_data(show_spinner=False, max_entries=256)
def _grow(
    folder: str, stamp: tuple[float, ...], layer: str, filter: int, preset: str, seed: int, _run: Run
) -> tuple[np.ndarray, float, float, bool]:
    settings = replace(PRESETS[preset][1], seed=seed)
    with queue.turn():
        ascent = Ascent(loaders.model(_run), [FilterMean(layer, filter)], settings)
        ascent.step(STEPS)
    image = ascent.images()[0].astype(np.uint8)
    return image, float(ascent.scores()[0]), float(ascent.noise_scores()[0]), bool(ascent.awake()[0])
