"""A drawn face that makes a chosen expression, read at once by one of the networks."""

import numpy as np
import streamlit as st

from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face
from fer_core.data.drawn.person import sample_identity
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.reading.inference import Predictor
from fer_core.runs import Run
from pages.ui import layout, loaders
from pages.ui.bars import STYLE, bars
from pages.ui.picker import best_first, label


def show() -> None:
    """The face, the seven probabilities and which network gave them; nothing where no run can answer at once."""
    runs = [run for run in best_first(loaders.runs()[0]) if run.lite_copy[0] is not None]
    if not runs:
        return
    st.html(STYLE)
    with st.container(border=True):
        left, right = st.columns([2, 3], gap="large")
        with right:
            expression = st.segmented_control("The face makes", CLASSES, default="happy", key="first_expression")
            names = {run.name: run for run in runs}
            chosen = st.selectbox("Read by", list(names), format_func=lambda n: label(names[n]), key="first_run")
            person = st.session_state.setdefault("first_person", 4)
            face = _face(expression or "neutral", person, 48)
            _answer(names[chosen], face)
        with left:
            st.image(_face(expression or "neutral", person, 336), width="stretch")
            layout.badge("drawn")
            st.button("Another person", icon=":material/shuffle:", on_click=_next_person, type="tertiary")


def _next_person() -> None:
    st.session_state.first_person += 1


def _answer(run: Run, face: np.ndarray) -> None:
    try:
        probabilities = _predictor(str(run.folder), run).probabilities(face[None])[0]
    except FerError as error:
        st.error(str(error))
        return
    st.html(bars(probabilities))
    if run.dataset_name == "drawn":
        st.caption("This network learned from drawn faces only: it reads them well, and photographs far worse.")
    else:
        st.caption(
            "This network learned from photographs; a drawing is strange to it, so do not expect it to be right."
        )


@st.cache_resource(show_spinner=False, max_entries=8)
def _predictor(folder: str, _run: Run) -> Predictor:
    return Predictor(_run)


@st.cache_data(show_spinner=False, max_entries=128)
def _face(expression: str, person: int, size: int) -> np.ndarray:
    who = sample_identity(np.random.default_rng(person))
    return draw_face(EXPRESSIONS[expression], identity=who, size=size)
