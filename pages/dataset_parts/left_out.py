"""What leaving pictures out changes: the featurewise statistics, and a run's score."""

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.evaluation import outliers
from fer_core.models.preprocessing import Statistics, fit_statistics
from pages.dataset_parts import chosen
from pages.dataset_parts.image_row import image_row, stretched
from pages.ui import downloads, loaders, picker
from pages.ui.plain import plain
from pages.ui.states import DATASET

FIRST = 100


def show(dataset: Dataset, positions: np.ndarray) -> None:
    """positions: i64 (K,), at least one, of the pictures in their order; filled only once it is opened."""
    box = st.expander("What leaving them out changes", key="left_out_box", on_change="rerun")
    if not box.open:
        return
    with box:
        count = len(positions)
        first = st.number_input(
            f"Leave out the first, of {count:,}",
            width=240,
            **DATASET.widget("leave", default=min(FIRST, count), low=1, high=count),
        )
        left = np.zeros(len(dataset), bool)
        left[positions[:first]] = True
        _statistics(dataset, left)
        _scores(dataset, left)


def _statistics(dataset: Dataset, left: np.ndarray) -> None:
    """Mean and standard deviation of each pixel position, as featurewise normalisation takes them."""
    training = dataset.split == SPLITS.index("train")
    fitted = training if training.any() else np.ones(len(dataset), bool)
    before = chosen.statistics(dataset, "featurewise")
    if before is None or not (fitted & ~left).any():
        st.caption("Nothing would be left to take the mean of.")
        return
    gone = int((fitted & left).sum())
    st.markdown(
        f"**Featurewise normalisation** is fitted on the {'training' if training.any() else ''} pictures: "
        f"{int(fitted.sum()):,}, of which {gone:,} would be left out."
    )
    if not gone:
        st.caption("None of them is among those, so the statistics stay as they are.")
        return
    after = _without(dataset.fingerprint, np.packbits(left).tobytes(), dataset.pixels, fitted & ~left)
    pictures, words = [], []
    for name, with_all, without in (
        ("mean", before.mean[..., 0], after.mean[..., 0]),
        ("standard deviation", np.sqrt(before.variance[..., 0]), np.sqrt(after.variance[..., 0])),
    ):
        low, high = min(with_all.min(), without.min()), max(with_all.max(), without.max())
        change = without - with_all
        most = float(np.abs(change).max())
        pictures += [stretched(with_all, low, high), stretched(without, low, high), stretched(change, -most, most)]
        words += [
            f"{name}, with them",
            f"{name}, without them",
            f"change: at most {most:.2f} of 255, on average {np.abs(change).mean():.2f}",
        ]
    image_row(pictures[:3], words[:3], side="7rem", widest="32rem")
    image_row(pictures[3:], words[3:], side="7rem", widest="32rem")
    st.caption("With and without share one scale; the change is gray where there is none, brighter where it grew.")


def _scores(dataset: Dataset, left: np.ndarray) -> None:
    """Accuracy of a run on each split with and without them."""
    run = picker.pick_run(
        DATASET,
        keep=lambda run: run.fingerprint == dataset.fingerprint and bool(loaders.splits(run)),
        why="keeps predictions on this set",
    )
    if run is None:
        return
    lines = []
    try:
        for split in loaders.splits(run):
            found = loaders.predictions(run, split)
            gone = left[dataset.index_of(found.rows)]
            right, every, right_left, every_left = outliers.without(found.labels, found.predicted, gone)
            if every and every_left:
                accuracy = (right / every, right_left / every_left)
                lines.append((split, every, every - every_left, *accuracy, 100 * (accuracy[1] - accuracy[0])))
    except FerError as error:
        st.error(plain(error))
        return
    frame = pd.DataFrame(lines, columns=["split", "pictures", "left out", "accuracy", "without them", "points"])
    percent = {name: st.column_config.NumberColumn(name, format="percent") for name in ("accuracy", "without them")}
    points = {"points": st.column_config.NumberColumn("change, points", format="%+.2f")}
    downloads.table(frame, f"{run.name}-without-them", key="left_out_scores", column_config={**percent, **points})


@st.cache_resource(show_spinner="Averaging what is left", max_entries=6)
def _without(fingerprint: str, left: bytes, _pixels: np.ndarray, _kept: np.ndarray) -> Statistics:
    fitted = fit_statistics(_pixels[_kept], "featurewise")
    if fitted is None:
        raise FerError("Featurewise normalisation has no statistics.")
    return fitted
