"""What is wrong with the set: empty pictures, copies, doubtful labels."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.near_copies import CORRELATION
from fer_core.data.quality import constant
from fer_core.data.votes import agreement, agrees, not_a_face
from fer_core.errors import FerError
from fer_core.figures.dataset import spread
from pages.dataset_parts import chosen, left_out, outlier_list
from pages.dataset_parts.samples import gallery
from pages.ui import downloads
from pages.ui.states import DATASET

KINDS = {
    "empty": "Empty pictures",
    "twins": "Test pictures that training knows",
    "relabelled": "... under another label",
    "contradictory": "Copies with several labels",
    "copies": "All copies",
    "near_copies": "Near copies",
    "outliers": "Outliers: unlike all others, or no face",
    "not_a_face": "No face, say FER+'s voters",
    "disputed": "Label that FER+'s voters reject",
}
WHEN_ASKED = ("near_copies", "outliers")
"""Kinds that take seconds or minutes to find."""
EXPLAIN = {
    "empty": "One gray level everywhere. A network can learn nothing from them; standardising them divides by zero "
    "where nobody thought of it.",
    "twins": "Pixel-identical to a training picture. A network may know the answer by heart, so scores without them "
    "are given beside the official ones.",
    "relabelled": "Pixel-identical to a training picture that carries another label: who learns it well gets it wrong.",
    "contradictory": "One picture, several labels, copies side by side: the labellers did not agree with themselves.",
    "copies": "Pictures that occur more than once anywhere in the set, copies side by side.",
    "near_copies": "Almost the same picture, or the same one: the pixels of neighbours correlate by "
    f"{CORRELATION} or more. Groups side by side, the largest first.",
    "outliers": "The oddest first; no votes are needed to find them.",
    "not_a_face": "More voters chose 'not a face' than anything else.",
    "disputed": "Another emotion has more votes than the label; the clearest cases first.",
}


def show(dataset: Dataset) -> None:
    """The figures, then the pictures behind each."""
    facts = chosen.facts(dataset)
    _metrics(facts)
    _labels_of_empty(facts)
    there = {kind: positions for kind, positions in found(dataset).items() if len(positions)}
    if not there:
        st.success("No empty picture and no pixel for pixel copies in this set.", icon=":material/check:")
    _pictures(dataset, there)
    if dataset.votes is not None:
        _agreement(dataset)
    _measures(dataset)


def _metrics(facts: dict[str, Any]) -> None:
    with st.container(horizontal=True):
        st.metric("All-zero pictures", facts["all_zero"]["count"], border=True, height="stretch")
        for split, twin in facts["twins"].items():
            st.metric(
                f"{split} twins of training",
                twin["count"],
                f"{twin['other_label']} under another label",
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )
        copies = facts["duplicates"]
        st.metric(
            "Pictures there more than once",
            f"{copies['pictures']:,}",
            f"{copies['several_labels']} with several labels",
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
        )


def _labels_of_empty(facts: dict[str, Any]) -> None:
    labels = facts["all_zero"]["labels"]
    if labels:
        under = ", ".join(f"{name} {count}" for name, count in labels.items())
        st.caption(f"The all-zero pictures stand under {len(labels)} label{'s' * (len(labels) > 1)}: {under}.")


def found(dataset: Dataset) -> dict[str, np.ndarray]:
    """Positions i64 of the pictures of each kind."""
    return _found(dataset.fingerprint, dataset.votes is not None, dataset)


@st.cache_resource(show_spinner=False, max_entries=4)
def _found(fingerprint: str, voted: bool, _dataset: Dataset) -> dict[str, np.ndarray]:
    dataset = _dataset
    copies = chosen.copies(dataset)
    kinds = {
        "empty": np.flatnonzero(constant(dataset.pixels)),
        "twins": np.flatnonzero(copies["twins"]),
        "relabelled": np.flatnonzero(copies["relabelled"]),
        "contradictory": _joined(copies["contradictory"]),
        "copies": _joined(copies["groups"]),
    }
    if dataset.votes is not None:
        kinds["not_a_face"], kinds["disputed"] = _by_votes(dataset)
    return kinds


def _joined(groups: list[np.ndarray]) -> np.ndarray:
    """Positions i64 of all groups, one after the other."""
    return np.concatenate([np.empty(0, np.int64), *groups])


def _by_votes(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    if dataset.votes is None:
        raise FerError(f"{dataset.name} holds no votes of FER+.")
    votes = dataset.votes.astype(np.int64)
    top = votes.max(axis=1)
    disputed = ~agrees(dataset.votes, dataset.labels) & (top > 0) & (dataset.labels >= 0) & (votes.argmax(axis=1) < 7)
    positions = np.flatnonzero(disputed)
    return np.flatnonzero(not_a_face(dataset.votes)), positions[np.argsort(-top[positions], kind="stable")]


def _pictures(dataset: Dataset, found: dict[str, np.ndarray]) -> None:
    st.subheader("The pictures behind it", anchor=False)
    kinds = [kind for kind in KINDS if kind in found or kind in WHEN_ASKED]
    kind = st.selectbox(
        "Show",
        kinds,
        format_func=KINDS.__getitem__,
        **DATASET.widget("problem", default=kinds[0], options=kinds),
    )
    positions = found[kind] if kind in found else _when_asked(dataset, kind)
    if positions is None:
        return
    count = len(positions)
    st.caption(f"{count:,} picture{'s' * (count != 1)}. {EXPLAIN[kind]}")
    if not count:
        return
    gallery(dataset, positions, f"data_problem_{kind}", reviewed=None if kind == "near_copies" else kind)
    left_out.show(dataset, positions)
    frame = pd.DataFrame(
        {
            "row": dataset.rows[positions],
            "split": [SPLITS[i] for i in dataset.split[positions]],
            "label": [chosen.LABEL_NAMES[i] for i in dataset.labels[positions]],
        }
    )
    with st.expander(f"Table of these {len(frame):,} pictures"):
        downloads.table(frame, f"{dataset.name}_{kind}", key="data_problem_table", height=300)


def _when_asked(dataset: Dataset, kind: str) -> np.ndarray | None:
    if kind == "near_copies":
        return _joined(chosen.near_copies(dataset))
    splits = ["all", *dataset.counts()]
    split = st.selectbox("Split", splits, **DATASET.widget("split", options=splits))
    return outlier_list.pick(dataset, split)


def _agreement(dataset: Dataset) -> None:
    st.subheader("Do people agree with the labels?", anchor=False)
    rows, votes = [], dataset.votes
    if votes is None:
        return
    for split in dataset.counts():
        own = dataset.split == SPLITS.index(split)
        table = agreement(votes[own], dataset.labels[own])
        rows.append(
            {"split": split, **{name: same / count if count else None for name, (same, count) in table.items()}}
        )
    st.caption(
        "Share of pictures where none of FER+'s columns has more votes than the label's own. It bounds what accuracy "
        "on these labels can mean: whoever sees what people see is marked down for it."
    )
    frame = pd.DataFrame(rows)
    percent = {name: st.column_config.NumberColumn(name, format="percent") for name in frame.columns if name != "split"}
    downloads.table(frame, f"{dataset.name}_ferplus_agreement", key="data_agreement", column_config=percent)


def _measures(dataset: Dataset) -> None:
    st.subheader("Light, contrast, sharpness", anchor=False)
    measured = chosen.picture_measures(dataset)
    kinds = {
        "brightness": "mean gray level of a picture",
        "contrast": "standard deviation of its pixels",
        "sharpness": "variance of its Laplacian",
    }
    kind = st.segmented_control("Measure", list(kinds), required=True, **DATASET.widget("measure"))
    figure = spread(getattr(measured, kind), dataset.split, SPLITS, kinds[kind])
    downloads.figure(figure, f"{dataset.name}_{kind}", key=f"data_{kind}")
