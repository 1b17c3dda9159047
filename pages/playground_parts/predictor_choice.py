"""Asking the chosen run, without waiting for TensorFlow where it is still starting."""

import numpy as np
import streamlit as st

from fer_core.errors import FerError
from fer_core.reading.inference import Predictor
from fer_core.runs import Run
from pages.ui import layout, loaders, picker, warmup
from pages.ui.language import mark, say
from pages.ui.plain import plain
from pages.ui.states import PLAYGROUND


def pick() -> Run | None:
    """The run that is asked, kept in the address; None with a note where no run has weights."""
    run = picker.pick_run(
        PLAYGROUND,
        mark("Network that is asked"),
        keep=lambda r: r.can_predict,
        why=mark("has a model that can be asked"),
        drawn=True,
    )
    if run is not None:
        layout.left_aside(run)
    return run


def ready_predictor(run: Run | None) -> Predictor | None:
    """The run's predictor; None, with a sentence that goes away by itself, while TensorFlow is starting."""
    if run is None:
        return None
    try:
        predictor = loaders.predictor(run)
    except FerError as error:
        st.error(plain(error))
        return None
    if predictor.way == "LiteRT" or warmup.ready() or warmup.start() is None:
        return predictor
    _wait_note()
    return None


@st.fragment(run_every=1.0)
def _wait_note() -> None:
    if warmup.ready():
        st.rerun()
    st.info(
        say("TensorFlow is still starting: the prediction comes in some seconds. Drawing works already."),
        icon=":material/hourglass_top:",
    )


def ask(predictor: Predictor, faces: np.ndarray) -> np.ndarray | None:
    """Calibrated probabilities f32 (N, 7) of faces u8 (N, 48, 48), or None with the problem on the screen."""
    try:
        return predictor.probabilities(faces)
    except FerError as error:
        st.error(plain(error))
        return None
