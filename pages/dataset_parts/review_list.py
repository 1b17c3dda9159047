"""Which pictures are reviewed, and in which order."""

from typing import Any

import numpy as np
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.data.quality import constant
from fer_core.evaluation import doubtful
from fer_core.runs import Run
from pages.dataset_parts import outlier_list, problems, samples
from pages.ui import loaders, picker, selections
from pages.ui.states import DATASET

ALL, DOUBTFUL, DIFFER, OUTLIERS = "all", "doubtful", "differ", "outliers"
_WORDS = {
    ALL: "All pictures, in random order",
    DOUBTFUL: "Labels that a run doubts, the most doubtful first",
    DIFFER: "Pictures on which readers differ",
    **{kind: words for kind, words in problems.KINDS.items() if kind != "near_copies"},
}


def pick(dataset: Dataset, differ: np.ndarray) -> np.ndarray:
    """The boxes, and the positions i64 (K,) of what they choose, in the order of the review.

    differ: i64, rows on which readers differ.
    """
    found = problems.found(dataset)
    lists = [name for name in _WORDS if name in (ALL, DOUBTFUL, DIFFER, OUTLIERS) or len(found.get(name, ()))]
    first, second, third = st.columns([2, 1, 1], vertical_alignment="bottom")
    name = first.selectbox(
        "Which pictures", lists, format_func=_WORDS.__getitem__, **_widget("list", default=ALL, options=lists)
    )
    admitted = samples.admitted(dataset, second, third, after=_first)
    admitted &= selections.among(dataset.rows, selections.box(DATASET, dataset, after=_first))
    if name == ALL:
        positions = np.random.default_rng(0).permutation(len(dataset))  # the same at each visit, for every reader
    elif name == DOUBTFUL:
        positions = _doubted(dataset)
    elif name == OUTLIERS:
        ranked = outlier_list.pick(dataset, DATASET.value("split"))
        positions = np.empty(0, np.int64) if ranked is None else ranked
    elif name == DIFFER:
        positions = dataset.index_of(differ) if len(differ) else np.empty(0, np.int64)
    else:
        positions = found[name]
    return positions[admitted[positions]]


def _widget(name: str, **arguments: Any) -> dict[str, Any]:
    return DATASET.widget(name, after=_first, **arguments)


def _first() -> None:
    """Another list begins at its first picture; for callbacks."""
    DATASET.put("row", None)


def _doubted(dataset: Dataset) -> np.ndarray:
    run = picker.pick_run(
        DATASET,
        keep=lambda run: run.fingerprint == dataset.fingerprint and bool(loaders.splits(run)),
        why="keeps predictions on this set",
    )
    return np.empty(0, np.int64) if run is None else _ranked(str(run.folder), loaders.network_stamp(run), run, dataset)


@st.cache_resource(show_spinner="Ranking the labels by doubt", max_entries=4)
def _ranked(folder: str, stamp: tuple[float, ...], _run: Run, _dataset: Dataset) -> np.ndarray:
    parts = [loaders.predictions(_run, split) for split in loaders.splits(_run)]
    rows, labels, probabilities = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "labels", "probabilities")
    )
    positions = _dataset.index_of(rows)
    frame = doubtful.rank(labels, probabilities, constant=constant(_dataset.pixels[positions]))
    ranked = positions[frame.position.to_numpy()]
    return ranked[np.sort(np.unique(ranked, return_index=True)[1])]
