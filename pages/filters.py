"""Filters: the activations of each layer for a picture, and what each of its filters wants to see."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.features import LayerInfo, layers
from fer_core.runs import Run
from pages.filters_parts import (
    beside,
    card,
    feature_visualization,
    filter_visualization,
    outputs,
    over_epochs,
    pick,
    stepping,
)
from pages.ui import downloads, layout, loaders, network_map, picker, source
from pages.ui.plain import plain
from pages.ui.states import FILTERS

VIEWS = {
    "Activations": "What every filter of the layer makes of one picture.",
    "Feature visualisation": "By gradient ascent: from noise, a picture is changed step by step until its filter's "
    "activation is as great as it can be. The picture that the filter would like best.",
    "One filter": "All about one filter: the picture it would like best, its activation, and the pictures and classes "
    "that activate it most.",
    "Step by step": "One output of the layer in all its numbers: the patch it reads, times the weights, plus the bias, "
    "through normalisation and activation.",
    "Over epochs": "How the filter came to be: its weights, the picture it would like best, its activation and the "
    "face's map at each epoch that the run kept, and another seed's beside it.",
    "Side by side": "Two filters of two runs, two epochs or two layers, on the same picture and from the same noise.",
}


def body() -> None:
    left, right = st.columns(2)
    with left:
        run = picker.pick_run(
            FILTERS,
            keep=lambda run: run.can_be_opened,
            why="has a network that can be looked into",
            drawn=source.shows_drawn(FILTERS),
        )
    if run is None:
        return
    downloads.about([run.name])
    with right:
        info = pick.layer(run)
    above = st.container()
    if FILTERS.came_with("filter") and not FILTERS.came_with("view"):  # a link of old
        FILTERS.put("view", "One filter")
    view = st.segmented_control(
        "View", list(VIEWS), required=True, label_visibility="collapsed", **FILTERS.widget("view")
    )
    st.caption(VIEWS[view])
    if view == "Feature visualisation":
        with above:
            _map(run, info, None)
        feature_visualization.show(run, info)
        return
    side, main = st.columns([2, 5], gap="medium")
    with side:
        filter = pick.filter(info) if view != "Activations" else 0
        picture = source.pick(FILTERS, run)
        if picture is not None and view in ("Activations", "Step by step", "Over epochs"):
            st.image(picture.pixels, width=192, caption=picture.words, alt="The picture that the network is shown")
        if view in ("One filter", "Over epochs", "Side by side"):
            filter_visualization.controls()
    with above:
        _map(run, info, picture)
    with main:
        if view == "One filter":
            card.show(run, info, filter, picture)
        elif view == "Side by side":
            beside.show(run, info, filter, picture, side)
        elif view == "Over epochs" and picture is not None:
            over_epochs.show(run, info, filter, picture)
        elif view == "Step by step" and picture is not None:
            stepping.show(run, info, filter, picture)
        elif picture is not None:
            outputs.show(run, info, picture)


def _map(run: Run, info: LayerInfo, picture: source.Picture | None) -> None:
    """The network as a drawing; a press on a layer chooses it."""
    can_open = [one.name for one in layers(loaders.model(run))]

    def choose() -> None:
        name = network_map.pressed("map")
        if name in can_open:
            FILTERS.put("layer", name)

    network_map.show(run, None if picture is None else picture.pixels, info.name, can_open, "map", choose)


FILTERS.open()
layout.header("Filters", "What each layer makes of a picture, and what each of its filters wants to see.")
try:
    body()
except FerError as error:
    st.error(plain(error))
