"""What the page looks at: one run's predictions on one split, with their pictures where they are at hand."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data import quality
from fer_core.data.dataset import Dataset
from fer_core.data.twins import picture_keys
from fer_core.errors import FerError
from fer_core.evaluation import joined
from fer_core.evaluation.confusion import Selection
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.metrics import confusion
from fer_core.labels import CLASSES
from fer_core.runs import Predictions, Run
from pages.ui import layout, loaders
from pages.ui.states import ANY, CONFUSION

BEST_SPLITS = ("private", "test", "public", *joined.TOGETHER, "validation")


@dataclass(frozen=True)
class SliceInView:
    """Predictions on the pictures that the slice leaves, arrays of one length N.

    rows i64, labels i8, probabilities f32 (N, 7), predicted i64. positions i64: where the pictures lie in
    `dataset`; both None without the data set that the rows refer to. every: rows i64 of the whole split, as they
    were before slicing.
    """

    run: Run
    split: str
    rows: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    predicted: np.ndarray
    dataset: Dataset | None
    positions: np.ndarray | None
    every: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def counts(self) -> np.ndarray:
        """The confusion matrix i64 (7, 7)."""
        return confusion(self.labels, self.predicted)

    @property
    def accuracy(self) -> float:
        """Share of the labelled pictures that are recognised; NaN where there are none."""
        total = self.counts.sum()
        return float(np.trace(self.counts) / total) if total else float("nan")

    def summary(self) -> str:
        """How many pictures and how many of them are recognised, in words."""
        whole, here = len(self.every), len(self)
        text = f"{here:,} {'picture' if here == 1 else 'pictures'}"
        if here < whole:
            text = f"Slice: {here:,} of {whole:,} pictures"
        total = int(self.counts.sum())
        if not total:
            return text
        low, high = wilson(int(np.trace(self.counts)), total)
        return f"{text}, {self.accuracy:.1%} recognised (95% interval {low:.1%} to {high:.1%})"

    @property
    def data(self) -> Dataset:
        """The data set; only where the rows' own is at hand."""
        if self.dataset is None:
            raise FerError(f"The pictures that {self.run.name} was judged on are not at hand.")
        return self.dataset

    @property
    def places(self) -> np.ndarray:
        """As `positions`; only with a data set."""
        if self.positions is None:
            raise FerError(f"The pictures that {self.run.name} was judged on are not at hand.")
        return self.positions

    def pictures(self, which: np.ndarray) -> np.ndarray:
        """Pixels u8 (K, 48, 48) of the given pictures; only with a data set."""
        return self.data.pixels[self.places[which]]

    def take(self, kept: np.ndarray) -> "SliceInView":
        """The scene of the pictures in a mask, bool (N,)."""
        return replace(
            self,
            rows=self.rows[kept],
            labels=self.labels[kept],
            probabilities=self.probabilities[kept],
            predicted=self.predicted[kept],
            positions=None if self.positions is None else self.positions[kept],
        )

    def says(self, index: int) -> str:
        """One picture in words."""
        label, taken = int(self.labels[index]), int(self.predicted[index])
        sure = self.probabilities[index, taken]
        text = f"Row {self.rows[index]:,}: "
        if label < 0:
            return f"{text}no label, taken for {CLASSES[taken]} with {sure:.1%}."
        if label == taken:
            return f"{text}{CLASSES[label]}, recognised with {sure:.1%}."
        own = self.probabilities[index, label]
        return f"{text}labelled {CLASSES[label]} ({own:.1%}), taken for {CLASSES[taken]} with {sure:.1%}."

    def table(self, which: np.ndarray) -> pd.DataFrame:
        """One row a picture: row, label, taken_for, confidence and the seven probabilities."""
        names = np.array([*CLASSES, ""])
        frame = pd.DataFrame(
            {
                "row": self.rows[which],
                "label": names[self.labels[which]],
                "taken_for": names[self.predicted[which]],
                "confidence": self.probabilities[which].max(axis=1),
            }
        )
        for k, name in enumerate(CLASSES):
            frame[f"p_{name}"] = self.probabilities[which, k]
        return frame


def open_scene(run: Run, split: str) -> SliceInView:
    """The scene of a run and split, unsliced. Raises FerError where the predictions can't be read."""
    found = predictions(run, split)
    dataset = loaders.dataset_for(run)
    positions = None if dataset is None else dataset.index_of(found.rows)
    return SliceInView(
        run,
        split,
        found.rows,
        found.labels,
        found.probabilities,
        found.predicted,
        dataset,
        positions,
        found.rows,
    )


def splits(run: Run) -> list[str]:
    """Splits that can be looked at, the joined ones included, best ones first."""
    there = joined.with_joined(loaders.splits(run))
    return sorted(there, key=lambda name: BEST_SPLITS.index(name) if name in BEST_SPLITS else len(BEST_SPLITS))


