"""Training curves as one long table, ready to draw: smoothing, seed bands, best epochs, overfit gaps."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.statistics import FEWEST_SEEDS
from fer_core.runs.history import best_epoch, epoch_at, is_higher_better

AXES = {"epoch": "Epoch", "step": "Step (batches)", "time": "Wall time (minutes)"}
"""What the horizontal axis may count, with its title."""

_NOT_METRICS = {"epoch", "seconds", "step", "time"}


_cache: dict[Path, tuple[tuple[int, int], pd.DataFrame]] = {}
_CACHED = 1024


def read_history(run: Any) -> pd.DataFrame:
    """The run's history, cached by its file's path, time and size, so that a growing file is read anew.

    The returned table is shared: do not change it. run: a `fer_core.runs.Run`.
    """
    path = Path(run.folder) / "history.csv"
    try:
        stat = path.stat()
    except OSError:
        return run.history()
    state = (stat.st_mtime_ns, stat.st_size)
    known = _cache.get(path)
    if known is not None and known[0] == state:
        return known[1]
    history = run.history()
    while len(_cache) >= _CACHED:
        _cache.pop(next(iter(_cache)), None)
    _cache[path] = (state, history)
    return history


def base_metrics(histories: Iterable[pd.DataFrame]) -> list[str]:
    """Names of the metrics in any of the histories, without "val_", in order of first appearance."""
    names: dict[str, None] = {}
    for history in histories:
        for column in history.columns:
            if column not in _NOT_METRICS:
                names.setdefault(column.removeprefix("val_"))
    return list(names)


def steps_per_epoch(config: Mapping[str, Any]) -> int | None:
    """Batches in an epoch, from run.json; None where it does not say enough."""
    training = config.get("training") or {}
    if training.get("steps_per_epoch"):
        return int(training["steps_per_epoch"])
    data = config.get("dataset") or {}
    counts, batch = data.get("counts") or {}, training.get("batch_size")
    fraction = (data.get("validation") or {}).get("fraction") or 0.0
    count = counts.get("fitted") or (counts.get("train") or 0) * (1 - fraction)
    if not count or not batch:
        return None
    # Training here leaves out the last batch of an epoch where it is not full; Keras' own fit takes it.
    return max(1, int(count // batch)) if "epochs_asked" in training else math.ceil(count / batch)


def long_table(run_histories: Mapping[str, tuple[Mapping[str, Any], pd.DataFrame]]) -> pd.DataFrame:
    """One row for each run, epoch and metric, of any number of runs.

    run_histories: run name -> (run.json, history). Columns: run; epoch (1-based); step (batches seen by the
    epoch's end, NaN where run.json does not tell); time (minutes since the start); metric (without "val_");
    part ("train" or "validation"); value. Values that are not numbers (a diverged loss) are NaN.
    """
    columns: dict[str, list[np.ndarray]] = {
        name: [np.array([], dtype=kind)]
        for name, kind in (("run", object), ("epoch", float), ("step", float), ("time", float), ("metric", object),
                           ("part", object), ("value", float))
    }  # fmt: skip
    for name, (config, history) in run_histories.items():
        for column, values in _one_run(name, config, history).items():
            columns[column].append(values)
    return pd.DataFrame({column: np.concatenate(pieces) for column, pieces in columns.items()})


def _one_run(name: str, config: Mapping[str, Any], history: pd.DataFrame) -> dict[str, np.ndarray]:
    n = len(history)
    metrics = [c for c in history.columns if c not in _NOT_METRICS]
    if n == 0 or not metrics:
        return {}
    epoch = _numbers(history["epoch"]) + 1 if "epoch" in history else np.arange(1, n + 1, dtype=float)
    steps = steps_per_epoch(config)
    if "step" in history:
        step = _numbers(history["step"])
    else:
        step = epoch * steps if steps else np.full(n, np.nan)
    names = np.array([m.removeprefix("val_") for m in metrics], dtype=object)
    parts = np.array(["validation" if m.startswith("val_") else "train" for m in metrics], dtype=object)
    return {
        "run": np.full(n * len(metrics), name, dtype=object),
        "epoch": np.tile(epoch, len(metrics)),
        "step": np.tile(step, len(metrics)),
        "time": np.tile(elapsed_minutes(history), len(metrics)),
        "metric": names.repeat(n),
        "part": parts.repeat(n),
        "value": np.concatenate([_numbers(history[m]) for m in metrics]),
    }


def _numbers(column: pd.Series) -> np.ndarray:
    """f64; what is no number becomes NaN."""
    if column.dtype.kind not in "fiu":
        column = pd.to_numeric(column, errors="coerce")
    return np.asarray(column.to_numpy(float))


def elapsed_minutes(history: pd.DataFrame) -> np.ndarray:
    """Minutes since the start at each epoch's end, f64 (E,): "seconds" holds each epoch's own length, or
    "time" the seconds since the start; NaN where neither is there."""
    if "seconds" in history:
        return _numbers(history["seconds"]).cumsum() / 60
    if "time" in history:
        return _numbers(history["time"]) / 60
    return np.full(len(history), np.nan)


def smooth(values: np.ndarray, weight: float) -> np.ndarray:
    """Exponential moving average with the start's bias taken out, f64 (E,).

    s_t = w s_(t-1) + (1 - w) x_t from s_0 = 0, divided by 1 - w^t (Kingma and Ba 2015, section 3), as
    TensorBoard's slider does; w = 0 leaves the curve as it is. Gaps (NaN) stay gaps and move nothing.
    """
    if not 0 <= weight < 1:
        raise FerError(f"The smoothing weight must lie in 0 to 1, 1 left out, not {weight}.")
    values = np.asarray(values, dtype=np.float64)
    out = np.full(values.shape, np.nan)
    state, seen = 0.0, 0
    for place, value in enumerate(values):
        if math.isfinite(value):
            seen += 1
            state = weight * state + (1 - weight) * value
            out[place] = state / (1 - weight**seen)
    return out


def seed_bands(table: pd.DataFrame, groups: Mapping[str, str], axis: str = "epoch") -> pd.DataFrame:
    """Mean and standard deviation over the runs of each group, from three runs up.

    table: as from `long_table`. groups: run -> group. Taken only over the epochs that every run of the group
    reached: beyond them the mean would jump as runs drop out. Columns: group, metric, part, epoch, x (the mean
    over the runs of the chosen axis), mean, sd (of a sample, n - 1), n.
    """
    if axis not in AXES:
        raise FerError(f"The axis must be one of {', '.join(AXES)}, not {axis!r}.")
    frame = table[table["run"].isin(list(groups))]
    frame = frame.assign(group=frame["run"].map(groups), x=frame[axis])
    sizes = frame.groupby("group")["run"].nunique()
    frame = frame[frame["group"].isin(sizes[sizes >= FEWEST_SEEDS].index)].dropna(subset=["value"])
    keys = ["group", "metric", "part", "epoch"]
    bands = frame.groupby(keys, sort=False, as_index=False).agg(
        x=("x", "mean"), mean=("value", "mean"), sd=("value", "std"), n=("value", "size")
    )
    return bands[bands["n"] == bands["group"].map(sizes)].reset_index(drop=True)


def overfit_gap(history: pd.DataFrame, epoch: int, metric: str = "accuracy") -> float | None:
    """How much better the training part looks than the validation part at a 1-based epoch; None if unknown.

    Train less validation where higher is better, validation less train for losses: above 0 is overfitting
    either way (dropout and augmentation, on while training only, push it below).
    """
    if metric not in history or f"val_{metric}" not in history:
        return None
    epochs = history["epoch"].to_numpy() + 1 if "epoch" in history else np.arange(1, len(history) + 1)
    places = np.flatnonzero(epochs == epoch)
    if places.size == 0:
        return None
    train, validation = float(history[metric].iloc[places[-1]]), float(history[f"val_{metric}"].iloc[places[-1]])
    gap = train - validation if is_higher_better(metric) else validation - train
    return gap if math.isfinite(gap) else None


def gap_table(run_histories: Mapping[str, tuple[Mapping[str, Any], pd.DataFrame]], metric: str) -> pd.DataFrame:
    """For each run: best and last epoch (1-based), train and validation value and overfit gap at both."""
    records = []
    for name, (config, history) in run_histories.items():
        if not len(history):
            continue
        record: dict[str, Any] = {"run": name}
        for label, epoch in (("best", best_epoch(config, history)), ("last", epoch_at(history, len(history) - 1))):
            record[f"{label} epoch"] = epoch
            at = value_at(history, epoch)
            record[f"train, {label}"] = at.get(metric)
            record[f"validation, {label}"] = at.get(f"val_{metric}")
            record[f"gap, {label}"] = overfit_gap(history, epoch, metric) if epoch else None
        records.append(record)
    return pd.DataFrame.from_records(records)


def lost_values(run_histories: Mapping[str, tuple[Mapping[str, Any], pd.DataFrame]]) -> list[tuple[str, str, int]]:
    """(run, column, 1-based epoch) from which on a metric has no value any more: a loss that became NaN or infinite.

    A metric that was only measured now and then (validation every fifth epoch) is not lost between two measurements.
    """
    found = []
    for name, (_, history) in run_histories.items():
        for column in history.columns:
            if column in _NOT_METRICS or not len(history):
                continue
            there = np.flatnonzero(np.isfinite(_numbers(history[column])))
            longest = int(np.diff(np.r_[-1, there]).max()) if there.size else 1
            last = int(there[-1]) if there.size else -1
            if len(history) - 1 - last >= longest:
                found.append((name, column, epoch_at(history, last + 1)))
    return found


def value_at(history: pd.DataFrame, epoch: int | None) -> dict[str, float]:
    """All columns of the history at a 1-based epoch; empty where it has no such epoch."""
    if epoch is None or not len(history):
        return {}
    epochs = history["epoch"].to_numpy() + 1 if "epoch" in history else np.arange(1, len(history) + 1)
    places = np.flatnonzero(epochs == epoch)
    return history.iloc[places[-1]].to_dict() if places.size else {}
