"""Two runs: how their matrices differ, and which pictures they disagree on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fer_core.errors import FerError
from fer_core.evaluation import confusion, headlines
from fer_core.evaluation.statistics import align, macro_f1, mcnemar_exact
from fer_core.figures import confusion as figures
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.confusion_parts.gallery import GALLERY, gallery
from pages.confusion_parts.matrix_view import SAID, look_controls
from pages.confusion_parts.scene import SliceInView, first_page, predictions, splits
from pages.confusion_parts.told import ToldApart, other_groups, told_apart
from pages.ui import downloads, layout, loaders, merging, picker
from pages.ui.matrix import MatrixStyle, matrix
from pages.ui.plain import plain
from pages.ui.states import ANY, CONFUSION

KINDS = CONFUSION.options("kind")
TOP = 0.1
"""Difference of two shares at which the two-sided scale ends; the same for every pair of runs."""

DIFFERENCE = {
    "cell": "{true} taken for {predicted}: {count} by A ({share}), {other_count} by B ({other_share}); "
    "A less B: {points}.",
    "row": "{count} {pictures} {is} labelled {true}.",
    "column": "A takes {count} {pictures} for {predicted}.",
    "hint": "Each cell: share by A less share by B. Press it to see the pictures that only one of the two puts there.",
}
AGAINST = {
    "cell": "A says {true} and B says {predicted}: {count} {pictures}, {share}.",
    "row": "A says {true}: {count} {pictures}.",
    "column": "B says {predicted}: {count} {pictures}.",
    "hint": "Rows are what A says, columns what B says; off the diagonal they disagree. "
    "Press a cell to see its pictures.",
}


SHARES_AGAINST = {"what A calls so": "true", "what B calls so": "predicted", "all pictures": "all", "counts": "none"}


@st.fragment
def compare(scene: SliceInView) -> None:
    """The view of two runs, A being the page's run."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = _other_run(scene)
        if other is None:
            return
        kind = st.segmented_control(
            "Compare by", KINDS, required=True, wrap=True, **CONFUSION.widget("kind", after=first_page),
        )  # fmt: skip
    try:
        pair = _aligned(scene, other)
    except FerError as error:
        st.error(plain(error))
        return
    groups = merging.switched(CONFUSION, other_groups)
    told = told_apart(groups)
    _headline(*pair, told)
    left, right = st.columns([1.15, 1], gap="large")
    (_difference if kind == "difference" else _against)(*pair, told, left, right)


def _headline(a: SliceInView, b: SliceInView, told: ToldApart) -> None:
    """Which of the two is better, told apart by these classes, and how often they agree."""
    true, says_a, says_b = told.labels(a), told.answers(a), told.answers(b)
    test = mcnemar_exact(says_a == true, says_b == true)
    said = headlines.two_runs(a.run.name, b.run.name, test.only_a, test.only_b, test.p)
    if told.merged:
        said = headlines.of_groups(said, told.grouping.told)
    layout.headline(said, "McNemar's test", "p-value")
    right_a, right_b, agree = (float(np.mean(same)) for same in (says_a == true, says_b == true, says_a == says_b))
    f1_a, f1_b = macro_f1(true, says_a), macro_f1(true, says_b)
    st.markdown(
        f"A is **{a.run.name}** ({right_a:.1%} right, macro F1 {f1_a:.3f}), B is **{b.run.name}** ({right_b:.1%}, "
        f"{f1_b:.3f}); on these {len(a):,} pictures they say the same {agree:.1%} of the time. Intervals, and a test "
        "of macro F1, are on the Runs page."
    )


def _other_run(scene: SliceInView) -> Run | None:
    runs, _ = loaders.runs()
    fitting = {
        run.name: run
        for run in picker.best_first(runs)
        if run.name != scene.run.name and _same_data(run, scene.run) and scene.split in splits(run)
    }
    if not fitting:
        st.info(f"No other run here keeps {scene.split} predictions on {scene.run.dataset_name}; train a second one.")
        return None
    names = list(fitting)
    name = st.selectbox(
        "Compare with", names, **CONFUSION.widget("vs", default=names[0], options=names, after=first_page)
    )
    return fitting[name]


def _same_data(one: Run, other: Run) -> bool:
    """Whether rows of the two mean the same pictures, as far as their records tell."""
    prints = {run.fingerprint for run in (one, other) if run.fingerprint}
    return one.dataset_name == other.dataset_name and len(prints) <= 1


def _aligned(scene: SliceInView, other: Run) -> tuple[SliceInView, SliceInView]:
    """The scene twice, with A's and B's predictions, on the pictures that both were judged on."""
    shared = align({"A": scene, "B": predictions(other, scene.split)})
    order = np.argsort(scene.rows, kind="stable")
    a = scene.take(order[np.searchsorted(scene.rows, shared.rows, sorter=order)])
    p = shared.probabilities["B"]
    return a, replace(a, run=other, probabilities=p, predicted=p.argmax(axis=1))


