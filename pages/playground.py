"""Draw a face by its action units and watch what a network makes of it."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.runs import Run
from pages.playground_parts import controls, predictor_choice, show, study
from pages.ui import drawing, layout
from pages.ui.language import say
from pages.ui.plain import plain
from pages.ui.states import PLAYGROUND

layout.header(
    say("Playground"),
    say("Draw a face by the muscles that move it, the action units of FACS, and watch what a network makes of it."),
)
PLAYGROUND.open()
layout.badge("drawn")
show.style()


def page() -> None:
    run = predictor_choice.pick()
    controls.presets()
    left, right = st.columns([6, 5], gap="large")
    with right:
        values = controls.settings()
    made = drawing.drawing(values)
    units, scene = dict(made.units), made.scene
    with left, st.container(key="pg_now"):
        seen = scene.draw(units)
        predictor = predictor_choice.ready_predictor(run)
        answer = predictor_choice.ask(predictor, seen[None]) if predictor is not None else None
        probabilities = None if answer is None else answer[0]
        show.now(scene, units, seen, probabilities, "" if run is None or probabilities is None else _whence(run))
    show.said(probabilities)
    show.take_along(made, drawing.text(values), seen)
    study.studies(scene, units, predictor, probabilities)
    show.about()


def _whence(run: Run) -> str:
    if run.dataset_name == "drawn":
        return say("Measured now: {run}, which learned from drawn faces like this one.", run=run.name)
    return say("Measured now: {run}, which learned from photographs; this is a drawing.", run=run.name)


try:
    page()
except FerError as error:
    st.error(plain(error))
