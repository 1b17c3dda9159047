"""The picture that a network is asked about: drawn, from the data set, uploaded, from the camera, or brought along."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fer_core import pictures
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from fer_core.runs.names import plain_words
from fer_core.saliency.regions import face_regions, find_points
from pages.ui import layout, loaders, selections
from pages.ui.address import State
from pages.ui.drawing import Drawing, from_text
from pages.ui.drawing import drawing as drawing_of
from pages.ui.language import Later, mark
from pages.ui.plain import plain
from pages.ui.states import CAMERA, DATA, DRAWN, FROM_PLAYGROUND, FROM_PREDICT, UPLOAD

ANY = "any"
_HANDED = "handed_crop"


@dataclass(frozen=True)
class Picture:
    """u8 (48, 48), what it is in words, and, for a drawn one, the drawing that it was made of."""

    pixels: np.ndarray
    words: str
    drawing: Drawing | None = None
    drawn: bool = False
    """Whether it is a drawing, also where its making is not known."""

    @property
    def regions(self) -> dict[str, np.ndarray]:
        """Where brows, eyes, nose, mouth and the rest lie: bool (48, 48) each."""
        return self.drawing.regions() if self.drawing is not None else _regions(self.pixels.tobytes())[0]

    @property
    def regions_from(self) -> str:
        """What the regions were taken from."""
        return "of the drawing" if self.drawing is not None else _regions(self.pixels.tobytes())[1]

    @property
    def moved(self) -> np.ndarray | None:
        """On a drawn face, the pixels that its expression moved: bool (48, 48)."""
        return None if self.drawing is None else self.drawing.moved()


def hand_over(crop: np.ndarray) -> None:
    """Leaves a face u8 (48, 48) for the pages that are opened next; it is kept in this session alone."""
    st.session_state[_HANDED] = crop


def pick(state: State, run: Run) -> Picture | None:
    """The controls and the picture they choose; None, with a sentence on the screen, while there is none.

    state: of the page, with the names that `states` keeps of a picture. run: whose data set is offered.
    """
    ways = _ways(state)
    way = st.selectbox("Picture", ways, **state.widget("picture", default=_first(state), options=ways))
    try:
        if way == DRAWN:
            return _drawn(state)
        if way == DATA:
            return _from_set(state, run)
        if way == FROM_PREDICT:
            return Picture(st.session_state[_HANDED], "the face from the Predict page")
        if way == FROM_PLAYGROUND:
            layout.badge("drawn")
            return _pictured(state.value("drawing"))
        return _given(way, f"{state.name}:{way}")
    except FerError as error:
        st.error(plain(error))
        return None


def shows_drawn(state: State) -> bool:
    """Whether the picture that the page's address speaks of is a drawn face; before `pick`."""
    way = state.value("picture", default=_first(state), options=_ways(state))
    return way in (DRAWN, FROM_PLAYGROUND) or (way == DATA and not loaders.has_photographs())


def _ways(state: State) -> list[str]:
    ways = [DRAWN, DATA, UPLOAD, CAMERA]
    ways += [FROM_PREDICT] if _HANDED in st.session_state else []
    ways += [FROM_PLAYGROUND] if state.value("drawing") else []
    return ways


def _first(state: State) -> str:
    """What is shown where nothing was chosen. A link that names a row alone is about the data set."""
    if state.value("row") is not None:
        return DATA
    if _HANDED in st.session_state:
        return FROM_PREDICT
    return DATA if loaders.has_photographs() else DRAWN


def _drawn(state: State) -> Picture:
    left, right = st.columns([3, 2])
    expression = left.selectbox("Expression", CLASSES, **state.widget("expression"))
    person = right.number_input("Person", help="Each number draws another person.", **state.widget("person"))
    layout.badge("drawn")
    return _face_of(expression, person)


@st.cache_data(show_spinner=False, max_entries=64)
def _face_of(expression: str, person: int) -> Picture:
    from fer_core.data.drawn.dataset import EXPRESSIONS
    from pages.ui.drawing import units_text

    made = drawing_of({"face": units_text(EXPRESSIONS[expression]), "person": person})
    return Picture(made.pixels(), f"a drawn {expression} face, person {person}", made, drawn=True)


