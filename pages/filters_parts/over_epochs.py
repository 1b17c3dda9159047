"""View "Over epochs": one filter as it came to be: its weights, its picture, its activation and the face's map."""

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.errors import FerError
from fer_core.features import PRESETS, LayerInfo, find_layer, gallery
from fer_core.features.layers import filter_weights
from fer_core.figures.overlay import overlay
from fer_core.labels import CLASSES
from fer_core.pictures.sheet import stretch
from fer_core.runs import Run
from pages.filters_parts import filter_visualization, outputs
from pages.ui import explain, film, loaders
from pages.ui.plain import plain
from pages.ui.source import Picture
from pages.ui.states import FILTERS

METHOD = "gradient"


def show(run: Run, info: LayerInfo, filter: int, picture: Picture) -> None:
    """The film of the filter in the epochs that the run kept, another run's in step below."""
    if not film.can_show(run):
        return
    other = film.beside(FILTERS, run)
    target = int(explain.probabilities(run, picture.pixels[None])[0].argmax())
    film.show(
        FILTERS, [run] if other is None else [run, other],
        lambda at: look(at, info.name, filter, picture.pixels, target), "filter_film",
    )  # fmt: skip
    st.caption(
        f"{plain(info.name)}, filter {filter}, on {picture.words}. The feature visualisation grows from the same noise "
        f"at every epoch ({gallery.STEPS} steps, seed {FILTERS.value('seed')}); the map is the gradient for "
        f"{CLASSES[target]}, what {run.name} calls the face at its best. Two seeds need not grow the same filter "
        "under the same number: only what is asked of all of them together is alike."
    )


def look(run: Run, layer: str, filter: int, pixels: np.ndarray, target: int) -> film.Reels:
    """What one epoch makes of the filter and the face; without the filter where its network has no such one."""
    p = explain.probabilities(run, pixels[None])[0]
    raw = explain.raw_maps(run, pixels, METHOD, [target])[0]
    shown = overlay(pixels, saliency.normalise(raw[None], percentile=99.5)[0], opacity=0.75)
    said = int(p.argmax())
    answer = f"{CLASSES[said]} {p[said]:.0%}" + (f"; {CLASSES[target]} {p[target]:.0%}" if said != target else "")
    found = {}
    try:
        if filter < find_layer(loaders.model(run), layer).filters:
            found = _filter(run, layer, filter, pixels)
    except FerError:  # no such layer there
        found = {}
    return {**found, "The face's map": film.Frame(shown, answer)}


def _filter(run: Run, layer: str, filter: int, pixels: np.ndarray) -> film.Reels:
    found = {}
    weights = filter_weights(loaders.model(run), layer, filter)
    if weights is not None:
        channel = int(np.abs(weights).sum(axis=(0, 1)).argmax())
        kernel, span = weights[..., channel], max(float(np.abs(weights[..., channel]).max()), 1e-12)
        of = f"for channel {channel}, its heaviest: " if weights.shape[2] > 1 else ""
        words = f"{of}white {span:.3f}, black -{span:.3f}"
        found["Its weights"] = film.Frame(_gray(0.5 + kernel / (2 * span)), words)
    preset = FILTERS.value("start", default=gallery.PRESET, options=list(PRESETS))
    image, score, noise, awake = filter_visualization.visualise(run, layer, filter, preset, FILTERS.value("seed"))
    asleep = "" if awake else "; asleep"
    found["Feature visualisation"] = film.Frame(image, f"score {score:.2f}, noise has {noise:.2f}{asleep}")
    out = outputs.outputs(run, layer, pixels)[..., filter]
    found["Its activation"] = (
        film.Frame(_gray(stretch(out[None])[0]), f"{out.min():.2f} to {out.max():.2f}")
        if out.size > 1
        else film.Frame(np.full((8, 8), 128, np.uint8), f"{float(out.squeeze()):.3f}")
    )
    return found


def _gray(values: np.ndarray) -> np.ndarray:
    """Values from 0 to 1 as gray levels u8."""
    return np.rint(255 * values).astype(np.uint8)
