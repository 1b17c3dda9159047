"""What was read: the picture with its faces, a card for each face, and everything to take along."""

import html
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.reading import readings
from fer_core.reading.annotate import annotate
from fer_core.reading.faces import HOW, Face
from fer_core.reading.readings import Reading
from fer_core.spreadsheet import csv_text
from pages.predict_parts import saliency_panel
from pages.predict_parts.request import ReadingRequest
from pages.predict_parts.sources import Source
from pages.ui import downloads
from pages.ui.bars import STYLE as BAR_STYLE
from pages.ui.bars import bars, label
from pages.ui.language import count, mark, say
from pages.ui.plain import plain

STYLE = """<style>
.fer-faces {display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr)); gap: 1.1rem 1.6rem;}
.fer-face {min-width: 0;}
.fer-face header {display: flex; gap: .7rem; align-items: center; margin-bottom: .35rem;}
.fer-face img {width: 72px; height: 72px; image-rendering: pixelated; border-radius: .35rem;}
.fer-face small {opacity: .75; display: block; line-height: 1.3;}
.fer-runs {display: flex; flex-wrap: wrap; gap: .5rem 1rem;}
.fer-runs > div {flex: 1 1 200px; min-width: 0;}
.fer-runname {font-size: .8rem; opacity: .8; overflow-wrap: anywhere;}
</style>"""


def show(sources: list[Source], request: ReadingRequest) -> None:
    """Reads the pictures and shows one of them in full, its answer beside it."""
    read = [(source, reading) for source in sources if (reading := _read(source, request))]
    if not read:
        return
    place = 0
    if len(read) > 1:
        place = st.selectbox(
            say("Picture"), range(len(read)), format_func=lambda i: f"{i + 1}  {read[i][0].name}", key="predict_picture"
        )
    left, right = st.columns([5, 6])
    _answer(read, min(place, len(read) - 1), request, left, right)


def beside(take: Callable[[], list[Source]], request: ReadingRequest) -> None:
    """As `show`, for the one picture that `take` draws its widget for: the answer stands beside the widget."""
    left, right = st.columns([5, 6])
    with left:
        sources = take()
    with right, st.container():  # the reading's spinner and its problem stand where its answer will
        read = [(source, reading) for source in sources if (reading := _read(source, request))]
    if read:
        _answer(read, 0, request, left, right)


def _answer(
    read: list[tuple[Source, Reading]], place: int, request: ReadingRequest, left: DeltaGenerator, right: DeltaGenerator
) -> None:
    source, reading = read[place]
    if not reading.faces:
        with left:
            _no_face(source)
            _downloads(read, reading, source.picture, request)
        return
    p = reading.probabilities[request.run.name]
    squares = [face.square for face in reading.faces]
    marked = annotate(source.picture, squares, p, least=request.least[request.run.name])
    with left:
        # In the message itself: a file of its own is gone where the next live frame's run begins before it is fetched.
        shown = pictures.jpeg_url(pictures.shrink(marked, 1400))
        st.image(shown, width="stretch", alt=say("The picture with its faces framed and numbered."))
        st.caption(_found(reading))
        _downloads(read, reading, marked, request)
    with right:
        st.html(STYLE + BAR_STYLE + cards(reading, request.least))
        st.caption(say(request.rule.words()))
    saliency_panel.panel(source.picture, reading, request)


def _no_face(source: Source) -> None:
    """Says so first; the middle of the picture is read only where somebody asks for it."""
    st.subheader(say("No face found"), anchor=False)
    shown = pictures.jpeg_url(pictures.shrink(source.picture, 700))
    st.image(shown, alt=say("The picture in which no face was found."))
    st.caption(
        say(
            "Neither detector finds a face here, upright or turned. The network would name an expression for any "
            "picture, also for a mountain."
        )
    )
    st.button(
        say("Read the middle of the picture all the same"), icon=":material/crop_square:", key=f"whole_{source.key}",
        on_click=lambda: st.session_state.setdefault("predict_whole", set()).add(source.key),
    )  # fmt: skip


