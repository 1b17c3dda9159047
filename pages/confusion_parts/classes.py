"""Each class against the rest, and what abstaining buys."""

import numpy as np
import streamlit as st

from fer_core.evaluation import abstention, per_class
from fer_core.evaluation.confusion import class_order
from fer_core.figures import confusion as figures
from fer_core.labels import CLASSES
from pages.confusion_parts.scene import Scene
from pages.ui import downloads

CURVES = {"ROC": "roc", "precision and recall": "pr"}


@st.fragment
def classes(scene: Scene) -> None:
    """Scores of the classes with their intervals, and their curves."""
    frame = per_class.table(scene.counts)
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        downloads.figure(figures.class_intervals(frame, class_order(scene.counts, "given")), "class-scores")
    with right:
        named = ["class", "support", "predicted", "recall", "precision", "f1"]
        frame = frame[named + [name for name in frame if name not in named]]
        downloads.table(frame.round(4), f"{scene.run.name}-{scene.split}-classes", key="classes_frame")
        st.caption(
            "Measured. Intervals are Wilson's at 95%; F1's is Wilson's for TP / (TP + FP + FN), carried "
            "over (Lam 2023)."
        )
    kind = st.segmented_control(
        "Curve", list(CURVES), default="ROC", required=True, wrap=True, key="curve", bind="query-params"
    )
    kind = CURVES[kind]
    names = ["all classes", *CLASSES]
    chosen = st.selectbox("Class against the rest", names, key="class", bind="query-params")
    function = per_class.roc if kind == "roc" else per_class.precision_recall
    curves = {name: function(scene.labels, scene.probabilities, k) for k, name in enumerate(CLASSES)}
    drawn = {name: per_class.thinned(curve) for name, curve in curves.items() if curve is not None}
    if not drawn:
        st.info("A curve needs pictures of a class and of another one; this slice has none.")
        return
    downloads.figure(figures.class_curves(drawn, kind, None if chosen == names[0] else chosen), f"{kind}-curves")
    st.caption("Beside each name: " + ("area under the curve." if kind == "roc" else "average precision."))


@st.fragment
def abstain(scene: Scene) -> None:
    """A threshold of confidence under which the network gives no answer."""
    curve = abstention.coverage_curve(scene.labels, scene.probabilities)
    threshold = st.slider(
        "Answer only from this confidence up", 0.0, 1.0, 0.5, 0.01, key="threshold", bind="query-params"
    )
    here = abstention.at(scene.labels, scene.probabilities, threshold)
    low, high = here.interval
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
            "Accuracy wanted", 0.5, 1.0, 0.8, 0.01, key="wanted", bind="query-params", help="Of what is answered."
        )
        found = abstention.threshold_for(curve, wanted)
        if found is None:
            st.write(f"No threshold reaches {wanted:.0%}.")
        else:
            share = curve.coverage[np.flatnonzero(curve.thresholds >= found)[-1]]
            st.write(f"**{wanted:.0%}** is reached from a confidence of **{found:.3f}** up: {share:.1%} are answered.")
        frame = abstention.by_class(scene.labels, scene.probabilities, threshold)
        downloads.table(frame.round(4), f"{scene.run.name}-{scene.split}-abstention", key="abstention_frame")
