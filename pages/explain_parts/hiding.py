"""Hide what the map calls important and see whether the network minds."""

import numpy as np
import streamlit as st

from fer_core.figures.overlay import enlarged
from fer_core.labels import CLASSES
from fer_core.saliency import Difference
from fer_core.saliency.hiding import FILLS
from fer_core.saliency.trust.curves import hide_top
from pages.explain_parts.request import ExplainRequest
from pages.ui import explain
from pages.ui.explain import Card
from pages.ui.states import EXPLAIN

RANDOM_PICTURES = 8


@st.fragment
def show(request: ExplainRequest) -> None:
    """The slider, the pictures and the probabilities; a fragment, so that the slider is quick."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    share = left.slider("Hide the most important part of the picture", format="%d%%", **EXPLAIN.widget("hide")) / 100
    fill = right.selectbox("Hidden pixels become", FILLS, **EXPLAIN.widget("fill"))
    image = request.picture.pixels[..., None].astype(np.float32)
    importance = request.importance()
    by_map = hide_top(image, importance, share, fill)
    rng = np.random.default_rng(0)
    by_chance = [hide_top(image, rng.random(importance.shape), share, fill) for _ in range(RANDOM_PICTURES)]
    probabilities = explain.probabilities(request.run, np.stack([by_map, *by_chance]))
    columns = st.columns(3)
    said = (
        ("As it is", image, request.probabilities, "all pixels"),
        (f"{share:.0%} hidden by the map", by_map, probabilities[0], request.kind.label),
        (
            f"{share:.0%} hidden by chance",
            by_chance[0],
            probabilities[1:].mean(axis=0),
            f"mean of {RANDOM_PICTURES} pictures",
        ),
    )
    for column, (title, picture, p, words) in zip(columns, said, strict=True):
        with column:
            shown = np.repeat(np.round(picture).astype(np.uint8), 3, axis=2)
            explain.grid([Card(enlarged(shown, 2), title, words)], most="12rem")
            explain.probability_bars(p)
    _verdict(request, share, probabilities)


def _verdict(request: ExplainRequest, share: float, probabilities: np.ndarray) -> None:
    if share == 0:
        return
    index = request.target.towards if isinstance(request.target, Difference) else request.target
    before, map_, chance = request.probabilities[index], probabilities[0, index], probabilities[1:, index].mean()
    what = f"Hiding {share:.0%} by this map takes {CLASSES[index]} from {before:.0%} to {map_:.0%}"
    if map_ < chance - 0.02:
        st.success(f"{what}; as many random pixels only to {chance:.0%}. The map points at what counts here.")
    else:
        st.warning(
            f"{what}; as many random pixels to {chance:.0%}. At this share the map knows no better than chance. "
            "Note that scattered holes can hurt more than a covered region: they break every edge."
        )
