"""How many pictures each class has, and what they have in common."""

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.averages import Averages
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.quality import counts_table
from fer_core.figures.dataset import class_shares
from fer_core.labels import CLASSES
from fer_core.pictures.sheet import sheet
from pages.dataset_parts import chosen
from pages.dataset_parts.image_row import image_row, picture_button, stretched
from pages.ui import downloads
from pages.ui.states import DATASET

KINDS = {
    "mean": "Mean face",
    "against": "Against all",
    "deviation": "How varied",
}
EXPLAIN = {
    "mean": "Each position's mean over all pictures of the class, stretched to full contrast.",
    "against": "The class's mean less the mean of all pictures: brighter than usual is white, darker is black, all "
    "seven on one scale. What remains is the expression: the open mouth of surprise, the bared teeth of happy.",
    "deviation": "Each position's standard deviation within the class, all seven on one scale: dark positions hardly "
    "change from picture to picture.",
}


def show(dataset: Dataset) -> None:
    """Counts, mean faces."""
    counts = counts_table(dataset)
    st.subheader("Pictures by class", anchor=False)
    downloads.figure(class_shares(counts), f"{dataset.name}_classes", key="data_class_shares", tabled=True)
    _rarest(counts)
    frame = pd.DataFrame([{"split": split, **row, "all": sum(row.values())} for split, row in counts.items()]).fillna(0)
    downloads.table(frame, f"{dataset.name}_counts", key="data_counts")
    _faces(dataset)


def _rarest(counts: dict[str, dict[str, int]]) -> None:
    """Says how uneven the classes are, from the figures."""
    split, row = next(iter(counts.items()))
    known = {name: count for name, count in row.items() if name in CLASSES and count}
    if len(known) < 2:
        return
    most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    if known[most] == known[least]:
        st.caption(f"In {split}, each class has {known[most]:,} pictures.")
        return
    ratio = known[most] / known[least]
    share = known[most] / sum(row.values())
    st.caption(
        f"In {split}, {most} has {ratio:.1f} times as many pictures as {least}; a network that always says {most} is "
        f"right {share:.1%} of the time."
    )


def _faces(dataset: Dataset) -> None:
    st.subheader("The face of each class", anchor=False)
    splits = [name for name in dataset.counts() if np.any(dataset.labels[dataset.split == SPLITS.index(name)] >= 0)]
    if not splits:
        st.info("The pictures of this set have no labels, so there are no classes to average.")
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        kind = st.segmented_control(
            "What", list(KINDS), format_func=KINDS.__getitem__, required=True, **DATASET.widget("kind"),
        )  # fmt: skip
    split = right.selectbox("Split", splits, **DATASET.widget("face_split", default=splits[0], options=splits))
    means = chosen.class_averages(dataset, split)
    shown = [i for i, count in enumerate(means.counts) if count]
    pictures = _pictures(means, kind)[shown]
    st.caption(EXPLAIN[kind])
    image_row(list(pictures), [f"{CLASSES[i]} ({means.counts[i]:,})" for i in shown], side="5rem", widest="64rem")
    picture_button(
        lambda: sheet(pictures, len(shown), scale=3, captions=[CLASSES[i] for i in shown]),
        f"{dataset.name}_{split}_{kind}",
        key="data_faces",
    )


def _pictures(means: Averages, kind: str) -> np.ndarray:
    """u8 (7, 48, 48)."""
    there = means.counts > 0
    if kind == "against":
        values = means.against_all()
        reach = float(np.abs(values[there]).max())
        return stretched(values, -reach, reach)
    if kind == "deviation":
        return stretched(means.deviation, float(means.deviation[there].min()), float(means.deviation.max()))
    return np.stack([stretched(face, float(face.min()), float(face.max())) for face in means.mean])
