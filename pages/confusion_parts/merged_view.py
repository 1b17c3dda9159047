"""Classes taken together: the matrix and the scores of groups that the user chooses."""

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import headlines, per_class
from fer_core.evaluation.confusion import Selection
from fer_core.evaluation.merged import Grouping, grouping
from fer_core.figures import confusion as figures
from fer_core.labels import CLASSES
from pages.confusion_parts.columns import columns
from pages.confusion_parts.gallery import GALLERY, gallery
from pages.confusion_parts.matrix_view import SAID, look_controls
from pages.confusion_parts.scene import SliceInView, first_page
from pages.ui import downloads, layout
from pages.ui.matrix import matrix, pressed
from pages.ui.plain import plain
from pages.ui.states import ANY, CONFUSION

GROUPS = ("group1", "group2", "group3")
READY: dict[str, tuple[list[str], ...]] = {
    "Disgust with angry": (["angry", "disgust"], [], []),
    "Negative": (["angry", "disgust", "fear", "sad"], [], []),
    "Negative and the rest": (["angry", "disgust", "fear", "sad"], ["happy", "surprise", "neutral"], []),
}


@st.fragment
def show(scene: SliceInView) -> None:
    """The groups, their matrix with the pictures of a pressed cell, and their scores."""
    with st.container(horizontal=True):
        for name, groups in READY.items():
            st.button(name, key=f"merged_{name}", on_click=_take, args=(groups,))
    chosen = [
        column.multiselect(f"Group {number}", CLASSES, **CONFUSION.widget(name, after=_other_groups))
        for number, (name, column) in enumerate(zip(GROUPS, st.columns(3), strict=True), 1)
    ]
    try:
        found = grouping([group for group in chosen if group])
    except FerError as error:
        st.error(plain(error))
        return
    counts = found.counts(scene.labels, scene.probabilities)
    layout.headline(headlines.matrix(counts, found.names), "confusion matrix", "recall", "class")
    _says(scene, found, counts)
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        cell = _boxes(found)
        spot = st.container()
        look = look_controls(counts)
        with spot:
            matrix(counts, cell, look, "merged_matrix", lambda: _pressed(found), gallery=GALLERY, names=found.names)
    with right:
        taken = found.probabilities(scene.probabilities).argmax(axis=1)
        which = np.flatnonzero(cell.mask(found.labels(scene.labels), taken))
        gallery(scene, which, cell.title(found.names), name="merged-cell")
    frame = per_class.table(counts, names=found.names)
    stem = f"{scene.run.name}-{scene.split}-merged"
    downloads.table(frame, f"{stem}-classes", key="merged_frame", column_config=columns(frame))
    st.caption("Low and high: Wilson's intervals at 95%; F1's is Wilson's for TP / (TP + FP + FN), carried over.")
    box = st.expander("Take the matrix along", key="merged_box", on_change="rerun")
    if box.open:
        with box:
            table = pd.DataFrame(counts, columns=list(found.names))
            table.insert(0, "labelled", found.names)
            downloads.table(table, f"{stem}-counts", key="merged_counts")
            title = f"{scene.run.name}, {scene.split}: {SAID[look.by]}"
            downloads.figure(figures.heatmap(counts, look.by, look.order, title, classes=found.names), f"{stem}-matrix")


def _says(scene: SliceInView, found: Grouping, counts: np.ndarray) -> None:
    """Accuracy and macro F1 of the groups beside those of the seven classes."""
    hits, count = int(np.trace(counts)), int(counts.sum())
    low, high = per_class.interval(hits, count)
    mean = per_class.table(counts, names=found.names)["f1"].mean()
    seven = per_class.table(scene.counts)["f1"].mean()
    taken = found.probabilities(scene.probabilities).argmax(axis=1)
    other = int(np.sum(taken != found.of[scene.predicted]))
    st.markdown(
        f"**{hits / count:.1%}** of {count:,} pictures are put into the right one of {len(found.names)} (95% interval "
        f"{low:.1%} to {high:.1%}; macro F1 {mean:.3f}); with seven classes {scene.accuracy:.1%} are recognised (macro "
        f"F1 {seven:.3f}). Fewer classes are easier: chance rises too."
    )
    st.caption(
        "A group's probability is the sum over its classes, and the likeliest group is the answer. For "
        f"{other:,} picture{'s' * (other != 1)} that is not the group of the likeliest class."
    )


def _boxes(found: Grouping) -> Selection:
    options = [ANY, *found.names]
    with st.container(horizontal=True):
        true = st.selectbox("Labelled", options, **CONFUSION.widget("gtrue", default=ANY, options=options))
        taken = st.selectbox("Taken for", options, **CONFUSION.widget("gpred", default=ANY, options=options))
    return Selection(*(None if name == ANY else found.names.index(name) for name in (true, taken)))


def _pressed(found: Grouping) -> None:
    cell = pressed("merged_matrix", len(found.names))
    if cell is not None:
        names = [ANY if at is None else found.names[at] for at in (cell.true, cell.predicted)]
        CONFUSION.put_all(gtrue=names[0], gpred=names[1], page=None, row=None)


def _take(groups: tuple[list[str], ...]) -> None:
    CONFUSION.put_all(**dict(zip(GROUPS, groups, strict=True)), gtrue=None, gpred=None, page=None, row=None)


def _other_groups() -> None:
    """Groups that changed have cells of other names; for callbacks."""
    CONFUSION.put_all(gtrue=None, gpred=None)
    first_page()
