"""Cached loading, shared by all pages and all visitors. Each cache has a bound.

Keys are a run's folder and the change times of its files, so that a page sees a run that was trained, evaluated or
annotated meanwhile without anybody clearing a cache.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core import data as fer_data
from fer_core import runs as fer_runs
from fer_core.data.dataset import Dataset, reread
from fer_core.data.drawn.copy import kept_drawn
from fer_core.errors import FerError
from fer_core.reading import sure
from fer_core.reading.inference import Predictor
from fer_core.runs import BrokenRun, Predictions, Run
from fer_core.runs import elsewhere as fer_elsewhere
from fer_core.runs.elsewhere import Elsewhere
from fer_core.runs.lite_copy import LITE_NAME
from pages.ui import warmup
from pages.ui.language import Later, mark


def root() -> Path:
    """The folder of runs: what the sidebar names, else FER_RUNS, else checkpoints/."""
    named = st.session_state.get("runs_root")
    return Path(named) if named else fer_runs.default_root()


def runs() -> tuple[list[Run], list[BrokenRun]]:
    """All runs below `root()` and the folders that break the contract."""
    folder = root()
    return _discover(str(folder), _state(folder))


def predictions(run: Run, split: str) -> Predictions:
    """The run's predictions on a split; see `fer_core.runs.Run.predictions`."""
    return _predictions(str(run.folder), split, _stamp(run.folder / "predictions.npz"))


def splits(run: Run) -> list[str]:
    """Splits that the run keeps predictions of; empty where it keeps none or they can't be read."""
    try:
        return _splits(str(run.folder), _stamp(run.folder / "predictions.npz"))
    except FerError:
        return []


def trouble(run: Run) -> str:
    """Why the run's predictions can't be read, a sentence; "" where they can, or where there are none."""
    try:
        _splits(str(run.folder), _stamp(run.folder / "predictions.npz"))
    except FerError as error:
        return str(error)
    return ""


def elsewhere(run: Run) -> dict[str, tuple[Elsewhere, str]]:
    """What the run said of other sets than its own: "on SET: split" -> the file's content and the split there."""
    return _elsewhere(str(run.folder), _folder_stamp(run.folder / fer_elsewhere.FOLDER))


def dataset_of(fingerprint: str | None) -> Dataset | None:
    """The open set or the drawn one, by its fingerprint; None where it is neither."""
    try:
        there = dataset()
    except FerError:
        there = None
    if there is not None and there.fingerprint == fingerprint:
        return there
    return faces if (faces := drawn()).fingerprint == fingerprint else None


