"""Labels that may be wrong, checked against FER+ votes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.dataset import SPLITS
from fer_core.evaluation import doubtful, headlines
from fer_core.evaluation.per_class import interval
from fer_core.figures.doubtful import precision_by_rank
from fer_core.labels import CLASSES
from fer_core.spreadsheet import csv_text
from pages.confusion_parts.columns import columns
from pages.confusion_parts.gallery import PER_PAGE, gallery
from pages.confusion_parts.scene import (
    SliceInView,
    constant,
    constant_elsewhere,
    first_page,
    no_pictures_note,
    votes,
)
from pages.ui import downloads, layout, links
from pages.ui.states import ANY, CONFUSION

RANKINGS = {
    "margin": "normalized_margin",
    "probability of the label": "self_confidence",
    "weighted entropy": "confidence_weighted_entropy",
    "confident joint first": "confident_joint",
}
STATEMENTS = {
    "outvoted": "FER+ outvotes the label",
    "unvoted": "No FER+ vote for it",
    "agreed": "FER+ majority is the suggestion",
}
FIRST = 100
LISTED = 500
COLUMNS = ("row", "label", "suggested", "self_confidence", "outvoted", "confident_error", "quality", "constant")


@st.fragment
def doubts(scene: SliceInView) -> None:
    """The view of doubtful labels."""
    first = st.container()
    left, right = st.columns([1.6, 1])
    with left:
        by = st.segmented_control(
            "Ranked by", list(RANKINGS), required=True, wrap=True, **CONFUSION.widget("rank", after=first_page),
        )  # fmt: skip
    with right:
        of = st.selectbox("Labelled", [ANY, *CLASSES], **CONFUSION.widget("doubt_of", after=first_page))
    flat = constant(scene)
    frame = doubtful.rank(scene.labels, scene.probabilities, RANKINGS[by], flat)
    _explained(scene, frame)
    _flat(scene, flat)
    with first:
        _headline(scene, frame)
    confirmed = _checked(scene, frame)
    if confirmed is not None:
        frame = frame.assign(outvoted=confirmed)
    if of != ANY:
        frame = frame[frame.label == of]
    frame = frame.assign(row=scene.rows[frame.position])
    table, pictures = st.columns([1, 1], gap="large")
    with table:
        _list(scene, frame[[name for name in COLUMNS if name in frame]])
    with pictures:
        gallery(
            scene,
            frame.position.to_numpy(),
            "the most doubtful label first",
            sortable=False,
            says=_says(scene, frame),
            name="doubtful",
            explained=False,
        )


def _headline(scene: SliceInView, frame: pd.DataFrame) -> None:
    flagged = frame.position[frame.confident_error].to_numpy()
    given = votes(scene, flagged)
    outvoted = None if given is None else int(doubtful.outvoted(scene.labels[flagged], given).sum())
    layout.headline(headlines.doubtful(len(flagged), len(frame), outvoted), "doubtful label", "label", "FER+")


def _explained(scene: SliceInView, frame: pd.DataFrame) -> None:
    expected = doubtful.expected_wrong(scene.labels, scene.probabilities)
    st.caption(
        "A label is doubtful where the network is surer of another class than it usually is of its own (confident "
        f"learning, Northcutt et al. 2021, by the cleanlab library). Of these {len(frame):,} labels "
        f"{int(frame.confident_error.sum()):,} look so, and {expected:,} are expected to be wrong. This trusts the "
        "network: what the network does badly looks mislabelled too."
    )


def _says(scene: SliceInView, frame: pd.DataFrame) -> Callable[[int], str]:
    suggested = dict(zip(frame.position, frame.suggested, strict=True))
    outvoted = dict(zip(frame.position, frame.outvoted, strict=True)) if "outvoted" in frame else {}
    ends: dict[Any, str] = {True: " FER+ outvotes the label.", False: " FER+ does not outvote it."}

    def says(index: int) -> str:
        label = CLASSES[scene.labels[index]]
        return f"Row {scene.rows[index]:,}: labelled {label}, the network suggests {suggested[index]}." + ends.get(
            outvoted.get(index, ""), ""
        )

    return says


def _list(scene: SliceInView, frame: pd.DataFrame) -> None:
    """The list as a table whose rows open their pictures, and the whole of it to take along."""
    key = f"doubtful_frame_{scene.split}"
    first = frame.head(LISTED)

    def open_row() -> None:
        picked = st.session_state[f"{key}_table"].selection.rows
        if picked and picked[0] < len(first):
            CONFUSION.put_all(page=picked[0] // PER_PAGE + 1, row=int(first.row.iloc[picked[0]]))

    downloads.table(
        first,
        f"{scene.run.name}-{scene.split}-doubtful-first",
        key=key,
        height=420,
        column_config=columns(first),
        on_select=open_row,
        selection_mode="single-row",
    )
    downloads.button(
        f"The whole list as csv ({len(frame):,} labels)",
        lambda: csv_text(frame).encode("utf-8"),
        f"{scene.run.name}-{scene.split}-doubtful.csv",
    )


def _flat(scene: SliceInView, flat: np.ndarray | None) -> None:
    """Names the pictures that nobody can label, here and in the rest of the data set."""
    if flat is None:
        return
    if flat.any():
        which = np.flatnonzero(flat)
        st.warning(
            f"{_pictures(scene.pictures(which))} under {_named(scene.labels[which])}: nobody can label those, so they "
            f"stand at the top. {_rows(scene.rows[which])}.",
            icon=":material/hide_image:",
        )
    rest = constant_elsewhere(scene)
    if len(rest):
        dataset = scene.data
        where = ", ".join(SPLITS[k] for k in np.unique(dataset.split[rest]))
        st.info(
            f"Not among the pictures shown here: {_pictures(dataset.pixels[rest])} under "
            f"{_named(dataset.labels[rest])} (split: {where}). Nobody can label those. "
            f"{_rows(dataset.rows[rest])}.",
            icon=":material/hide_image:",
        )
        links.link("dataset", "See them on the Data page", icon=":material/photo_library:", view="problems")


def _pictures(pixels: np.ndarray) -> str:
    """How many pictures u8 (K, 48, 48) of one grey level there are, and of which."""
    zero, count = int((~pixels.any(axis=(1, 2))).sum()), len(pixels)
    named = "1 picture" if count == 1 else f"{count} pictures"
    if zero == count:
        return f"{named} with all pixels zero"
    return f"{named} of one grey level everywhere, {zero} of them zero,"


def _rows(rows: np.ndarray, most: int = 20) -> str:
    shown = ("Row " if len(rows) == 1 else "Rows ") + ", ".join(f"{row:,}" for row in rows[:most])
    return shown if len(rows) <= most else f"{shown} and {len(rows) - most:,} more"


def _named(labels: np.ndarray) -> str:
    named = [CLASSES[k] for k in np.unique(labels[labels >= 0])]
    return "no label" if not named else f"the label {named[0]}" if len(named) == 1 else f"the labels {', '.join(named)}"


def _checked(scene: SliceInView, frame: pd.DataFrame) -> np.ndarray | None:
    """Whether FER+ outvotes each label, in the ranking's order, with the precision reached on the screen."""
    position = frame.position.to_numpy()
    own = votes(scene, position)
    if own is None:
        if scene.dataset is None:
            no_pictures_note(scene)
        elif scene.run.dataset_name == "drawn":
            st.caption(
                "Drawn faces carry the label that they were drawn with: what is listed here is the network's error, "
                "unless two expressions were drawn alike."
            )
        else:
            st.caption(
                "This data set carries no FER+ votes; with fer2013new.csv beside it the ranking could be checked."
            )
        return None
    outvoted = doubtful.outvoted(scene.labels[position], own)
    judged = outvoted[~frame.constant.to_numpy()]
    count = min(FIRST, len(judged))
    if count:
        every = votes(scene, np.arange(len(scene)))
        if every is not None:
            _precision(doubtful.check(frame, scene.labels, every, count), count)
        box = st.expander("How far down the list holds", key="precision_box", on_change="rerun")
        if box.open:
            with box:
                curve = precision_by_rank(doubtful.precision_by_rank(judged), count, float(judged.mean()))
                downloads.figure(curve, f"{scene.run.name}-{scene.split}-doubtful-precision")
                st.caption("The dotted line is the share among all labels, which a list in random order would reach.")
    return outvoted


def _precision(found: dict[str, tuple[float, float]], count: int) -> None:
    for column, (name, (reached, base)) in zip(st.columns(len(found)), found.items(), strict=True):
        low, high = interval(round(reached * count), count)
        column.metric(
            f"{STATEMENTS[name]}: precision at {count}",
            f"{reached:.0%}",
            f"95%: {low:.0%} to {high:.0%}; all labels {base:.1%}",
            delta_color="off",
            delta_arrow="off",
        )
    st.caption(
        "Measured against the votes of FER+, ten a picture; pictures of one grey level are left out of this check."
    )
