"""The network of a training: built anew, taken up from a state, and rebuilt in float32 at the end."""

from pathlib import Path
from typing import Any

import numpy as np

from fer_core import models
from fer_core.errors import FerError
from fer_core.models.preprocessing import Statistics, fit_statistics
from fer_core.runs import Run, find_run, load_model, load_run
from fer_core.runs.kept_epochs import keep_epoch, kept_epochs
from fer_core.runtime import import_keras
from fer_core.training.batch_norm import fuse
from fer_core.training.config import TrainingConfig
from fer_core.training.nadam import slow_nadam
from fer_core.training.optimiser import compile_model
from fer_core.training.precision import built_in, resolve, take_over


def run_beside(name: str, root: Path) -> Run:
    """A run in the folder of the new one, or in the default folder of runs. Raises FerError where there is none."""
    beside = root / name
    return load_run(beside) if (beside / "run.json").is_file() else find_run(name)


def start(config: TrainingConfig, pixels: np.ndarray, steps_per_epoch: int, root: Path, state: Path | None) -> Any:
    """A compiled keras.Model to go on training with.

    Args:
        pixels: u8 (N, 48, 48) training pictures, for featurewise statistics. steps_per_epoch: for the schedule.
        state: a .keras file that an earlier process left, with its optimizer, in whichever precision; None to begin.
    """
    statistics = fit_statistics(pixels, config.normalisation)
    model = fuse(_build(config, statistics, resolve(config.precision)))
    if state is None and config.start_from:
        _take_weights(model, run_beside(config.start_from, root))
    compile_model(model, config, steps_per_epoch)
    if state is not None:
        slow_nadam()  # registers the class that the state may name
        take_over(model, import_keras().models.load_model(state))
    return model


def in_float32(config: TrainingConfig, pixels: np.ndarray, weights: Path) -> Any:
    """The network in float32, whatever it was trained in, with the weights of a .weights.h5 file."""
    model = _build(config, fit_statistics(pixels, config.normalisation), "float32")
    model.load_weights(weights)
    return model


def kept_in_float32(config: TrainingConfig, pixels: np.ndarray, folder: Path) -> None:
    """Rebuilds the networks of epochs kept in the run's folder as `in_float32` does, where they compute otherwise."""
    if resolve(config.precision) == "float32":
        return
    for epoch, kept in kept_epochs(load_run(folder)).items():
        model = _build(config, fit_statistics(pixels, config.normalisation), "float32")
        model.set_weights(load_model(kept).get_weights())
        keep_epoch(folder, model, epoch)


def _build(config: TrainingConfig, statistics: Statistics | None, precision: str) -> Any:
    with built_in(precision):
        return models.build(config.model, config.normalisation, statistics, config.seed, **config.model_options)


def _take_weights(model: Any, run: Run) -> None:
    """Gives the model the weights of a run of the same network."""
    weights = load_model(run).get_weights()
    if [w.shape for w in weights] != [w.shape for w in model.get_weights()]:
        raise FerError(f"Training can't start from {run.name!r}: its network has other layers or sizes.")
    model.set_weights(weights)
