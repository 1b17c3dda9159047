"""Which set the page shows, and cached facts about it."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core.data.averages import Averages, averages
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.near_copies import near_copies as near_copy_groups
from fer_core.data.quality import Measures, measures, summary
from fer_core.data.twins import contradictory, duplicate_groups, relabelled_twins, twins
from fer_core.labels import CLASSES
from fer_core.models.preprocessing import Statistics, fit_statistics
from pages.dataset_parts import taken
from pages.ui import layout, loaders
from pages.ui.states import DATASET

LABEL_NAMES = (*CLASSES, "unlabelled")
"""Indexed by label: -1 is the last."""


def pick() -> Dataset:
    """The data set that is here or the drawn faces, as chosen; says which one it is."""
    there = layout.safe_dataset()
    sets = ["faces", "drawn"] if there is not None else ["drawn"]
    names = {"faces": there.name if there is not None else "", "drawn": "drawn faces"}
    if there is not None:
        choice = st.segmented_control(
            "Data set",
            sets,
            format_func=names.__getitem__,
            required=True,
            **DATASET.widget("set"),
            label_visibility="collapsed",
        )
    else:
        choice = "drawn"
        st.info(
            "FER2013 is not here, so this page shows the drawn faces: labelled pictures that need no download. "
            "Under **Open a set** stands how to get FER2013.",
            icon=":material/draw:",
        )
    dataset = loaders.drawn() if choice == "drawn" or there is None else there
    _describe(dataset)
    if choice != "drawn":
        taken.show(dataset)
    return dataset


def source(dataset: Dataset) -> Path | None:
    """The file or folder that the set shown lies in; None for the drawn one and for an upload."""
    return None if dataset.layout == "drawn" else loaders.dataset_source()


def _describe(dataset: Dataset) -> None:
    counts = ", ".join(f"{name} {count:,}" for name, count in dataset.counts().items())
    kind = "drawn" if dataset.layout == "drawn" else "measured"
    st.html(
        f'<span class="fer-badge" title="{layout.WHENCE[kind]}">{kind}</span> <span style="font-size: 0.88rem; '
        f'opacity: 0.75">{len(dataset):,} pictures of 48 x 48 ({counts}) · fingerprint {dataset.fingerprint}</span>'
    )


def describe_picture(dataset: Dataset, position: int) -> str:
    """One line about a picture: row, label, split."""
    label = LABEL_NAMES[dataset.labels[position]]
    return f"row {dataset.rows[position]}: {label}, {SPLITS[dataset.split[position]]}"


def facts(dataset: Dataset) -> dict[str, Any]:
    """`quality.summary` of the set."""
    return _facts(dataset.fingerprint, dataset)


def picture_measures(dataset: Dataset) -> Measures:
    """`quality.measures` of the set."""
    return _measures(dataset.fingerprint, dataset)


def class_averages(dataset: Dataset, split: str) -> Averages:
    """`averages.averages` of one split."""
    return _averages(dataset.fingerprint, split, dataset)


def statistics(dataset: Dataset, normalisation: str) -> Statistics | None:
    """`preprocessing.fit_statistics` on the training pictures (on all, where none are marked for training)."""
    return _statistics(dataset.fingerprint, normalisation, dataset)


def copies(dataset: Dataset) -> dict[str, Any]:
    """Twins (bool (N,)), relabelled twins (bool (N,)), duplicate groups and those with several labels."""
    return _copies(dataset.fingerprint, dataset)


def near_copies(dataset: Dataset) -> list[np.ndarray]:
    """`near_copies.near_copies` of the set."""
    return _near_copies(dataset.fingerprint, dataset)


@st.cache_resource(show_spinner="Looking for near copies", max_entries=4)
def _near_copies(fingerprint: str, _dataset: Dataset) -> list[np.ndarray]:
    return near_copy_groups(_dataset.pixels)


@st.cache_resource(show_spinner="Looking for what is wrong", max_entries=4)
def _facts(fingerprint: str, _dataset: Dataset) -> dict[str, Any]:
    return summary(_dataset)


@st.cache_resource(show_spinner="Measuring the pictures", max_entries=4)
def _measures(fingerprint: str, _dataset: Dataset) -> Measures:
    return measures(_dataset.pixels)


@st.cache_resource(show_spinner="Averaging the pictures", max_entries=12)
def _averages(fingerprint: str, split: str, _dataset: Dataset) -> Averages:
    own = _dataset.split == SPLITS.index(split)
    return averages(_dataset.pixels[own], _dataset.labels[own])


@st.cache_resource(show_spinner="Fitting the statistics", max_entries=8)
def _statistics(fingerprint: str, normalisation: str, _dataset: Dataset) -> Statistics | None:
    training = _dataset.split == SPLITS.index("train")
    return fit_statistics(_dataset.pixels[training] if training.any() else _dataset.pixels, normalisation)


@st.cache_resource(show_spinner="Comparing the pictures", max_entries=4)
def _copies(fingerprint: str, _dataset: Dataset) -> dict[str, Any]:
    groups = duplicate_groups(_dataset)
    return {
        "twins": twins(_dataset),
        "relabelled": relabelled_twins(_dataset),
        "groups": groups,
        "contradictory": contradictory(_dataset, groups),
    }
