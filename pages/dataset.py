"""Data: what the pictures look like, what is wrong with them, what a network sees of them."""

from collections.abc import Callable

import streamlit as st

from pages.dataset_parts import chosen, classes, inputs, map_view, opening, problems, review, samples
from pages.ui import layout
from pages.ui.states import DATASET

VIEWS: dict[str, tuple[str, Callable[..., None]]] = {
    "classes": ("Classes", classes.show),
    "pictures": ("Pictures", samples.show),
    "problems": ("What is wrong", problems.show),
    "review": ("Review", review.show),
    "map": ("Map", map_view.show),
    "inputs": ("Normalise and augment", inputs.show),
    "open": ("Open a set", opening.show),
}

DATASET.open()
layout.header(
    "Data",
    "What the pictures look like, what is wrong with them, and what normalisation and augmentation make of them.",
)
view = st.segmented_control(
    "View",
    list(VIEWS),
    format_func=lambda name: VIEWS[name][0],
    required=True,
    **DATASET.widget("view"),
    label_visibility="collapsed",
)
if view == "open":  # needs no set, so it need not wait for one
    opening.show()
else:
    VIEWS[view][1](chosen.pick())
