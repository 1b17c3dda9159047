"""Each class against the rest, and what abstaining buys."""

import numpy as np
import streamlit as st

from fer_core.evaluation import abstention, headlines, per_class
from fer_core.evaluation.confusion import class_order
from fer_core.figures import per_class as figures
from fer_core.spreadsheet import csv_text
from pages.confusion_parts.columns import columns
from pages.confusion_parts.scene import SliceInView
from pages.ui import downloads, layout
from pages.ui.states import CONFUSION

EVERY = "all classes"


@st.fragment
def classes(scene: SliceInView) -> None:
    """Scores of the classes with their intervals, and their curves."""
    frame = per_class.table(scene.counts)
    layout.headline(headlines.per_class(frame), "recall", "precision", "F1", "interval")
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        downloads.figure(
            figures.class_intervals(frame, class_order(scene.counts, "given")), "class-scores", tabled=True
        )
    with right:
        mean = frame[["recall", "precision", "f1"]].mean()
        for name, said in (("recall", "Recall"), ("precision", "Precision"), ("f1", "F1")):
            st.metric(f"{said}, unweighted mean of the classes", f"{mean[name]:.1%}")
        st.caption(
            "Recall: of the pictures with this label, the share that the network finds. Precision: of the pictures "
            "taken for this class, the share that carries its label. F1: their harmonic mean."
        )
    scores = [f"{score}{end}" for score in ("recall", "precision", "f1") for end in ("", "_low", "_high")]
    frame = frame[["class", "support", "predicted", *scores]]
    for score in ("recall", "precision", "f1"):  # no picture, no interval
        frame.loc[frame[score].isna(), [f"{score}_low", f"{score}_high"]] = float("nan")
    stem = f"{scene.run.name}-{scene.split}"
    downloads.table(frame, f"{stem}-classes", key="classes_frame", column_config=columns(frame))
    st.caption(
        "Low and high: Wilson's intervals at 95%; F1's is Wilson's for TP / (TP + FP + FN), carried over (Lam 2023)."
    )
    _curves(scene, stem)


def _curves(scene: SliceInView, stem: str) -> None:
    st.subheader("One class against the rest", anchor=False)
    curves = per_class.curves(scene.labels, scene.probabilities)
    if not curves["roc"]:
        st.info("A curve needs pictures of a class and of another one; this slice has none.")
        return
    names = [EVERY, *curves["roc"]]
    chosen = st.selectbox("Class", names, width=300, **CONFUSION.widget("class", options=names))
    frame = per_class.areas(scene.labels, curves)
    for (kind, by), column in zip(curves.items(), st.columns(2), strict=True):
        drawn = {name: per_class.thinned(curve) for name, curve in by.items()}
        with column:
            if chosen == EVERY:
                figure = figures.class_curves(drawn, kind)
            else:
                chance = frame.set_index("class").average_precision_chance[chosen]
                figure = figures.class_curves(drawn, kind, chosen, chance)
            downloads.figure(figure, f"{kind}-curves")
            st.caption("Beside each name: " + ("area under the curve." if kind == "roc" else "average precision."))
    downloads.table(frame, f"{stem}-areas", key="areas_frame", column_config=columns(frame))
    downloads.button(
        "Every point of the curves as csv",
        lambda: csv_text(per_class.points(curves)).encode("utf-8"),
        f"{stem}-curves.csv",
        type="tertiary",
    )


@st.fragment
def abstain(scene: SliceInView) -> None:
    """A threshold of confidence under which the network gives no answer."""
    curve = abstention.coverage_curve(scene.labels, scene.probabilities)
    threshold = st.slider(
        "Answer only from this confidence up", step=0.01, format="percent", **CONFUSION.widget("threshold")
    )
    here = abstention.at(scene.labels, scene.probabilities, threshold)
    low, high = here.interval
    layout.headline(
        headlines.abstaining(here.answered, here.pictures, here.accuracy, scene.accuracy, threshold),
        "abstain",
        "confidence",
        "threshold",
    )
    first, second, third = st.columns(3)
    first.metric(
        "Answered",
        f"{here.coverage:.1%}",
        f"{here.answered:,} of {here.pictures:,}",
        delta_color="off",
        delta_arrow="off",
    )
    second.metric(
        "Right among those",
        f"{here.accuracy:.1%}" if here.answered else "–",
        f"95%: {low:.1%} to {high:.1%}",
        delta_color="off",
        delta_arrow="off",
    )
    third.metric("Right without abstaining", f"{scene.accuracy:.1%}")
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        downloads.figure(figures.coverage(curve, here, threshold), "coverage")
        st.caption(
            f"Measured. Mean error over all coverages (area under the risk-coverage curve): {curve.area:.4f}. "
            "Confidence is the greatest softmax probability, before temperature scaling."
        )
    with right:
        wanted = st.number_input(
            "Accuracy wanted", step=0.01, help="Of what is answered.", **CONFUSION.widget("wanted")
        )
        found = abstention.threshold_for(curve, wanted)
        if found is None:
            st.write(f"No threshold reaches {wanted:.0%}.")
        else:
            share = curve.coverage[np.flatnonzero(curve.thresholds >= found)[-1]]
            st.write(f"**{wanted:.0%}** is reached from a confidence of **{found:.3f}** up: {share:.1%} are answered.")
        frame = abstention.by_class(scene.labels, scene.probabilities, threshold)
        stem = f"{scene.run.name}-{scene.split}-abstention"
        downloads.table(frame, stem, key="abstention_frame", column_config=columns(frame))