def epoch_classes(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """Validation classes by epoch; see `fer_core.runs.Run.epoch_classes`."""
    return _epoch_classes(str(run.folder), _stamp(run.folder / "predictions.npz"))


def dataset() -> Dataset | None:
    """The data set that was uploaded in this session, or the one that FER_DATA or data/ holds, or None; what was
    guessed about it is read as `read_otherwise` was told in this visit."""
    there = _as_read()
    chosen = {key: value for key, value in readings().items() if there is not None and key in there.guessed}
    if there is None or not chosen:
        return there
    return _reread(there.fingerprint, tuple(sorted(chosen.items())), there)


def has_photographs() -> bool:
    """Whether a data set is open, FER2013 or another; one that can't be read counts as none."""
    try:
        return dataset() is not None
    except FerError:
        return False


def _as_read() -> Dataset | None:
    uploaded = st.session_state.get("uploaded_dataset")
    if uploaded is not None:
        return uploaded
    path = fer_data.find()
    return None if path is None else _dataset(str(path), _stamp(path))


def file_stamp(path: Path) -> tuple[int, int]:
    """Changes whenever the file does: a key for caches; the same for all that are not there."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def dataset_source() -> Path | None:
    """The file or folder that `dataset` was read from; None for an uploaded set, or none at all."""
    return None if st.session_state.get("uploaded_dataset") is not None else fer_data.find()


def readings() -> dict[str, str]:
    """The readings that this visit chose for what was guessed about the set that is open: "numbers", "split"."""
    there = _as_read()
    return st.session_state.get("data_readings", {}).get(there.fingerprint, {}) if there is not None else {}


def read_otherwise(key: str, value: str) -> None:
    """Chooses a reading of the set that is open, for this visit; see `fer_core.data.dataset.reread`."""
    there = _as_read()
    if there is not None:
        st.session_state.setdefault("data_readings", {}).setdefault(there.fingerprint, {})[key] = value


def dataset_for(run: Run) -> Dataset | None:
    """The data set whose rows the run's predictions refer to: by fingerprint, the drawn set included, or None."""
    if run.dataset_name == "drawn":
        faces = drawn()
        return faces if faces.fingerprint == run.fingerprint else None
    try:
        there = dataset()
    except FerError:
        return None
    return there if there is not None and there.fingerprint == run.fingerprint else None


def model(run: Run) -> Any:
    """The run's keras.Model, shared by all sessions: never change it, work on a clone."""
    warmup.wait()
    return _model(str(run.folder), _stamp(run.model_path))


def predictor(run: Run) -> Predictor:
    """The run's predictor, shared by all sessions: LiteRT where the run has a copy for it, else Keras."""
    return _predictor(str(run.folder), network_stamp(run))


def sure_rule(run: Run, wanted: float) -> sure.Rule:
    """From which probability on the run's answer is a label; see `fer_core.reading.sure.rule_for`."""
    stamps = (_stamp(run.folder / "predictions.npz"), _stamp(run.folder / "run.json"))
    return _sure_rule(str(run.folder), wanted, stamps)


def network_stamp(run: Run) -> tuple[float, ...]:
    """Changes whenever one of the files does that decide which network answers for the run."""
    return tuple(_stamp(path) for path in (run.model_path, run.folder / LITE_NAME, run.folder / "run.json"))


@st.cache_resource(show_spinner=Later(mark("Drawing 3,500 faces; this happens once")), max_entries=1)
def drawn() -> Dataset:
    """The drawn faces in their default number and seed."""
    warmup.wait_for_drawn()
    return kept_drawn()


@st.cache_resource(show_spinner=False, max_entries=4)
def _discover(folder: str, state: tuple) -> tuple[list[Run], list[BrokenRun]]:
    return fer_runs.discover(folder)


@st.cache_resource(show_spinner=False, max_entries=256)
def _predictions(folder: str, split: str, stamp: float) -> Predictions:
    return fer_runs.load_run(folder).predictions(split)


@st.cache_resource(show_spinner=False, max_entries=512)
def _splits(folder: str, stamp: float) -> list[str]:
    return fer_runs.load_run(folder).splits()


@st.cache_resource(show_spinner=False, max_entries=256)
def _elsewhere(folder: str, stamp: tuple) -> dict[str, tuple[Elsewhere, str]]:
    found = fer_elsewhere.read_all(fer_runs.load_run(folder))
    return {one.label(split): (one, split) for one in found for split in one.scores}


@st.cache_resource(show_spinner=False, max_entries=64)
def _epoch_classes(folder: str, stamp: float) -> tuple[np.ndarray, np.ndarray] | None:
    return fer_runs.load_run(folder).epoch_classes()


@st.cache_resource(show_spinner=Later(mark("Opening the data set")), max_entries=2)
def _dataset(path: str, stamp: float) -> Dataset:
    return fer_data.load(path)


@st.cache_resource(show_spinner=False, max_entries=2)
def _reread(fingerprint: str, chosen: tuple[tuple[str, str], ...], _dataset: Dataset) -> Dataset:
    return reread(_dataset, **dict(chosen))


@st.cache_resource(show_spinner=False, max_entries=8)
def _predictor(folder: str, stamp: tuple[float, ...]) -> Predictor:
    return Predictor(fer_runs.load_run(folder), load=model)


@st.cache_resource(show_spinner=False, max_entries=64)
def _sure_rule(folder: str, wanted: float, stamps: tuple[float, ...]) -> sure.Rule:
    return sure.rule_for(fer_runs.load_run(folder), wanted)


@st.cache_resource(show_spinner=Later(mark("Loading the network")), max_entries=8)
def _model(folder: str, stamp: float) -> Any:
    return fer_runs.load_model(fer_runs.load_run(folder))


def _folder_stamp(folder: Path) -> tuple:
    """Changes whenever a file comes into the folder, goes, or is replaced."""
    try:
        return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in os.scandir(folder)))
    except OSError:
        return ()


def _stamp(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _state(folder: Path) -> tuple:
    """Changes whenever a run below the folder comes, goes, or has its run.json or annotations rewritten."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return ()
    return tuple(
        (entry.name, _stamp(Path(entry.path, "run.json")), _stamp(Path(entry.path, "annotations.json")))
        for entry in entries
        if entry.is_dir()
    )