@st.cache_data(show_spinner=False, max_entries=64)
def _pictured(text: str) -> Picture:
    made = from_text(text)
    return Picture(made.pixels(), "the face from the Playground", made, drawn=True)


def _from_set(state: State, run: Run) -> Picture | None:
    there = loaders.dataset_for(run) or loaders.dataset()
    if there is None:
        there = loaders.drawn()
        st.caption("FER2013 is not here; these are the drawn faces.")
    if there.layout == "drawn":
        layout.badge("drawn")
    left, right = st.columns(2)
    splits = [ANY, *(name for name in SPLITS if there.has(name))]
    split = left.selectbox("Split", splits, **state.widget("split", options=splits))
    expression = right.selectbox("Labelled", (ANY, *CLASSES), **state.widget("labelled"))
    rows = _rows(there, split, expression)
    rows = rows[selections.among(rows, selections.box(state, there, after=lambda: state.put("row", None)))]
    if len(rows) == 0:
        st.info("No picture of the set has this split and this label, and is in the selection.")
        return None
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    row = left.number_input(
        "Row", help="Row number in the data set, counting from 0.", **state.widget("row", default=_unseen(there, rows))
    )
    right.button("Another", on_click=_another, args=(state, rows), icon=":material/shuffle:", width="stretch")
    position = int(there.index_of(np.array([row]))[0])
    label = int(there.labels[position])
    said = f"labelled {CLASSES[label]}" if label >= 0 else "without a label"
    words = f"row {row} of {plain_words(there.name)}, {said}"
    return Picture(there.pixels[position], words, drawn=there.layout == "drawn")


def _rows(there: Dataset, split: str, expression: str) -> np.ndarray:
    keep = np.ones(len(there), bool)
    if split != ANY:
        keep &= there.split == SPLITS.index(split)
    if expression != ANY:
        keep &= there.labels == CLASSES.index(expression)
    return there.rows[keep]


def _unseen(there: Dataset, rows: np.ndarray) -> int:
    """The first of the rows that no network was trained on, a happy one before others: what everybody can read."""
    place = there.index_of(rows)
    held_out = there.split[place] != SPLITS.index("train")
    happy = there.labels[place] == CLASSES.index("happy")
    return int(rows[np.argmax(2 * held_out + happy)])


def _another(state: State, rows: np.ndarray) -> None:
    state.put("row", int(np.random.default_rng().choice(rows)))


def _given(way: str, key: str) -> Picture | None:
    """An uploaded picture or a snapshot, cut to the face as FER2013's were."""
    if way == UPLOAD:
        given = st.file_uploader("A picture with a face", type=list(pictures.SUFFIXES), key=key)
    else:
        given = st.camera_input("A snapshot", key=key)
    if given is None:
        st.caption("It is cut to the face and made 48 × 48 gray pixels here; nothing leaves this machine.")
        return None
    pixels, words = _face(given.getvalue(), given.name if way == UPLOAD else "the snapshot")
    return Picture(pixels, words)


@st.cache_data(show_spinner=Later(mark("Finding the face")), max_entries=16)
def _face(data: bytes, name: str) -> tuple[np.ndarray, str]:
    from fer_core.reading import faces

    found = faces.find_faces(pictures.decode(data, name), whole=True)
    face = max(found, key=lambda one: one.square.side)
    several = ", the largest face of several" if len(found) > 1 else ""
    return face.crop, f"{plain_words(name)}: {faces.HOW[face.how]}{several}"


@st.cache_data(show_spinner=False, max_entries=256)
def _regions(pixels: bytes) -> tuple[dict[str, np.ndarray], str]:
    points = find_points(np.frombuffer(pixels, np.uint8).reshape(48, 48))
    whence = "average places in FER2013, as no face points were found" if points is None else "from the face's points"
    return face_regions(points), whence
