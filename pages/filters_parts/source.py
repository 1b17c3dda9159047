"""The picture whose answers are shown: drawn, from the data set, uploaded, or from the camera."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.ui import address, loaders

SOURCES = ("Drawn face", "Data set", "Upload", "Camera")
HANDED = {"From Predict": "handed_crop", "From Playground": "handed_drawing"}
"""Further sources: the session's key under which another page leaves its picture."""

ANY = "any"


@dataclass(frozen=True)
class Picture:
    """What is shown to the network: u8 (48, 48), what it is, and where it comes from."""

    pixels: np.ndarray
    words: str
    drawn: bool = False


def pick_picture(run: Run) -> Picture | None:
    """The controls and the picture they choose; None, with a sentence on the screen, while there is none."""
    linked = "row" in st.query_params  # a link from another page names a row of the data set
    handed = [name for name, key in HANDED.items() if st.session_state.get(key) is not None]
    sources = (*SOURCES, *handed)
    first = SOURCES[1] if linked else (handed or SOURCES)[0]
    source = st.selectbox("Picture", sources, **address.keep("source", first, sources))
    try:
        if source in HANDED:
            return _handed(source)
        if source == "Drawn face":
            return _drawn()
        if source == "Data set":
            return _from_set(run)
        return _given(source)
    except FerError as error:
        st.error(str(error))
        return None


def _drawn() -> Picture:
    from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face, sample_identity

    left, right = st.columns([2, 1])
    expression = left.selectbox("Expression", CLASSES, index=CLASSES.index("happy"), key="expression")
    person = right.number_input("Person", 0, 9999, 0, key="person", help="Each number draws another person.")
    face = draw_face(EXPRESSIONS[expression], sample_identity(np.random.default_rng(int(person))))
    return Picture(face, f"a drawn {expression} face, person {person}", drawn=True)


def _handed(source: str) -> Picture:
    """The picture that another page left: a crop u8 (48, 48), or a drawing as a dictionary with `pixels`."""
    left = st.session_state[HANDED[source]]
    if isinstance(left, dict):
        return Picture(left["pixels"], "the face drawn in the Playground", drawn=True)
    return Picture(left, "the face last seen on the Predict page")


def _from_set(run: Run) -> Picture | None:
    there = loaders.dataset_for(run) or loaders.dataset()
    drawn = there is None or there.name == "drawn"
    if there is None:
        there = loaders.drawn()
        st.caption("FER2013 is not here; these are the drawn faces.")
    left, right = st.columns(2)
    splits = (ANY, *[name for name in SPLITS if there.has(name)])
    split = left.selectbox("Split", splits, **address.keep("split", ANY, splits))
    expression = right.selectbox("Expression", (ANY, *CLASSES), key="set_expression")
    rows = _rows(there, split, expression)
    if len(rows) == 0:
        st.info("No picture of the set has this split and this expression.")
        return None
    row = st.number_input(
        "Row",
        0,
        None,
        help="Row number in the data set, counting from 0.",
        **address.keep("row", int(rows[0]), always=True),
    )
    st.button("Another one", on_click=_another, args=(rows,), icon=":material/shuffle:", width="stretch")
    position = int(there.index_of(np.array([row]))[0])
    label = int(there.labels[position])
    words = CLASSES[label] if label >= 0 else "no label"
    return Picture(there.pixels[position], f"row {row} of {there.name}, labelled {words}", drawn=drawn)


def _rows(there: Dataset, split: str, expression: str) -> np.ndarray:
    keep = np.ones(len(there), bool)
    if split in SPLITS:  # links may name "validation", which is a part of train: the row alone says which picture
        keep &= there.split == SPLITS.index(split)
    if expression != ANY:
        keep &= there.labels == CLASSES.index(expression)
    return there.rows[keep]


def _another(rows: np.ndarray) -> None:
    address.put("row", int(np.random.default_rng().choice(rows)))


def _given(source: str) -> Picture | None:
    """An uploaded picture or a snapshot, cut to the face as FER2013's were."""
    if source == "Upload":
        given = st.file_uploader("A picture with a face", type=["jpg", "jpeg", "png", "webp", "bmp"], key="upload")
    else:
        given = st.camera_input("A snapshot", key="snapshot")
    if given is None:
        st.caption("It is cut to the face and shrunk to 48 × 48 gray pixels here; nothing leaves this machine.")
        return None
    pixels, words = _face(given.getvalue(), "the snapshot" if source == "Camera" else given.name)
    return Picture(pixels, words)


@st.cache_data(show_spinner="Finding the face", max_entries=16)
def _face(data: bytes, name: str) -> tuple[np.ndarray, str]:
    from fer_core import pictures
    from fer_core.reading import faces

    found = faces.find_faces(pictures.decode(data, name), whole=True)
    face = max(found, key=lambda one: one.square.side)
    return face.crop, f"{name}: {faces.HOW[face.how]}" + (", the largest face of several" if len(found) > 1 else "")
