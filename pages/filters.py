"""Filters: what each layer answers to a picture, and what each of its filters wants to see."""

import streamlit as st

from fer_core.errors import FerError
from pages.filters_parts import beside, card, feature_visualization, filter_visualization, outputs, pick, source
from pages.ui import address, layout

VIEWS = {
    "Answers": "What every filter of the layer makes of one picture.",
    "Wishes": "From noise, a picture is changed step by step until its filter answers as much as it can.",
    "One filter": "All about one filter: its wish, its answer, the pictures and the classes that wake it.",
    "Side by side": "Two filters of two runs, two epochs or two layers, on the same picture and from the same noise.",
}


def body() -> None:
    left, right = st.columns(2)
    with left:
        run = pick.run()
    if run is None:
        return
    with right:
        info = pick.layer(run)
    linked = "filter" in st.query_params and "view" not in st.query_params
    view = st.segmented_control(
        "View",
        list(VIEWS),
        required=True,
        label_visibility="collapsed",
        **address.keep("view", "One filter" if linked else "Answers", list(VIEWS), always=linked),
    )
    st.caption(VIEWS[view])
    if view == "Wishes":
        feature_visualization.show(run, info)
        return
    side, main = st.columns([2, 5], gap="medium")
    with side:
        filter = pick.filter(info) if view != "Answers" else 0
        picture = source.pick_picture(run)
        if picture is not None and view == "Answers":
            st.image(picture.pixels, width=192, caption=picture.words)
        if view != "Answers":
            filter_visualization.controls()
    with main:
        if view == "One filter":
            card.show(run, info, filter, picture)
        elif view == "Side by side":
            beside.show(run, info, filter, picture, side)
        elif picture is not None:
            outputs.show(run, info, picture)


layout.header("Filters", "What each layer answers to a picture, and what each of its filters wants to see.")
try:
    body()
except FerError as error:
    st.error(str(error))
