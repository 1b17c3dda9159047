"""The matrix, and the pictures of what was pressed in it."""

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.comparison.reported_confusion import statements
from fer_core.evaluation import confusion, headlines
from fer_core.figures import confusion as figures
from fer_core.labels import CLASSES
from pages.confusion_parts.gallery import GALLERY, gallery
from pages.confusion_parts.scene import SliceInView, cell_boxes, choose
from pages.ui import downloads, layout, links
from pages.ui.matrix import DIMMED_TOP, MatrixStyle, matrix, pressed
from pages.ui.states import CONFUSION

# What the screen and the address say -> what the core calls it.
SHARES = {"true class": "true", "predicted class": "predicted", "all pictures": "all", "counts": "none"}
ORDERS = {"as given": "given", "by support": "support", "confused together": "clustered"}
SAID = {
    by: "counts" if by == "none" else f"share of the {name}".replace("the all", "all") for name, by in SHARES.items()
}


def look_controls(
    counts: np.ndarray, dimmable: bool = True, shares: dict[str, str] = SHARES, key: str = "by"
) -> MatrixStyle:
    """The controls of normalisation, order and diagonal, kept in the address, and the look they choose.

    counts: i64 (7, 7). shares: what the normalisations are called here -> what the core calls them; kept as `key`.
    """
    by = shares[
        st.segmented_control(
            "Share of", list(shares), required=True, wrap=True, **CONFUSION.widget(key),
        )
    ]  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        how = st.selectbox("Order of the classes", list(ORDERS), width=220, **CONFUSION.widget("order"))
        dim = dimmable and st.toggle("Dim the diagonal", **CONFUSION.widget("dim"))
    return MatrixStyle(
        by, scale_top(counts, by, dim), confusion.class_order(counts, ORDERS[how]), dim, legend=_legend(by, dim)
    )


def scale_top(counts: np.ndarray, by: str, dim: bool) -> float:
    """Where the colour scale ends. It depends on the split at most, never on the run, so that runs compare by eye."""
    largest = float(max(1, counts.sum(axis=1).max()))
    whole = {"true": 1.0, "predicted": 1.0, "all": largest / max(1.0, float(counts.sum())), "none": largest}[by]
    return whole * DIMMED_TOP if dim else whole


def _legend(by: str, dim: bool) -> str:
    return f"{SAID[by]}, the same scale for every run" + (
        f"; without the diagonal it ends at {DIMMED_TOP:.0%} of the usual" if dim else ""
    )


def pressed_cell() -> None:
    """What a press on the matrix does."""
    choose(pressed("matrix"))


@st.fragment
def show(scene: SliceInView) -> None:
    """The page's first view: matrix on the left, pictures on the right."""
    layout.headline(headlines.matrix(scene.counts), "confusion matrix", "recall", "class")
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        cell = cell_boxes()
        spot = st.container()  # the matrix stands above the controls of its look
        look = look_controls(scene.counts)
        with spot:
            matrix(scene.counts, cell, look, "matrix", pressed_cell, gallery=GALLERY)
        keep(scene, look)
    with right:
        which = np.flatnonzero(cell.mask(scene.labels, scene.predicted))
        gallery(scene, which, cell.title(), name=_name(cell))
        _to_explain(scene, cell)
    _reported(scene)


def _to_explain(scene: SliceInView, cell: confusion.Selection) -> None:
    """A link to where the network looks, on average, in the pictures of the cell."""
    if cell.true is None or cell.predicted is None or not scene.run.can_be_opened or scene.dataset is None:
        return
    links.link(
        "explain",
        "Where it looked in this cell, on average",
        icon=":material/center_focus_strong:",
        run=scene.run.name,
        view="Cells",
        cell_split=scene.split,
        true=CLASSES[cell.true],
        taken=CLASSES[cell.predicted],
    )


def _name(cell: confusion.Selection) -> str:
    names = [None if c is None else CLASSES[c] for c in (cell.true, cell.predicted)]
    return "-as-".join(name or "any" for name in names)


def keep(scene: SliceInView, look: MatrixStyle, when: str = "") -> None:
    """The matrix as table and figure, to download; filled only once opened. when: the epoch, where it is of one."""
    box = st.expander("Take the matrix along", key="keep_box", on_change="rerun")
    if not box.open:
        return
    names = [CLASSES[c] for c in look.order]
    here = np.ix_(look.order, look.order)
    stem = f"{scene.run.name}-{scene.split}-confusion" + when.replace(" ", "-")
    title = f"{scene.run.name}, {scene.split}{when}: {SAID[look.by]}"
    with box:
        counts = pd.DataFrame(scene.counts[here], columns=names)
        counts.insert(0, "labelled", names)
        downloads.table(counts, f"{stem}-counts")
        if look.by != "none":
            shares = pd.DataFrame(confusion.normalise(scene.counts, look.by)[here], columns=names)
            shares.insert(0, "labelled", names)
            downloads.table(shares, f"{stem}-by-{look.by}")
        downloads.figure(figures.heatmap(scene.counts, look.by, look.order, title), stem, tabled=True)


def _reported(scene: SliceInView) -> None:
    if scene.run.dataset_name == "drawn":
        return
    found = statements(scene.counts)
    if not found:
        return
    box = st.expander("What the report says of its matrix, beside this one", key="report_box", on_change="rerun")
    if not box.open:
        return
    with box:
        frame = pd.DataFrame(
            [{"quoted from the report": s.quoted, "measured here": s.measured, "holds here": s.holds} for s in found]
        )
        downloads.table(frame, f"{scene.run.name}-{scene.split}-report")
        st.caption(
            "The report's network is another one than this run's, trained once; its matrix is normalised by the true "
            "class, and it does not say on which split it was drawn up."
        )
