"""One picture, opened: its probabilities, votes and twins, and on demand its map and its neighbours."""

import numpy as np
import streamlit as st

from fer_core.data.dataset import SPLITS
from fer_core.errors import FerError
from fer_core.evaluation.doubtful import class_votes
from fer_core.figures import confusion as figures
from fer_core.labels import CLASSES
from pages.confusion_parts import looks
from pages.confusion_parts.scene import SliceInView, twins_of, votes
from pages.ui import downloads, links, selections
from pages.ui.plain import plain
from pages.ui.states import DATA

CARD = "opened"
"""Key of the container of an opened picture."""

_BESIDE = ("contempt", "unknown", "not a face")


def opened(scene: SliceInView, index: int) -> None:
    """Shows the picture at an index of the scene."""
    with st.container(border=True, key=CARD):
        st.markdown(f"**{scene.says(index)}**")
        own = votes(scene, np.array([index]))
        bars = figures.probability_bars(
            scene.probabilities[index], int(scene.labels[index]), None if own is None else class_votes(own)[0]
        )
        if scene.dataset is None:
            downloads.figure(bars, f"row-{scene.rows[index]}")
            return
        left, right = st.columns([1, 2.2])
        with left:
            picture = scene.pictures(np.array([index]))[0]
            downloads.picture(np.kron(picture, np.ones((4, 4), np.uint8)), f"row-{scene.rows[index]}")
        with right:
            downloads.figure(bars, f"row-{scene.rows[index]}-probabilities", key="bars")
        if own is not None:
            _beside(own[0])
        selections.tags(scene.data, int(scene.rows[index]), "opened_tags")
        _twins(scene, index)
        try:
            looks.saliency(scene, index)
            looks.neighbours(scene, index)
        except FerError as error:
            st.error(plain(error))
        _deeper(scene, index)


def _deeper(scene: SliceInView, index: int) -> None:
    """Links to the pages that explain what the network made of this picture, and to where its label is judged."""
    here = {"run": scene.run.name, "picture": DATA, "row": int(scene.rows[index])}
    drawn = scene.run.dataset_name == "drawn"
    with st.container(horizontal=True):
        links.link(
            "dataset", "Is the label right? Decide", icon=":material/how_to_reg:",
            view="review", row=here["row"], set="drawn" if drawn else "faces",
        )  # fmt: skip
        if not scene.run.can_be_opened:
            return
        links.link("explain", "All maps of it, and their worth", icon=":material/center_focus_strong:", **here)
        links.link("filters", "What each filter makes of it", icon=":material/blur_on:", **here)


def _beside(own: np.ndarray) -> None:
    named = [f"{n} {name}" for n, name in zip(own[7:], _BESIDE, strict=True) if n]
    st.caption(
        f"Hatched: the votes of {int(own.sum())} FER+ annotators"
        + (f"; beside the seven classes {', '.join(named)}." if named else ".")
    )


def _twins(scene: SliceInView, index: int) -> None:
    found = twins_of(scene, index)
    if len(found) == 0:
        st.caption("No pixel-identical twin in the training split.")
        return
    dataset = scene.data
    said = ", ".join(f"row {dataset.rows[k]:,} ({CLASSES[dataset.labels[k]]})" for k in found)
    other = any(dataset.labels[k] != scene.labels[index] for k in found)
    st.warning(
        f"Pixel-identical in the {SPLITS[0]}ing split: {said}. The network may know it by heart"
        + (", and there it carries another label." if other else "."),
        icon=":material/content_copy:",
    )
