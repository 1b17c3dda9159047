"""What run.json and annotations.json may hold, checked where they are read.

Only what the library relies on is named; more may stand there and is kept. A folder that breaks this is listed as
broken, with the sentence that `problem_of` makes, and stops nothing else.
"""

import math
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fer_core.labels import CLASSES

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=10**15)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Single = str | bool | int | float | None
"""A setting as it stands in a table: one value."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class ModelRecord(_Part):
    """The network: name, options, sizes."""

    name: str | None = None
    options: dict[str, Any] | None = None
    parameters: Count | None = None
    trainable_parameters: Count | None = None
    multiply_adds: Count | None = None


class ValidationRecord(_Part):
    """How the validation part was held out."""

    fraction: Share | None = None
    seed: int | None = None
    stratified: bool | None = None


class DatasetRecord(_Part):
    """What was trained on."""

    layout: str | None = None
    splits: list[str] | None = None
    name: str | None = None
    fingerprint: str | None = None
    counts: dict[str, Count] | None = None
    validation: ValidationRecord | None = None


class TrainingRecord(_Part):
    """What was asked for, and how far it came. Somebody's own training may have other settings, one value each."""

    optimizer: Single = None
    learning_rate: Single = None
    schedule: Single = None
    weight_decay: Single = None
    label_smoothing: Single = None
    ema: Single = None
    precision: Single = None
    targets: Single = None
    seed: Single = None
    split_seed: Single = None
    monitor: str | None = None
    steps_per_epoch: Count | None = None

    epochs_run: Count | None = None
    epochs_asked: Count | None = None
    batch_size: Count | None = None


class PreprocessingRecord(_Part):
    """What is done to pixels inside the network."""

    normalisation: Single = None


class VotesRecord(_Part):
    """How often FER+'s voters agree; see `fer_core.evaluation.run_scores.ferplus_agreement`."""

    n: Count = 0
    predictions: Share = 0
    labels: Share = 0


class ScoreRecord(_Part):
    """Scores of one split; see `fer_core.evaluation.metrics.scores`."""

    n: Count | None = None
    accuracy: Share | None = None
    accuracy_interval: Annotated[list[Share], Field(min_length=2, max_length=2)] | None = None
    macro_f1: Share | None = None
    loss: Finite | None = None
    ece: Share | None = None
    ece_calibrated: Share | None = None
    recall: dict[str, Share | None] | None = None
    ferplus: VotesRecord | None = None
    without_twins: "ScoreRecord | None" = None
    averaged: "dict[str, ScoreRecord] | None" = None


class CalibrationRecord(_Part):
    """Temperature of the softmax."""

    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class RunRecord(_Part):
    """run.json."""

    format: Annotated[int, Field(ge=1)] = 1
    name: Annotated[str, Field(min_length=1)]
    note: str | None = None
    tags: list[str] | None = None
    status: str
    created: str | None = None
    best_epoch: Annotated[int, Field(ge=1, le=10**9)] | None = None
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    model: ModelRecord
    dataset: DatasetRecord
    preprocessing: PreprocessingRecord
    augmentation: dict[str, Any] | None = None
    training: TrainingRecord
    hardware: dict[str, Single] | None = None
    versions: dict[str, Single] | None = None
    source: str | None = None
    limits: list[str] | None = None
    wrapping: dict[str, Any] | None = None
    scores: dict[str, ScoreRecord] | None = None
    calibration: CalibrationRecord | None = None


class Annotations(BaseModel):
    """annotations.json: what somebody wrote beside the run later, and nothing of what training wrote."""

    model_config = ConfigDict(extra="forbid", strict=True)

    note: str | None = None
    tags: list[str] | None = None
    archived: bool | None = None


def problem_of(kind: type[BaseModel], record: dict[str, Any]) -> str:
    """What is wrong with a record, as "where: what"; empty for nothing."""
    try:
        kind.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=True)[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        given = repr(first.get("input"))
        return f"{where}: {first['msg'].lower()}, not {given if len(given) <= 60 else given[:57] + '...'}"
    return ""


def problem_of_predictions(archive: dict[str, np.ndarray]) -> str:
    """What is wrong with the arrays of predictions.npz, in words; empty for nothing."""
    for key, array in archive.items():
        if not isinstance(array, np.ndarray):
            return f"{key!r} is no array"
    for key in archive:
        if not key.endswith("_rows"):
            continue
        split = key.removesuffix("_rows")
        rows = archive[key]
        lacking = [part for part in ("labels", "probabilities") if f"{split}_{part}" not in archive]
        if lacking:
            return f"the split {split!r} has no {' and no '.join(lacking)}"
        labels, probabilities = archive[f"{split}_labels"], archive[f"{split}_probabilities"]
        if rows.ndim != 1 or labels.shape != rows.shape or probabilities.shape != (len(rows), len(CLASSES)):
            shapes = f"{rows.shape} rows, {labels.shape} labels and {probabilities.shape} probabilities"
            return f"the split {split!r} has {shapes}"
        if any(array.dtype.kind not in "iuf" for array in (rows, labels, probabilities)):
            return f"the split {split!r} holds something that is no number"
        if len(labels) and (labels.min() < -1 or labels.max() >= len(CLASSES)):
            found = f"labels from {labels.min()} to {labels.max()}"
            return f"the split {split!r} has {found}; -1 to {len(CLASSES) - 1} are known"
        if not np.isfinite(probabilities).all() or (len(rows) and float(probabilities.min()) < 0):
            return f"the split {split!r} has probabilities that are none"
    return _problem_of_epochs(archive)


def _problem_of_epochs(archive: dict[str, np.ndarray]) -> str:
    """What is wrong with the classes that were watched while the run trained."""
    epochs, classes = archive.get("validation_epochs"), archive.get("validation_epoch_classes")
    if classes is None:
        return "" if epochs is None else "validation_epochs has no validation_epoch_classes beside it"
    if epochs is None:  # a file of somebody's own: epoch after epoch
        epochs = np.arange(len(classes) if classes.ndim else 0)
    held = archive.get("validation_rows", classes.T)
    wanted = (*epochs.shape, len(held) if held.ndim else 0)
    if epochs.ndim != 1 or classes.shape != wanted:
        return f"validation_epoch_classes has the shape {classes.shape}, not {wanted}"
    if epochs.dtype.kind not in "iu" or classes.dtype.kind not in "iu":
        return "the watched epochs or their classes are no whole numbers"
    if classes.size and (classes.min() < 0 or classes.max() >= len(CLASSES)):
        return f"validation_epoch_classes has classes from {classes.min()} to {classes.max()}"
    return ""


def problem_of_history(columns: dict[str, list[Any]]) -> str:
    """What is wrong with the column of epochs; empty for nothing."""
    for place, value in enumerate(columns.get("epoch", [])):
        if not isinstance(value, (int, float)) or not math.isfinite(value) or value != int(value) or value < 0:
            return f"row {place} has the epoch {value!r}"
    return ""
