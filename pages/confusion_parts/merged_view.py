"""Classes taken together: the matrix and the scores of groups that the user chooses."""

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.evaluation import headlines, per_class
from fer_core.evaluation.merged import Grouping
from fer_core.figures import confusion as figures
from pages.confusion_parts.columns import columns
from pages.confusion_parts.gallery import GALLERY, gallery
from pages.confusion_parts.matrix_view import SAID, look_controls
from pages.confusion_parts.scene import SliceInView
from pages.confusion_parts.told import ToldApart, other_groups
from pages.ui import downloads, layout, merging
from pages.ui.matrix import matrix
from pages.ui.states import CONFUSION


@st.fragment
def show(scene: SliceInView) -> None:
    """The groups, their matrix with the pictures of a pressed cell, and their scores."""
    found = merging.boxes(CONFUSION, other_groups)
    if found is None:
        return
    told = ToldApart(found, True)
    counts = told.counts(scene)
    layout.headline(headlines.matrix(counts, found.names), "confusion matrix", "recall", "class")
    _says(scene, found, counts)
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        cell = told.boxes()
        spot = st.container()
        look = look_controls(counts)
        with spot:
            matrix(
                counts, cell, look, "merged_matrix", lambda: told.press("merged_matrix"),
                gallery=GALLERY, names=found.names,
            )  # fmt: skip
    with right:
        which = np.flatnonzero(cell.mask(told.labels(scene), told.answers(scene)))
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
            downloads.figure(
                figures.heatmap(counts, look.by, look.order, title, classes=found.names), f"{stem}-matrix", tabled=True
            )


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
