"""Explain: where the network looked, for which class, by which method, and whether that deserves belief."""

import streamlit as st

from fer_core import saliency
from fer_core.errors import FerError
from pages.explain_parts import asking, cells, grids, hiding, parts, source
from pages.explain_parts.asked import Asked, look_controls, target_controls
from pages.explain_parts.asking import TRUST
from pages.ui import explain, layout
from pages.ui.explain import Card
from pages.ui.picker import pick_run

METHODS, CLASSES, VERSUS = "Methods", "Classes", "This, not that"
HIDE, PARTS, CELLS = "Hide", "Parts", "Cells"
VIEWS = {
    METHODS: grids.methods,
    CLASSES: grids.classes,
    VERSUS: grids.versus,
    HIDE: hiding.hiding,
    PARTS: parts.parts,
}


def body() -> None:
    """Left: the question. Right: its answer from the chosen side."""
    left, right = st.columns([3, 7], gap="large")
    with left:
        run = pick_run(keep=lambda run: run.has_model, why="has a model that can be asked")
        if run is None:
            return
        picture = source.pick(run)
        if picture is None:
            return
        odds = explain.probabilities(run, picture.pixels[None])[0]
        target = target_controls(odds)
        method, settings = explain.method_controls(run)
        opacity, blur = look_controls()
        asked = Asked(run, picture, odds, method, settings, target, opacity, blur)
        _question(asked)
    with right:
        view = st.segmented_control(
            "View", [*VIEWS, TRUST, CELLS], default=METHODS, required=True, key="view", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        if view == TRUST:
            _trust(asked)
        elif view == CELLS:
            cells.cells(run, method, settings)
        else:
            VIEWS[view](asked)


def _question(asked: Asked) -> None:
    raw = asked.raw()
    words = explain.target_words(asked.target)
    explain.grid(
        [
            Card(asked.laid(raw[None], asked.kind.signed)[0], f"why {words}", explain.raw_range(raw)),
            Card(asked.picture.pixels, "the picture", asked.picture.words),
        ],
        least=100,
        most="19rem",
    )
    if st.session_state.get("view", st.query_params.get("view")) != TRUST:  # its widget comes later in the script
        asking.button("question", "Can I trust this map?")
    explain.odds(asked.odds)
    st.caption(f"{asked.kind.summary()} {asked.kind.how_to_read()} {explain.rewritten(asked.run, asked.method)}")


def _trust(asked: Asked) -> None:
    words = explain.target_words(asked.target)
    st.markdown(
        f"Four questions to the **{asked.kind.label}** map for **{words}**, each with a number: does hiding what it "
        "marks hurt more than hiding at random; does it change when the network's knowledge is shuffled away; does it "
        "stay when the picture hardly changes; and, on drawn faces, does it lie on what the expression moved?"
    )
    explain.trust_panel(
        asked.run, asked.picture.pixels, asked.method, asked.target, asked.settings, asked.picture.moved, key="trust",
        at_once=asking.was_pressed(),
    )  # fmt: skip
    with st.expander(f"About {asked.kind.label}"):
        st.markdown(saliency.get(asked.method).text())


layout.header(
    "Explain", f"Where the network looked, by {len(saliency.names())} methods, and which of them deserve belief."
)
explain.style()
try:
    body()
except FerError as error:
    st.error(str(error))