def _both(a: SliceInView, b: SliceInView) -> Callable[[int], str]:
    def says(index: int) -> str:
        p, q = int(a.predicted[index]), int(b.predicted[index])
        label = CLASSES[a.labels[index]] if a.labels[index] >= 0 else "not given"
        return (
            f"Row {a.rows[index]:,}, label {label}: A says {CLASSES[p]} ({a.probabilities[index, p]:.1%}), "
            f"B says {CLASSES[q]} ({b.probabilities[index, q]:.1%})."
        )

    return says


def _difference(a: SliceInView, b: SliceInView, told: ToldApart, left: DeltaGenerator, right: DeltaGenerator) -> None:
    counts, others = told.counts(a), told.counts(b)
    with left:
        cell = told.boxes()
        spot = st.container()
        look = look_controls(counts + others, dimmable=False)
        top = TOP if look.by != "none" else float(max(1, counts.sum(axis=1).max())) * TOP
        if look.by == "all":
            top = TOP / len(told.names)
        unit = "pictures" if look.by == "none" else "percentage points"
        legend = f"{SAID[look.by]}, A less B, in {unit}; the same scale for every pair, full colour at its ends"
        shown = MatrixStyle(look.by, top, look.order, False, legend=legend)
        with spot:
            matrix(
                counts, cell, shown, "matrix", lambda: told.press("matrix"), says=DIFFERENCE, other=others,
                gallery=GALLERY, names=told.names,
            )  # fmt: skip
        box = st.expander("Take the difference along", key="keep_box", on_change="rerun")
        if box.open:
            with box:
                stem = f"{a.run.name}-less-{b.run.name}"
                values = confusion.difference(counts, others, look.by)
                title = f"{a.run.name} less {b.run.name}"
                downloads.figure(
                    figures.difference_heatmap(values, look.by, look.order, top, title, told.names), stem, tabled=True
                )
                downloads.table(_frame(values, look.order, "labelled", told.names), stem, key="difference_frame")
    with right:
        in_a, in_b = (cell.mask(told.labels(one), told.answers(one)) for one in (a, b))
        whole = cell.predicted is None
        only = {"only A": in_a & ~in_b, "only B": in_b & ~in_a, "both": in_a & in_b}
        part = "both" if whole else _who_box(list(only))
        title = cell.title(told.names) + (
            "" if whole else {"both": " by both", "only A": " by A only", "only B": " by B only"}[part]
        )
        gallery(a, np.flatnonzero(only[part]), title, says=_both(a, b), name="difference")


def _who_box(options: list[str]) -> str:
    return st.segmented_control(
        "Put there by",
        options,
        required=True,
        wrap=True,
        **CONFUSION.widget("who", after=first_page),
    )


def _against(a: SliceInView, b: SliceInView, told: ToldApart, left: DeltaGenerator, right: DeltaGenerator) -> None:
    with left:
        given = st.selectbox(
            "Among pictures labelled", [ANY, *CLASSES], **CONFUSION.widget("among_label", after=first_page)
        )
        kept = np.ones(len(a), bool) if given == ANY else a.labels == CLASSES.index(given)
        a, b = a.take(kept), b.take(kept)
        cell = told.boxes("A says", "B says")
        says_a, says_b = told.answers(a), told.answers(b)
        counts = np.bincount(says_a * len(told.names) + says_b, minlength=len(told.names) ** 2)
        counts = counts.reshape(len(told.names), -1)
        spot = st.container()
        look = look_controls(counts, shares=SHARES_AGAINST, key="of_what")
        shown = MatrixStyle(look.by, look.top, look.order, look.dim, ("A says", "B says"), _legend(look.by))
        with spot:
            matrix(
                counts, cell, shown, "matrix", lambda: told.press("matrix"), says=AGAINST, gallery=GALLERY,
                names=told.names,
            )  # fmt: skip
        box = st.expander("Take the table along", key="keep_box", on_change="rerun")
        if box.open:
            with box:
                stem = f"{a.run.name}-against-{b.run.name}"
                title = f"{a.run.name} (A) against {b.run.name} (B)"
                downloads.figure(
                    figures.heatmap(counts, look.by, look.order, title, ("A says", "B says"), told.names),
                    stem,
                    tabled=True,
                )
                downloads.table(_frame(counts, look.order, "A says", told.names), stem, key="against_frame")
    with right:
        said = [None if at is None else told.names[at] for at in (cell.true, cell.predicted)]
        title = ", ".join(f"{who} says {what}" for who, what in zip("AB", said, strict=True) if what is not None)
        chosen = np.flatnonzero(cell.mask(says_a, says_b))
        gallery(a, chosen, title or "all pictures", says=_both(a, b), name="against")


def _legend(by: str) -> str:
    said = {called: name for name, called in SHARES_AGAINST.items()}[by]
    return said if by == "none" else f"share of {said}"


def _frame(values: np.ndarray, order: np.ndarray, head: str, classes: Sequence[str]) -> pd.DataFrame:
    names = [classes[c] for c in order]
    frame = pd.DataFrame(np.asarray(values)[np.ix_(order, order)], columns=names)
    frame.insert(0, head, names)
    return frame
