"""The picture that is explained, and what is known about where its parts lie."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from fer_core.saliency.regions import face_regions, find_points
from pages.ui import layout, loaders

DRAWN, DATA, UPLOAD, CAMERA, HANDED = "Drawn face", "Data set", "Upload", "Camera", "From Predict"
PLAYED = "From Playground"
ANY = "any"


@dataclass(frozen=True)
class Picture:
    """u8 (48, 48), what it is in words, and, on a drawn face, the pixels that its expression moved (bool (48, 48))."""

    pixels: np.ndarray
    words: str
    regions: dict[str, np.ndarray]
    regions_from: str
    moved: np.ndarray | None = None


def pick(run: Run) -> Picture | None:
    """The controls and the picture they choose; None, with a sentence on the screen, while there is none."""
    ways = [DRAWN, DATA, UPLOAD, CAMERA] + ([HANDED] if "handed_crop" in st.session_state else [])
    ways += [PLAYED] if "handed_drawing" in st.session_state else []
    first = DATA if "row" in st.query_params else HANDED if HANDED in ways else DRAWN
    way = st.selectbox("Picture", ways, ways.index(first), key="picture", bind="query-params")
    try:
        if way == DRAWN:
            return _drawn()
        if way == DATA:
            return _from_set(run)
        if way == HANDED:
            return _found(st.session_state["handed_crop"], "the face from the Predict page")
        if way == PLAYED:
            layout.badge("drawn")
            return Picture(**st.session_state["handed_drawing"])
        return _given(way)
    except FerError as error:
        st.error(str(error))
        return None


def _drawn() -> Picture:
    left, right = st.columns([3, 2])
    expression = left.selectbox("Expression", CLASSES, CLASSES.index("happy"), key="expression", bind="query-params")
    person = int(right.number_input("Person", 0, 9999, 0, key="person", bind="query-params"))
    layout.badge("drawn")
    pixels, moved, regions = _draw(expression, person)
    return Picture(pixels, f"a drawn {expression} face, person {person}", regions, "of the drawing", moved)


@st.cache_data(show_spinner=False, max_entries=64)
def _draw(expression: str, person: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    from fer_core.data.drawn import dataset as drawn

    who = drawn.sample_identity(np.random.default_rng(person))
    units = drawn.EXPRESSIONS[expression]
    face = drawn.draw_face(units, who)
    still = drawn.draw_face({}, who)
    moved = np.abs(face.astype(int) - still) > drawn.MOVED
    regions = drawn.regions(who, action_units=units)
    return face, moved, {**regions, "rest": ~np.any(list(regions.values()), axis=0)}


def _from_set(run: Run) -> Picture | None:
    there = loaders.dataset_for(run) or loaders.dataset()
    if there is None:
        there = loaders.drawn()
        layout.badge("drawn")
    wanted = st.selectbox("Labelled", (ANY, *CLASSES), key="set_expression")
    rows = there.rows if wanted == ANY else there.rows[there.labels == CLASSES.index(wanted)]
    if len(rows) == 0:
        st.info("No picture of the set has this label.")
        return None
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    row = left.number_input(
        "Row", 0, None, int(rows[0]), key="row", bind="query-params", help="Row number in the data set, from 0."
    )
    right.button("Another", on_click=_another, args=(rows,), icon=":material/shuffle:", width="stretch")
    return _at(there, int(row))


def _at(there: Dataset, row: int) -> Picture:
    position = int(there.index_of(np.array([row]))[0])
    label = int(there.labels[position])
    words = f"row {row} of {there.name}, labelled {CLASSES[label]}" if label >= 0 else f"row {row} of {there.name}"
    return _found(there.pixels[position], words)


def _another(rows: np.ndarray) -> None:
    st.session_state.row = int(np.random.default_rng().choice(rows))


def _given(way: str) -> Picture | None:
    if way == UPLOAD:
        given = st.file_uploader("A picture with a face", type=["jpg", "jpeg", "png", "webp", "bmp"], key="upload")
    else:
        given = st.camera_input("A snapshot", key="snapshot")
    if given is None:
        st.caption("It is cut to the face and made 48 × 48 gray pixels here; nothing leaves this machine.")
        return None
    name = given.name if way == UPLOAD else "the snapshot"
    pixels, how = _face(given.getvalue(), name)
    return _found(pixels, f"{name}: {how}")


@st.cache_data(show_spinner="Finding the face", max_entries=16)
def _face(data: bytes, name: str) -> tuple[np.ndarray, str]:
    from fer_core import pictures
    from fer_core.reading import faces

    found = faces.find_faces(pictures.decode(data, name), whole=True)
    face = max(found, key=lambda one: one.square.side)
    return face.crop, faces.HOW[face.how]


def _found(pixels: np.ndarray, words: str) -> Picture:
    regions, whence = _regions(pixels.tobytes())
    return Picture(pixels, words, regions, whence)


@st.cache_data(show_spinner=False, max_entries=256)
def _regions(pixels: bytes) -> tuple[dict[str, np.ndarray], str]:
    points = find_points(np.frombuffer(pixels, np.uint8).reshape(48, 48))
    whence = "average places in FER2013, as no face points were found" if points is None else "from the face's points"
    return face_regions(points), whence
