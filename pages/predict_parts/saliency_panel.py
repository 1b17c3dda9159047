"""Where the network looked: a map on the crop and laid back onto the photograph."""

from pathlib import Path

import numpy as np
import streamlit as st

from fer_core import pictures, saliency
from fer_core.errors import FerError
from fer_core.figures.layers import SCALES, layer, on_crop
from fer_core.figures.overlay import enlarged
from fer_core.labels import CLASSES
from fer_core.reading.annotate import lay_back
from fer_core.reading.readings import Reading
from pages.predict_parts.request import ReadingRequest
from pages.ui import downloads, explain, light, links, loaders, source
from pages.ui.language import mark, say
from pages.ui.plain import plain
from pages.ui.states import FROM_PREDICT, PREDICT

WHY, WHY_NOT = PREDICT.options("question")


@st.fragment
def panel(picture: np.ndarray, reading: Reading, request: ReadingRequest) -> None:
    """Controls and maps; runs by itself, so that a slider does not read the picture again."""
    st.subheader(say("Where it looked"), anchor=False)
    if light.note(mark("A map of where the network looked")):
        return
    first, second, third = st.columns([2, 2, 3])
    with first:
        number = _face(reading)
        method = st.selectbox(
            say("Method"),
            saliency.names(),
            format_func=lambda name: say(saliency.get(name).label),
            **PREDICT.widget("method", default=saliency.names()[0], options=saliency.names()),
        )
    p = reading.probabilities[request.run.name][number]
    with second:
        target = _target(p)
    signed = saliency.get(method).signed
    with third:
        opacity = st.slider(say("Opacity"), step=0.05, format="percent", **PREDICT.widget("opacity"))
        blur = st.slider(
            say("Smoothing (pixels; 0 is the raw map)"), step=0.5, format="%.1f px", **PREDICT.widget("blur")
        )
        scale = st.selectbox(
            say("Colours"),
            list(SCALES),
            format_func=lambda name: say(SCALES[name]),
            **PREDICT.widget("colours", default=next(iter(SCALES)), options=list(SCALES)),
        )
    try:
        raw = _map(reading.faces[number].crop, request, method, target)
    except FerError as error:
        st.error(plain(error))
        return
    values = saliency.normalise(saliency.smooth(raw[None], blur), signed=signed, percentile=99.5)[0]
    _pictures(picture, reading, number, layer(values, scale, signed, opacity))
    words = f"{say(saliency.get(method).summary())} {say(saliency.get(method).how_to_read())}"
    limits = say(
        "A map shows what the score depends on, not that the network is right; the Explain page tests whether a method "
        "deserves belief."
    )
    st.caption(f"{words} {limits}")
    explain.trust_panel(request.run, reading.faces[number].crop, method, target, key="predict_trust")
    _links(reading.faces[number].crop)


def _face(reading: Reading) -> int:
    count = len(reading.faces)
    if count == 1:
        return 0
    numbers = list(range(1, count + 1))
    return (
        st.selectbox(
            say("Face"),
            numbers,
            format_func=lambda i: say("Face {number}", number=i),
            **PREDICT.widget("face", default=1, options=numbers),
        )
        - 1
    )


def _target(p: np.ndarray) -> int | saliency.Difference:
    """The class that is explained, or the difference of two; by default the two likeliest."""
    order = [int(i) for i in np.argsort(-p)]
    question = st.radio(
        say("Question"),
        PREDICT.options("question"),
        format_func=say,
        horizontal=True,
        **PREDICT.widget("question"),
    )
    name = {i: f"{say(CLASSES[i])} ({p[i]:.0%})" for i in range(len(CLASSES))}
    this = st.selectbox(say("Class"), order, format_func=name.__getitem__, key="predict_this")
    if question == WHY:
        return this
    rest = [i for i in order if i != this]
    return saliency.Difference(
        this, st.selectbox(say("and not"), rest, format_func=name.__getitem__, key="predict_that")
    )


def _map(crop: np.ndarray, request: ReadingRequest, method: str, target: int | saliency.Difference) -> np.ndarray:
    """The raw map f32 (48, 48), kept for the session's last few questions."""
    known = st.session_state.setdefault("predict_maps", {})
    key = (crop.tobytes(), request.key[0][0], method, str(target))
    if key not in known:
        model = loaders.model(request.run)
        with st.spinner(say("Explaining")):
            known[key] = saliency.explain(model, crop[None], method, target)[0]
        while len(known) > 64:
            known.pop(next(iter(known)))
    return known[key]


def _pictures(picture: np.ndarray, reading: Reading, number: int, colours: np.ndarray) -> None:
    face = reading.faces[number]
    small = pictures.shrink(picture, 1400)
    ratio = small.shape[1] / picture.shape[1]
    square = type(face.square)(face.square.x * ratio, face.square.y * ratio, face.square.side * ratio, face.square.roll)
    crop = on_crop(face.crop, colours)
    left, right = st.columns([2, 5])
    stem = Path(reading.name).stem or "picture"
    with left:
        downloads.picture(
            enlarged(crop, 6),
            f"{stem}_face{number + 1}_crop_map",
            caption=say("On the crop that the network saw"),
            within=True,
            width="stretch",
        )
    with right:
        downloads.picture(
            lay_back(small, colours, square),
            f"{stem}_face{number + 1}_map",
            caption=say("Laid back onto the picture"),
            within=True,
            width="stretch",
        )


def _links(crop: np.ndarray) -> None:
    """To the pages that go deeper; they find the crop by `source`."""
    source.hand_over(crop)
    with st.container(horizontal=True):
        for name, label in (
            ("explain", say("Compare methods, test their worth")),
            ("filters", say("What each filter saw")),
        ):
            links.link(name, label, picture=FROM_PREDICT)
