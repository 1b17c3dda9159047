"""Live camera: the server's side. A fragment that runs once a frame and answers with what was read."""

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fer_core import saliency
from fer_core.errors import FerError
from fer_core.figures.layers import layer
from fer_core.reading.live import LiveReader
from fer_core.runs import Run
from fer_core.runs.names import plain_words
from fer_core.runtime import is_light
from pages.predict_parts import results, sources
from pages.predict_parts.answering import AnswerState, answer
from pages.predict_parts.request import ReadingRequest
from pages.ui import live_camera, loaders, picker
from pages.ui.language import mark, say
from pages.ui.plain import said
from pages.ui.states import PREDICT

KEY = "live"
STATE = "predict_live"
_ANEW = "live_anew"  # the page is to be drawn anew after this frame
NOTES = (
    mark("The network 'compact', taught further by the shares of FER+'s votes: it says what people see."),
    mark("Our compact network at about half width, for the live camera; taught by the run 'compact'."),
)
"""The notes of the networks that come along and are meant for the camera, for the catalogues."""


def show(request: ReadingRequest, shown: DeltaGenerator, below: DeltaGenerator) -> None:
    """The camera and the snapshot that was last taken in `shown`, the settings in `below`."""
    chosen = request
    with below:
        if len(request.runs) > 1:
            st.caption(
                say(
                    "Videos and live frames are read by one run, the first; snapshots by all {count}.",
                    count=len(request.runs),
                )
            )
        request, method = _settings(request)
    state = _state(request)
    state.settings, state.least = _told(request, method), request.rule.least
    state.stands_at = _stands_at()
    with shown:
        _camera()
        # A small network made for speed leaves snapshots to the one that was chosen; one taught for the camera reads
        # both.
        _snapshot(request if _for_camera(request.run) else chosen)
    with below:  # loading a network takes seconds: last, so that the camera is there meanwhile
        state.reader.mapper = _mapper(request, method) if method else None


def _settings(request: ReadingRequest) -> tuple[ReadingRequest, str | None]:
    """Draws the controls; the request with the run that reads live frames, and the method of the maps, if any."""
    first, second, third = st.columns([3, 2, 2])
    with first:
        request = _quick(request)
        st.slider(
            say("Smoothing over time (seconds; 0 for none)"),
            step=0.1,
            format="%.1f s",
            **PREDICT.widget("live_smoothing"),
        )
    with second:
        st.toggle(say("Mirror"), **PREDICT.widget("mirror"))
        overlay = st.toggle(
            say("Show where it looks"), help=say("Needs TensorFlow; lowers the rate."), disabled=is_light(),
            **PREDICT.widget("live_map"),
        ) and not is_light()  # fmt: skip
    with third:
        st.slider(say("Faces at most (the largest)"), **PREDICT.widget("live_faces"))
        method = _method() if overlay else None
    st.caption(say(request.rule.words()))
    return request, method


def _told(request: ReadingRequest, method: str | None) -> dict[str, Any]:
    """The settings as the component is told them."""
    return {
        "mirror": PREDICT.value("mirror"),
        "map": method is not None,
        "in_flight": 3,
        "send_width": 480,
        "scale": _scale(method is not None and saliency.get(method).signed),
        "run": request.run.name,
        "accuracy": picker.accuracy_words(request.run),
    }


@st.fragment
def _camera() -> None:
    state: AnswerState = st.session_state[STATE]
    live_camera.live_camera(KEY, state.answers, _on_frame, _on_snapshot, snapshot=state.snapshot, **state.settings)
    if st.session_state.pop(_ANEW, False):
        st.rerun()


def _on_frame() -> None:
    """Reads the frame that has come; runs before the fragment, which then carries the answer out."""
    try:
        frame = live_camera.taken_frame(KEY)
    except FerError as error:
        st.toast(said(error))
        return
    if frame is not None:
        answer(st.session_state[STATE], frame)
        _switch(frame.switched)
        _catch_up(st.session_state[STATE])


def _switch(switched: dict[str, bool]) -> None:
    """Moves the page's switches as they were moved in the browser, and has the page drawn anew."""
    for name, field_name in (("mirror", "mirror"), ("map", "live_map")):
        if name in switched and switched[name] != PREDICT.value(field_name):
            PREDICT.put(field_name, switched[name])
            st.session_state[_ANEW] = True