def cards(reading: Reading, least: Mapping[str, float]) -> str:
    """HTML of a card for each face: the crop that the network saw, how it was found, and for each run its label and
    its bars. least: see `fer_core.reading.sure`, by run."""
    parts = []
    for number, face in enumerate(reading.faces, 1):
        runs = "".join(
            f'<div><div class="fer-runname">{html.escape(run) if len(reading.probabilities) > 1 else ""}</div>'
            f"{label(p[number - 1], least[run])}{bars(p[number - 1])}</div>"
            for run, p in reading.probabilities.items()
        )
        called, saw = say("Face {number}", number=number), say("The crop that the network saw")
        parts.append(
            f'<section class="fer-face" aria-label="{called}"><header><img alt="{saw}" '
            f'src="{_data_url(face.crop)}"><div><strong>{called}</strong><small>{_how(face)}</small></div>'
            f'</header><div class="fer-runs">{runs}</div></section>'
        )
    return f'<div class="fer-faces">{"".join(parts)}</div>'


def _how(face: Face) -> str:
    """How a face was found, whether the picture lies turned, and why its reading deserves little belief."""
    words = [say(HOW[face.how])]
    if face.turned:
        words.append(say("the picture lies turned by {degrees} degrees", degrees=face.turned))
    if face.doubt:
        words.append(say("<b>{doubt}</b> to be read with much certainty", doubt=say(face.doubt)))
    return say("; ").join(words)


def _read(source: Source, request: ReadingRequest) -> Reading | None:
    """The reading, made once for the same picture and settings; kept in this session only."""
    known = st.session_state.setdefault("predict_readings", {})
    whole = source.key in st.session_state.get("predict_whole", ())
    key = (source.key, request.key, whole)
    if key not in known:
        try:
            with st.spinner(say("Looking for faces")):
                known[key] = readings.read_picture(
                    source.picture,
                    source.name,
                    request.predictors,
                    request.flip,
                    request.level,
                    whole,
                    request.doubtful,
                )
        except FerError as error:
            st.error(plain(error))
            return None
        while len(known) > 64:
            known.pop(next(iter(known)))
    return known[key]


def _found(reading: Reading) -> str:
    ways = sorted({say(HOW[face.how]) for face in reading.faces})
    faces = count(len(reading.faces), "{count} face", "{count} faces, numbered from left to right")
    if marked := sum(bool(face.doubt) for face in reading.faces):
        faces += say(", {count} too small or too blurred to be believed", count=marked)
    return say(
        "{width} x {height} pixels; {faces}; {ways}.",
        width=reading.size[0],
        height=reading.size[1],
        faces=faces,
        ways=say("; ").join(ways),
    )


def _downloads(
    read: list[tuple[Source, Reading]], reading: Reading, marked: np.ndarray, request: ReadingRequest
) -> None:
    stem = Path(reading.name).stem or "picture"
    least = request.least
    table = pd.DataFrame([row for _, each in read for row in readings.rows(each, least)])
    record = {
        "runs": {run.name: {"temperature": run.temperature, "not_sure_below": least[run.name]} for run in request.runs},
        "flip_averaging": request.flip,
        "eyes_level": request.level,
        "pictures": [readings.as_record(each) for _, each in read],
    }
    with st.container(horizontal=True):
        _button(mark("Picture"), lambda: pictures.encode_png(marked), f"{stem}_faces.png")
        _button("csv", lambda: csv_text(table).encode(), f"{stem}_faces.csv")
        _button("JSON", lambda: json.dumps(record, indent=1).encode(), f"{stem}_faces.json")
        if len(read) > 1:
            _button(mark("All pictures"), lambda: _zipped(read, request), "faces.zip")


def _button(label: str, content: Callable[[], bytes], name: str) -> None:
    downloads.button(say(label), content, name, key=f"predict_get_{label}")


def _zipped(read: list[tuple[Source, Reading]], request: ReadingRequest) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for i, (source, reading) in enumerate(read, 1):
            marked = annotate(
                source.picture,
                [face.square for face in reading.faces],
                reading.probabilities[request.run.name],
                least=request.least[request.run.name],
            )
            archive.writestr(f"{i:02d}_{Path(source.name).stem}.png", pictures.encode_png(marked))
    return buffer.getvalue()


def _data_url(crop: np.ndarray) -> str:
    return pictures.data_url(crop)