def predictions(run: Run, split: str) -> Predictions:
    """The run's predictions on a split or a joined one. Raises FerError where they can't be read."""
    return joined.predictions(split, lambda name: loaders.predictions(run, name))


def no_pictures_note(scene: SliceInView) -> None:
    """Why there are no pictures, what they would add and how to get them."""
    name = scene.run.dataset_name
    if name == "drawn":
        st.info("This run's drawn faces are of another version than the ones drawn here, so they can't be shown.")
    elif layout.safe_dataset() is None:
        layout.no_dataset_note(
            "the pictures in a cell, FER+ votes, twins in training, doubtful labels checked against votes, or slices "
            "by brightness, contrast and sharpness"
        )
    else:
        st.info(
            f"The data set at hand is not the one that this run's row numbers refer to ({name}, fingerprint "
            f"{scene.run.fingerprint}), so its pictures are not shown; open that one on the Data page.",
            icon=":material/image_not_supported:",
        )


@st.cache_resource(show_spinner=False, max_entries=3)
def _keys(fingerprint: str, _dataset: Dataset) -> np.ndarray:
    return picture_keys(_dataset.pixels)


@st.cache_resource(show_spinner=False, max_entries=3)
def _measures(fingerprint: str, _dataset: Dataset) -> quality.Measures:
    return quality.measures(_dataset.pixels)


def measures(scene: SliceInView) -> dict[str, np.ndarray]:
    """Brightness, contrast and sharpness f32 (N,) of the scene's pictures; only with a data set."""
    found = _measures(scene.data.fingerprint, scene.data)
    return {name: getattr(found, name)[scene.places] for name in ("brightness", "contrast", "sharpness")}


def constant(scene: SliceInView) -> np.ndarray | None:
    """Bool (N,): pictures without any contrast; None without a data set."""
    if scene.dataset is None:
        return None
    return quality.constant(scene.pictures(np.arange(len(scene))))


@st.cache_resource(show_spinner=False, max_entries=3)
def _all_constant(fingerprint: str, _dataset: Dataset) -> np.ndarray:
    return np.flatnonzero(quality.constant(_dataset.pixels))


def constant_elsewhere(scene: SliceInView) -> np.ndarray:
    """Positions i64 (K,) in the data set of pictures without any contrast that are not in the scene."""
    return np.setdiff1d(_all_constant(scene.data.fingerprint, scene.data), scene.places)


def twins_of(scene: SliceInView, index: int) -> np.ndarray:
    """Positions i64 (K,) in the data set of the training pictures that equal this one, itself left out."""
    keys = _keys(scene.data.fingerprint, scene.data)
    here = scene.places[index]
    same = np.flatnonzero((keys == keys[here]) & (scene.data.split == 0))
    return same[same != here]


def twins(scene: SliceInView) -> np.ndarray:
    """Bool (N,): an equal picture stands in the training split, other than the picture itself."""
    keys = _keys(scene.data.fingerprint, scene.data)
    training = keys[scene.data.split == 0]
    copies = np.bincount(training, minlength=int(keys.max()) + 1)[keys[scene.places]]
    return copies > (scene.data.split[scene.places] == 0)


def first_of_copies(scene: SliceInView) -> np.ndarray:
    """Bool (N,): no picture before this one, in the order of the rows, equals it."""
    keys = _keys(scene.data.fingerprint, scene.data)[scene.places]
    order = np.argsort(scene.rows, kind="stable")
    first = np.zeros(len(scene), bool)
    first[order[np.unique(keys[order], return_index=True)[1]]] = True
    return first


def votes(scene: SliceInView, which: np.ndarray) -> np.ndarray | None:
    """FER+ votes u8 (K, 10) of the given pictures, or None where there are none."""
    if scene.dataset is None or scene.dataset.votes is None:
        return None
    return scene.dataset.votes[scene.places[which]]


def cell_boxes() -> Selection:
    """Two select boxes that choose what a press on the matrix does; both stay in the address."""
    options = [ANY, *CLASSES]
    with st.container(horizontal=True):  # columns would stand one below the other on a phone
        true = st.selectbox("Labelled", options, **CONFUSION.widget("true", after=first_page))
        taken = st.selectbox("Taken for", options, **CONFUSION.widget("pred", after=first_page))
    return Selection(*(None if name == ANY else CLASSES.index(name) for name in (true, taken)))


def choose(cell: Selection | None) -> None:
    """Moves the select boxes to a pressed cell; for callbacks."""
    if cell is None:
        return
    names = [ANY if index is None else CLASSES[index] for index in (cell.true, cell.predicted)]
    CONFUSION.put_all(true=names[0], pred=names[1], page=None, row=None)


def first_page() -> None:
    """Back to the gallery's first page, with no picture open; for callbacks."""
    CONFUSION.put_all(page=None, row=None)