def _catch_up(state: AnswerState) -> None:
    """Has the page drawn anew where a control on it was moved and the page's own run found no turn: at twenty frames a
    second the fragment's runs may leave it none."""
    if state.stands_at is not None and state.stands_at != _stands_at():
        st.session_state[_ANEW] = True


def _stands_at() -> list[Any]:
    """What the controls of the page stand at, those not drawn at None."""
    return [st.session_state.get(PREDICT.key(name)) for name in PREDICT.fields]


def _on_snapshot() -> None:
    try:
        taken = live_camera.taken_snapshot(KEY)
    except FerError as error:
        st.toast(said(error))
        return
    state: AnswerState = st.session_state[STATE]
    if taken and taken[0] != state.snapshot:  # the camera sends it again until it is acknowledged
        state.snapshot, data = taken
        count = st.session_state.get("live_snapshots", 0) + 1
        st.session_state.live_snapshots = count
        st.session_state.live_snapshot = (data, f"snapshot_{count}.jpg", f"live-{count}")
        st.session_state[_ANEW] = True


def _snapshot(request: ReadingRequest) -> None:
    if taken := st.session_state.get("live_snapshot"):
        st.subheader(say("Snapshot"), anchor=False)
        results.show(sources.from_bytes(*taken), request)


def _state(request: ReadingRequest) -> AnswerState:
    state = st.session_state.get(STATE)
    if state is None:
        state = st.session_state[STATE] = AnswerState(LiveReader(request.predictors[0]), request.key)
    if state.made_for != request.key:
        state.reader.predictor, state.made_for = request.predictors[0], request.key
    state.reader.flip, state.reader.level = request.flip, request.level
    state.reader.most = PREDICT.value("live_faces")
    state.reader.tracker.smoothing = PREDICT.value("live_smoothing")
    return state


def _quick(request: ReadingRequest) -> ReadingRequest:
    """The request with the network meant for the camera, where there is one and the switch is on."""
    run = quick_run(loaders.runs()[0])
    if run is None or run.name == request.run.name:
        return request
    on = st.toggle(
        say("Use the network meant for the camera ({run})", run=run.name),
        **PREDICT.widget("live_fast"),
        help=say("Instead of {run}, for live frames and snapshots.", run=request.run.name)
        if _for_camera(run)
        else say("Instead of {run}, for live frames; snapshots are still read by that one.", run=request.run.name),
    )
    if not on:
        return request
    note = run.config.get("note") or ""
    st.caption(f"**{run.name}**: {plain_words(say(note) if note else '', 200)}")
    return replace(request, runs=(run,))


def _for_camera(run: Run) -> bool:
    return "camera" in (run.config.get("tags") or ())


def quick_run(runs: list[Run]) -> Run | None:
    """The run meant for the camera: tagged "camera", else named or tagged "fast"; None where none has weights."""

    def place(run: Run) -> tuple[bool, bool, str]:
        return not _for_camera(run), run.name != "fast", run.name

    meant = [
        run for run in runs if run.can_predict and {"camera", "fast"} & {run.name, *(run.config.get("tags") or ())}
    ]
    return min(meant, key=place, default=None)


def fast_methods() -> list[str]:
    """Methods of one forward and one backward pass, Grad-CAM first: the others can't keep up with a camera."""
    fast = [name for name in saliency.names() if saliency.get(name)().passes() == (1, 1)]
    return sorted(fast, key=lambda name: "cam" not in name)


def _method() -> str:
    there = fast_methods()
    return st.selectbox(
        say("Method"),
        there,
        format_func=lambda name: say(saliency.get(name).label),
        **PREDICT.widget("live_method", default=there[0], options=there),
    )


def _mapper(request: ReadingRequest, method: str) -> Any:
    model = loaders.model(request.run)
    signed = saliency.get(method).signed

    def mapper(crops: np.ndarray, classes: np.ndarray) -> np.ndarray:
        raw = saliency.smooth(saliency.explain(model, crops, method, classes), 1.0)
        values = saliency.normalise(raw, signed=signed, percentile=99.0)
        places = (values + 1) / 2 if signed else values
        return np.clip(np.round(places * 255), 0, 255).astype(np.uint8)

    return mapper


@functools.cache
def _scale(signed: bool) -> np.ndarray:
    """Colours u8 (256, 4) RGBA of a map's places."""
    places = np.linspace(-1 if signed else 0, 1, 256, dtype=np.float32)
    return layer(places[None], signed=signed)[0]
