"""The network as a map of what the face becomes in it; one layer opened, and the way to its class activation map."""

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.evaluation import headlines
from fer_core.features import layers
from fer_core.inside.flow import opened, outputs
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import captioned, sheet, stretch
from pages.explain_parts.request import ExplainRequest
from pages.ui import downloads, layout, links, loaders, network_map, tiles
from pages.ui.states import EXPLAIN, same_picture

MOST = 16
_CAM = "grad_cam"


def show(request: ExplainRequest) -> None:
    """The map; below it the pressed layer's strongest channels, and what can be asked about it."""
    layout.headline(headlines.answer([float(p) for p in request.probabilities]), "network", "filter", "activation")
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
            **same_picture(EXPLAIN),
        )  # fmt: skip


def _channels(request: ExplainRequest, layer: str, found: np.ndarray) -> None:
    strength = found.mean(axis=(0, 1))
    order = np.argsort(-strength, kind="stable")[:MOST]
    maps = stretch(np.moveaxis(found, -1, 0)[order])
    words = [f"{one} {strength[one]:+.2f}" for one in order]
    pictures = captioned(maps, words, max(1, 96 // max(found.shape[:2])))
    key = f"channels_{layer}"

    def choose() -> None:
        tile = tiles.pressed(key, len(order))
        if tile is not None:
            EXPLAIN.put("channel", int(order[tile]))

    channel = EXPLAIN.value("channel", high=found.shape[-1] - 1)
    picked = np.flatnonzero(order == (-1 if channel is None else channel))
    tiles.tiles(
        pictures, [int(one) for one in order], [f"Channel {one}: mean {strength[one]:.3f}" for one in order],
        f"What {layer} makes of the picture", key=key, on_tile=choose, picked=int(picked[0]) if len(picked) else None,
        hint=f"Its {len(order)} strongest of {found.shape[-1]} channels, number and mean below each; each from its own "
        "smallest value (black) to its greatest (white). Press one to follow it.",
    )  # fmt: skip
    stem = f"{request.run.name}_{layer}_strongest"
    downloads.button(
        "Sheet as PNG", lambda: encode_png(sheet(pictures, 8)), f"{stem}.png", key="network_channels", type="tertiary"
    )
    if channel is not None and layer in {info.name for info in layers(loaders.model(request.run))}:
        links.link(
            "filters", f"Filter {channel}: what wakes it",
            icon=":material/filter_center_focus:", run=request.run.name, layer=layer, filter=channel,
            view="One filter", **same_picture(EXPLAIN),
        )  # fmt: skip


def _numbers(values: np.ndarray) -> None:
    order = np.argsort(-values, kind="stable")[:10]
    st.caption("One number a unit, the greatest: " + ", ".join(f"{one}: {values[one]:.3g}" for one in order))


def _cam(layer: str, last: str) -> None:
    EXPLAIN.put_all(view="Methods", method=_CAM, settings="" if layer == last else f"layer~{layer}")
