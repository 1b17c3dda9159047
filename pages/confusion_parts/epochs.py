"""The validation confusion as it changed from epoch to epoch."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import confusion, headlines
from fer_core.figures import confusion as figures
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.confusion_parts.gallery import GALLERY, gallery
from pages.confusion_parts.matrix_view import keep, look_controls, pressed_cell
from pages.confusion_parts.scene import SliceInView, cell_boxes
from pages.ui import downloads, layout, loaders
from pages.ui.matrix import matrix, shown_frame
from pages.ui.states import CONFUSION

SPLIT = "validation"
CEILINGS = CONFUSION.options("ceiling")


def can_show(run: Run) -> bool:
    """Whether the run keeps what this view needs; says so where it does not."""
    found = loaders.epoch_classes(run)
    there = found is not None and SPLIT in loaders.splits(run) and len(found[0]) > 0
    if not there:
        st.info(
            "This run does not keep its validation predictions of each epoch, so its confusion can't be watched as it "
            "changed; runs trained with `python -m fer_core train` do."
        )
    return there


def over_epochs(scene: SliceInView) -> None:
    """The view over epochs, of the validation split; for a run that `can_show` admits."""
    stored = loaders.epoch_classes(scene.run)
    if stored is None:
        raise FerError("The run keeps no classes of its epochs.")
    numbers, classes = stored
    if classes.ndim != 2 or classes.shape[1] != len(scene.every):
        raise FerError(
            f"The run keeps the classes of its epochs for {classes.shape[-1]:,} pictures but {len(scene.every):,} "
            "validation predictions; it has to be trained or evaluated again."
        )
    kept = np.isin(scene.every, scene.rows)
    _film(scene, np.asarray(numbers).astype(int) + 1, classes[:, kept])


@st.fragment
def _film(scene: SliceInView, epochs: np.ndarray, classes: np.ndarray) -> None:
    counts = confusion.over_epochs(scene.labels, classes)
    layout.headline(headlines.over_epochs(counts, [int(epoch) for epoch in epochs]), "epoch", "validation", "recall")
    frame = _frame(scene, epochs)
    then = replace(scene, predicted=classes[frame].astype(np.int64))
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        cell = cell_boxes()
        spot = st.container()
        look = look_controls(counts[-1])
        accuracy = np.trace(counts, axis1=1, axis2=2) / np.maximum(1, counts.sum(axis=(1, 2)))
        with spot:
            matrix(
                counts,
                cell,
                look,
                "matrix",
                pressed_cell,
                frame=frame,
                when=[f"Epoch {e}: {a:.1%}" for e, a in zip(epochs, accuracy, strict=True)],
                on_frame=lambda: _stopped(epochs),
                gallery=GALLERY,
            )
        keep(then, look, f" epoch {epochs[frame]}")
        if scene.run.best_epoch:
            st.caption(f"The run kept the weights of epoch {scene.run.best_epoch}.")
    with right:
        which = np.flatnonzero(cell.mask(scene.labels, then.predicted))
        title = f"{cell.title()}, at epoch {epochs[frame]}"
        gallery(then, which, title, says=_says(then, int(epochs[frame])), name=f"epoch-{epochs[frame]}")
        st.caption("Probabilities are those of the kept epoch; of the other epochs only the predicted class is kept.")
    st.markdown("**Each cell over the epochs**: the share of its true class, with the dotted line at the epoch shown.")
    ceiling = st.segmented_control("Ceiling of each cell", CEILINGS, required=True, **CONFUSION.widget("ceiling"))
    curves = figures.cell_curves(counts, epochs, look.order, frame, cell=cell, own_ceiling=ceiling == CEILINGS[1])
    downloads.figure(curves, f"{scene.run.name}-epochs", tabled=True)
    box = st.expander("The curves as a table", key="curves_box", on_change="rerun")
    if box.open:
        with box:
            downloads.table(_table(counts, epochs), f"{scene.run.name}-epochs", key="epochs_frame")


def _says(then: SliceInView, epoch: int) -> Callable[[int], str]:
    def says(index: int) -> str:
        label, taken = int(then.labels[index]), int(then.predicted[index])
        named = CLASSES[label] if label >= 0 else "not given"
        return f"Row {then.rows[index]:,}, label {named}: taken for {CLASSES[taken]} at epoch {epoch}."

    return says


def _frame(scene: SliceInView, epochs: np.ndarray) -> int:
    """Index of the epoch in the address, else of the kept one, else the last."""
    asked = CONFUSION.value("epoch", default=scene.run.best_epoch)
    found = np.flatnonzero(epochs == asked) if asked is not None else np.zeros(0, int)
    return int(found[0]) if len(found) else len(epochs) - 1


def _stopped(epochs: np.ndarray) -> None:
    frame = shown_frame("matrix")
    if frame is not None and 0 <= frame < len(epochs):
        CONFUSION.put("epoch", int(epochs[frame]))


def _table(counts: np.ndarray, epochs: np.ndarray) -> pd.DataFrame:
    shares = confusion.normalise(counts, "true")
    columns = {
        f"{true} as {taken}": shares[:, t, p] for t, true in enumerate(CLASSES) for p, taken in enumerate(CLASSES)
    }
    return pd.DataFrame({"epoch": epochs, **columns})
