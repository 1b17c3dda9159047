"""Labels that may be wrong, checked against FER+ votes."""

import numpy as np
import streamlit as st

from fer_core.evaluation import doubtful
from fer_core.labels import CLASSES
from pages.confusion_parts.gallery import gallery
from pages.confusion_parts.scene import ANY, Scene, constant, constant_elsewhere, no_pictures_note, votes
from pages.ui import downloads

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


@st.fragment
def doubts(scene: Scene) -> None:
    """The view of doubtful labels."""
    left, right = st.columns([1.6, 1])
    with left:
        by = st.segmented_control(
            "Ranked by", list(RANKINGS), default="margin", required=True, wrap=True, key="rank",
            bind="query-params",
        )  # fmt: skip
    with right:
        of = st.selectbox("Labelled", [ANY, *CLASSES], key="doubt_of", bind="query-params")
    flat = constant(scene)
    frame = doubtful.rank(scene.labels, scene.probabilities, RANKINGS[by], flat)
    expected = doubtful.expected_wrong(scene.labels, scene.probabilities)
    st.caption(
        f"Confident learning (Northcutt et al. 2021, cleanlab) puts {int(frame.confident_error.sum()):,} of these "
        f"{len(frame):,} labels off the diagonal of its joint and expects {expected:,} to be wrong. It trusts the "
        "network: what the network does badly looks mislabelled."
    )
    _flat(scene, flat)
    confirmed = _checked(scene, frame)
    if confirmed is not None:
        frame = frame.assign(outvoted=confirmed)
    if of != ANY:
        frame = frame[frame.label == of]
    frame = frame.assign(row=scene.rows[frame.position])
    columns = ["row", "label", "suggested", "self_confidence", "quality", "confident_error", "constant", "outvoted"]
    frame = frame[[c for c in columns if c in frame] + ["position"]]
    table, pictures = st.columns([1, 1], gap="large")
    with table:
        first = frame.drop(columns="position").head(500).round(4)
        downloads.table(first, f"{scene.run.name}-{scene.split}-doubtful-first", key="doubtful_frame", height=420)
        st.download_button(
            f"The whole list as csv ({len(frame):,} labels)",
            lambda: frame.drop(columns="position").to_csv(index=False).encode("utf-8"),
            file_name=f"{scene.run.name}-{scene.split}-doubtful.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    with pictures:
        suggested = dict(zip(frame.position, frame.suggested, strict=True))
        outvoted = dict(zip(frame.position, frame.outvoted, strict=True)) if "outvoted" in frame else {}

        def says(index: int) -> str:
            label = CLASSES[scene.labels[index]]
            votes = {True: " FER+ outvotes the label.", False: " FER+ does not outvote it."}.get(
                outvoted.get(index), ""
            )
            return f"Row {scene.rows[index]:,}: labelled {label}, the network suggests {suggested[index]}.{votes}"

        gallery(
            scene,
            frame.position.to_numpy(),
            "the most doubtful label first",
            sortable=False,
            says=says,
            name="doubtful",
        )


def _flat(scene: Scene, flat: np.ndarray | None) -> None:
    """Names the pictures that nobody can label, here and in the rest of the data set."""
    if flat is None:
        return
    if flat.any():
        zero = int((~scene.pictures(np.flatnonzero(flat)).any(axis=(1, 2))).sum())
        st.warning(
            f"{_pictures(int(flat.sum()))} one grey level everywhere ({zero} of them all zero), under "
            f"{_named(scene.labels[flat])}: nobody can label those, so they stand at the top.",
            icon=":material/hide_image:",
        )
    rest = constant_elsewhere(scene)
    if len(rest):
        zero = int((~scene.dataset.pixels[rest].any(axis=(1, 2))).sum())
        st.caption(
            f"Outside the pictures shown here {_pictures(len(rest))} one grey level everywhere ({zero} of them all "
            f"zero), under {_named(scene.dataset.labels[rest])}; the Data page lists them."
        )


def _pictures(count: int) -> str:
    return f"{count} {'picture of the data set has' if count == 1 else 'pictures of the data set have'}"


def _named(labels: np.ndarray) -> str:
    return ", ".join(CLASSES[k] for k in np.unique(labels[labels >= 0]))


def _checked(scene: Scene, frame) -> np.ndarray | None:
    """Whether FER+ outvotes each label, in the ranking's order, with the precision reached on the screen."""
    position = frame.position.to_numpy()
    own = votes(scene, position)
    if own is None:
        if scene.dataset is not None:
            st.caption(
                "This data set carries no FER+ votes; with fer2013new.csv beside it the ranking could be checked."
            )
        else:
            no_pictures_note(scene)
        return None
    outvoted = doubtful.outvoted(scene.labels[position], own)
    count = min(FIRST, int((~frame.constant).sum()))
    if count:
        every = votes(scene, np.arange(len(scene)))
        found = doubtful.check(frame, scene.labels, every, count)
        for column, (name, (reached, base)) in zip(st.columns(len(found)), found.items(), strict=True):
            column.metric(
                f"{STATEMENTS[name]}, first {count}",
                f"{reached:.0%}",
                f"{base:.1%} of all",
                delta_color="off",
                delta_arrow="off",
            )
        st.caption("Measured. Pictures of one grey level are left out of this check.")
    return outvoted
