"""Explain: where the network looked, for which class, by which method, and whether that deserves belief."""

import streamlit as st

from fer_core import saliency
from fer_core.errors import FerError
from pages.explain_parts import cells, counterfactual, grids, hiding, network_view, over_epochs, parts, trust_button
from pages.explain_parts.request import ExplainRequest, look_controls, target_controls
from pages.explain_parts.trust_button import TRUST
from pages.ui import downloads, explain, layout, source
from pages.ui.explain import Card
from pages.ui.picker import pick_run
from pages.ui.plain import plain
from pages.ui.states import EXPLAIN

CELLS = "Cells"
VIEWS = {
    "Methods": grids.show_methods,
    "Classes": grids.show_classes,
    "This, not that": grids.show_versus,
    "Hide": hiding.show,
    "What flips it": counterfactual.show,
    "Parts": parts.show,
    "Network": network_view.show,
    "Over epochs": over_epochs.show,
}


def body() -> None:
    """Left: the question. Right, on a phone above: its answer from the chosen side."""
    view = st.segmented_control(
        "View", EXPLAIN.options("view"), required=True, wrap=True, label_visibility="collapsed",
        **EXPLAIN.widget("view"),
    )  # fmt: skip
    left, right = st.columns([3, 7], gap="large")
    with left:
        run = pick_run(
            EXPLAIN,
            keep=lambda run: run.can_be_opened,
            why="has a network that can be looked into",
            drawn=source.shows_drawn(EXPLAIN),
        )
        if run is None:
            return
        downloads.about([run.name])
        picture = source.pick(EXPLAIN, run)
        if picture is None:
            return
        probabilities = explain.probabilities(run, picture.pixels[None])[0]
        target = target_controls(probabilities)
        method, settings = explain.method_controls(EXPLAIN, run)
        opacity, blur = look_controls()
        request = ExplainRequest(run, picture, probabilities, method, settings, target, opacity, blur)
        _question(request)
    with right, st.container(key="answer_first"):
        if view == TRUST:
            _trust(request)
        elif view == CELLS:
            cells.show(run, method, settings)
        else:
            VIEWS[view](request)


def _question(request: ExplainRequest) -> None:
    raw = request.raw()
    words = explain.target_words(request.target)
    explain.grid(
        [
            Card(request.laid(raw[None], request.kind.signed)[0], f"why {words}", request.range_of(raw)),
            Card(request.picture.pixels, "the picture", request.picture.words),
        ],
        least=100,
        most="19rem",
    )
    if EXPLAIN.value("view") != TRUST:
        trust_button.button("question", "Can I trust this map?")
    explain.probability_bars(request.probabilities)
    st.caption(
        f"{request.kind.summary()} {request.kind.how_to_read()} {explain.rewritten(request.run, request.method)}"
    )


def _trust(request: ExplainRequest) -> None:
    words = explain.target_words(request.target)
    layout.headline(
        f"May the {request.kind.label} map for {words} be believed? Four tests tell.", "trust", "rank correlation"
    )
    st.markdown(
        f"Four questions to the **{request.kind.label}** map for **{words}**, each with a number: does hiding what it "
        "marks hurt more than hiding at random; does it change when the network's knowledge is shuffled away; does it "
        "stay when the picture hardly changes; and, on drawn faces, does it lie on what the expression moved? "
        "Of methods that share out a difference in score it is asked, too, whether their pixels add up to it."
    )
    explain.trust_panel(
        request.run,
        request.picture.pixels,
        request.method,
        request.target,
        request.settings,
        request.picture.moved,
        key="trust",
        at_once=trust_button.was_pressed(),
    )
    with st.expander(f"About {request.kind.label}"):
        st.markdown(saliency.get(request.method).text())


EXPLAIN.open()
layout.header(
    "Explain", f"Where the network looked, by {len(saliency.names())} methods, and which of them deserve belief."
)
explain.style()
try:
    body()
except FerError as error:
    st.error(plain(error))
