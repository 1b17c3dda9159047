"""The network as a map of what the face becomes in it; one layer opened, and the way to its class activation map."""

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.inside.flow import opened, outputs
from fer_core.pictures.sheet import captioned, sheet, stretch
from pages.explain_parts.request import ExplainRequest
from pages.ui import downloads, links, loaders, network_map
from pages.ui.states import EXPLAIN

MOST = 16
_CAM = "grad_cam"


def show(request: ExplainRequest) -> None:
    """The map; below it the pressed layer's strongest channels, and what can be asked about it."""
    model = loaders.model(request.run)
    names = [name for name, node in opened(model).nodes.items() if node.feeds]
    network = saliency.network_for(model)
    spatial = network.feature_layers()
    layer = EXPLAIN.value("layer", default=spatial[-1] if spatial else names[0], options=names)

    def choose() -> None:
        name = network_map.pressed("explain_map")
        if name in names:
            EXPLAIN.put("layer", name)

    network_map.show(request.run, request.picture.pixels, layer, names, "explain_map", choose)
    found = outputs(model, request.picture.pixels)[layer]
    st.markdown(f"**{layer}**, {' × '.join(map(str, found.shape))}: what it makes of this picture")
    if found.ndim == 3 and found.shape[0] * found.shape[1] > 1:
        _channels(request, layer, found)
    else:
        _numbers(found.reshape(-1))
    with st.container(horizontal=True):
        if layer in spatial:
            st.button(
                "Grad-CAM at this layer", icon=":material/center_focus_strong:", key="cam_here", on_click=_cam,
                args=(layer, spatial[-1]),
            )  # fmt: skip
        links.link(
            "filters", "Its filters", icon=":material/blur_on:", run=request.run.name, layer=layer, view="Activations",
            **_same_picture(),
        )  # fmt: skip


def _channels(request: ExplainRequest, layer: str, found: np.ndarray) -> None:
    strength = found.mean(axis=(0, 1))
    order = np.argsort(-strength, kind="stable")[:MOST]
    tiles = stretch(np.moveaxis(found, -1, 0)[order])
    words = [f"{one} {strength[one]:+.2f}" for one in order]
    picture = sheet(captioned(tiles, words, max(1, 96 // max(found.shape[:2]))), 8, background=24)
    stem = f"{request.run.name}_{layer}_strongest"
    downloads.picture(picture, stem, key="network_channels")
    st.caption(
        f"Its {len(order)} strongest of {found.shape[-1]} channels, number and mean below each; each from its own "
        "smallest value (black) to its greatest (white)."
    )


def _numbers(values: np.ndarray) -> None:
    order = np.argsort(-values, kind="stable")[:10]
    st.caption("One number a unit, the greatest: " + ", ".join(f"{one}: {values[one]:.3g}" for one in order))


def _cam(layer: str, last: str) -> None:
    EXPLAIN.put_all(view="Methods", method=_CAM, settings="" if layer == last else f"layer~{layer}")


def _same_picture() -> dict[str, object]:
    """The picture in view, for a page that keeps the same names of it."""
    names = ("picture", "expression", "person", "labelled", "split", "row", "drawing")
    return {name: EXPLAIN.value(name) for name in names if EXPLAIN.value(name) is not None}
