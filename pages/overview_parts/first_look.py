"""A drawn face that makes a chosen expression, read at once by one of the networks."""

import numpy as np
import streamlit as st

from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face
from fer_core.data.drawn.person import sample_identity
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.ui import layout, links, loaders
from pages.ui.bars import STYLE, bars
from pages.ui.language import say
from pages.ui.picker import best_first, contrast, label
from pages.ui.plain import plain
from pages.ui.states import MOST_PEOPLE, OVERVIEW


def show() -> None:
    """The face, the seven probabilities and which network gave them; nothing where no run can answer at once."""
    runs = [run for run in best_first(loaders.runs()[0], drawn=True) if run.lite_copy[0] is not None]
    if not runs:
        return
    st.html(STYLE)
    with st.container(border=True):
        left, right = st.columns([2, 3], gap="large")
        with right:
            expression = st.segmented_control(
                say("The face makes"),
                CLASSES,
                format_func=say,
                required=True,
                wrap=True,
                **OVERVIEW.widget("expression"),
            )
            names = {run.name: run for run in runs}
            chosen = st.selectbox(
                say("Read by"),
                list(names),
                format_func=lambda n: label(names[n]),
                **OVERVIEW.widget("run", default=runs[0].name, options=list(names)),
            )
            person = OVERVIEW.value("person")
            face = _face(expression, person, 48)
            _answer(names[chosen], face)
            contrast(OVERVIEW, names[chosen], runs)
        with left:
            told = say("A drawn face that makes {expression}.", expression=say(expression))
            st.image(_face(expression, person, 336), width="stretch", alt=told)
            layout.badge("drawn")
            links.link("predict", say("Start camera"), icon=":material/photo_camera:", way="Live camera")
            st.button(say("Another person"), icon=":material/shuffle:", on_click=_next_person, type="tertiary")


def _next_person() -> None:
    OVERVIEW.put("person", (OVERVIEW.value("person") + 1) % MOST_PEOPLE)


def _answer(run: Run, face: np.ndarray) -> None:
    try:
        probabilities = loaders.predictor(run).probabilities(face[None])[0]
    except FerError as error:
        st.error(plain(error))
        return
    st.html(bars(probabilities))
    if run.dataset_name == "drawn":
        st.caption(say("This network learned from drawn faces only: it reads them well, and photographs far worse."))
    else:
        st.caption(
            say("This network learned from photographs; a drawing is strange to it, so do not expect it to be right.")
        )


@st.cache_data(show_spinner=False, max_entries=128)
def _face(expression: str, person: int, size: int) -> np.ndarray:
    who = sample_identity(np.random.default_rng(person))
    return draw_face(EXPRESSIONS[expression], identity=who, size=size)
