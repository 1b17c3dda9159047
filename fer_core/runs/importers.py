"""Runs from elsewhere: a CSVLogger file or TensorBoard event files become a run folder that can be compared."""

import io
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.runs import FORMAT, PARTIAL, Run, default_root, load_run, write_json
from fer_core.runs.event_files import Scalar, read_scalars
from fer_core.runs.history import best_epoch
from fer_core.runs.metric_names import VALIDATION as _VALIDATION
from fer_core.runs.metric_names import canonical_names
from fer_core.runs.names import as_name, check_name

_NOTHING = ("", "NA", "None", "nan", "NaN", "inf", "-inf", "Infinity", "-Infinity")
"""Cells of what was not measured, or has no value any more."""


def read_csv_history(data: bytes, name: str) -> pd.DataFrame:
    """A history from a CSVLogger file, or any table with a header and a row an epoch.

    Returns epoch (0-based) and one float column a metric. Where the file's epochs do not rise (several fits
    appended to one file) they are counted on. Raises FerError, naming the file, row and value, where it is none.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FerError(f"{name} is not a text file; choose the csv that keras.callbacks.CSVLogger wrote.") from None
    if not text.strip():
        raise FerError(f"{name} is empty; choose the csv that keras.callbacks.CSVLogger wrote.")
    taken: list[str] = []
    frame = _json_table(text, name) if text.lstrip().startswith("{") else _text_table(text, name, taken)
    names = canonical_names(frame.columns)
    numbers = {names[column]: _numeric(frame[column], column, name, taken) for column in frame.columns}
    table = _with_epochs(_percent(_one_row_an_epoch(pd.DataFrame(numbers), taken), taken), name)
    table.attrs["taken"] = taken
    return table


def _text_table(text: str, name: str, taken: list[str]) -> pd.DataFrame:
    """The cells as text; repeated headers and columns without a name left out."""
    head = text.strip().splitlines()[0]
    separator = max(",;\t", key=head.count)
    try:
        frame = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, skipinitialspace=True)
    except (ValueError, pd.errors.ParserError) as error:
        raise FerError(f"{name} can't be read as a table ({' '.join(str(error).split())[:120]}).") from None
    frame = frame.dropna(how="all").reset_index(drop=True)
    nameless = [column for column in frame.columns if str(column).startswith("Unnamed:")]
    if nameless and len(nameless) < len(frame.columns):  # the index that DataFrame.to_csv() writes
        frame = frame.drop(columns=nameless)
        taken.append("the column without a name was left out")
    again = (frame == list(frame.columns)).all(axis=1)
    if again.any():
        frame = frame[~again].reset_index(drop=True)
        taken.append(f"{int(again.sum())} repeated header was left out; what follows it is another fit")
    if not len(frame):
        raise FerError(f"{name} has a header but no epoch.")
    if _is_number(str(frame.columns[0])):
        raise FerError(
            f"{name} begins with {frame.columns[0]!r}; its first line must name the columns, as CSVLogger's does."
        )
    return frame


def _json_table(text: str, name: str) -> pd.DataFrame:
    """`history.history` as json: a list for each metric."""
    try:
        record = json.loads(text)
        lists = {key: value for key, value in record.items() if isinstance(value, list)}
        if not lists or len({len(value) for value in lists.values()}) != 1:
            raise ValueError
        return pd.DataFrame(lists).astype(object).map(lambda v: None if v is None else str(v))
    except (ValueError, RecursionError):
        raise FerError(f"{name} is no history as json: one list for each metric, all of one length.") from None


def _one_row_an_epoch(frame: pd.DataFrame, taken: list[str]) -> pd.DataFrame:
    """Rows of one epoch that fill each other's gaps become one (Lightning logs training and validation in rows of their
    own); rows that contradict each other stay."""
    if "epoch" not in frame or frame["epoch"].isna().any() or not frame["epoch"].duplicated().any():
        return frame
    metrics = [column for column in frame.columns if column not in ("epoch", "step", "time")]
    if (frame.groupby("epoch")[metrics].count() > 1).to_numpy().any():
        return frame
    taken.append("rows of one epoch that fill each other's gaps were joined")
    return frame.groupby("epoch", sort=False, as_index=False).max()


def _percent(frame: pd.DataFrame, taken: list[str]) -> pd.DataFrame:
    """Accuracies in percent become shares, as all others are."""
    for column in frame.columns:
        top = frame[column].max()
        if "accuracy" in column and 1.5 < top <= 100 and frame[column].min() >= 0:
            frame[column] = frame[column] / 100
            taken.append(f"{column} was in percent")
    return frame


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numeric(column: pd.Series, title: str, name: str, taken: list[str]) -> np.ndarray:
    """f64 (E,); "NA" and empty cells, which CSVLogger writes for what was not measured, become NaN."""
    commas = column.astype(str).str.fullmatch(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")
    if commas.any():
        column = column.astype(str).str.replace(",", ".", regex=False).where(commas, column)
        taken.append(f"{title} has decimal commas")
    missing = column.isna() | column.astype(str).str.strip().isin(
        ["", "NA", "None", "nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"]
    )
    values = pd.to_numeric(column.where(~missing), errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(np.isnan(values) & ~missing.to_numpy())
    if wrong.size:
        raise FerError(f"{name}, row {wrong[0] + 1}: {title} is {column.iloc[wrong[0]]!r}, which is not a number.")
    return values


def _with_epochs(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    metrics = [c for c in frame.columns if c not in ("epoch", "step", "time", "seconds", "learning_rate")]
    if not metrics:
        raise FerError(
            f"{name} has the columns {', '.join(frame.columns)} and no metric; a history needs a loss or accuracy."
        )
    n = len(frame)
    epochs = frame["epoch"].to_numpy(float) if "epoch" in frame else np.arange(n, dtype=float)
    if not np.isfinite(epochs).all() or (np.diff(epochs) <= 0).any():
        epochs = np.arange(n, dtype=float)
    if epochs[0] == 1:  # counted from one elsewhere; here from zero
        epochs = epochs - 1
    return pd.concat(
        [pd.Series(epochs.astype(int), name="epoch"), frame.drop(columns="epoch", errors="ignore")], axis=1
    )


def read_tensorboard(files: Mapping[str, bytes]) -> pd.DataFrame:
    """A history from the event files of one run.

    files: path -> bytes; a folder "validation" or "val" in the path marks validation scalars, as Keras' TensorBoard
    callback lays them out. Where the writer logged by epoch ("epoch_loss"), only those scalars are taken and the
    step is the epoch; else each step logged becomes a row, and "step" says which it was. Column "time": seconds
    since the first scalar. Raises FerError where there is no scalar.
    """
    if not files:
        raise FerError("There is no event file; choose files named events.out.tfevents.*.")
    found: list[tuple[str, Scalar]] = []
    for path, data in files.items():
        parts = {part.lower() for part in re.split(r"[\\/]", path)[:-1]}
        prefix = "validation/" if parts & set(_VALIDATION) else ""
        found += [(prefix, scalar) for scalar in read_scalars(data, path)]
    if not found:
        raise FerError(f"{', '.join(files)}: no scalar was logged, so there is no curve to draw.")
    by_epoch = [(prefix, s) for prefix, s in found if re.match(r"epoch[_/]", s.tag)]
    table = _pivot(by_epoch or found)
    if not by_epoch:
        table["step"] = table.index
        table["epoch"] = np.arange(len(table))
    else:
        table["epoch"] = table.index - (1 if table.index.min() == 1 else 0)
    return _with_epochs(table.reset_index(drop=True), ", ".join(files))


def _pivot(found: Sequence[tuple[str, Scalar]]) -> pd.DataFrame:
    """Steps by metric. Raises FerError where a metric was logged twice at a step with different values."""
    names = canonical_names(prefix + scalar.tag for prefix, scalar in found)

    def same(one: float, other: float) -> bool:
        return one == other or (one != one and other != other)

    columns: dict[str, dict[int, float]] = {}
    times: dict[int, float] = {}
    for prefix, scalar in found:
        column = columns.setdefault(names[prefix + scalar.tag], {})
        if scalar.step in column and not same(column[scalar.step], scalar.value):
            raise FerError(
                f"{scalar.tag} was logged twice at step {scalar.step}: {column[scalar.step]:g} and {scalar.value:g}. "
                "These are the files of several runs, or of training and validation. Give those of one run; validation "
                "files in a folder validation/, or in the box for them."
            )
        column[scalar.step] = scalar.value
        times[scalar.step] = max(times.get(scalar.step, 0.0), scalar.wall_time)
    table = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()}).sort_index()
    table["time"] = pd.Series(times) - min(scalar.wall_time for _, scalar in found)
    return table


def write_run(
    name: str,
    history: pd.DataFrame,
    source: str,
    root: Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    note: str = "",
    tags: Sequence[str] = (),
    dataset: str = "unknown",
    model: str = "unknown",
) -> Run:
    """Keeps a history as a run folder: run.json with what is known, and history.csv.

    source: in words, where it came from. settings: what is known of the training. Raises FerError where the
    name is taken or not a name. Such a run has curves and settings, but no predictions and no model.
    """
    root = Path(root) if root else default_root()
    check_name(name)
    final, partial = root / name, root / f".{name}{PARTIAL}"
    if final.exists() or (root / f"{name}{PARTIAL}").exists():
        raise FerError(f"There is already a run {name!r} in {root}, or one in training; choose another name.")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
    except OSError as error:
        raise FerError(f"{root} can't be written ({error.strerror}); choose another folder of runs.") from error
    seconds = history["time"].max() if "time" in history else history["seconds"].sum() if "seconds" in history else None
    details = {
        "format": FORMAT,
        "name": name,
        "note": note,
        "tags": list(tags),
        "status": "imported",
        "source": "; ".join([source, *history.attrs.get("taken", [])]),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {"name": model},
        "dataset": {"name": dataset},
        "preprocessing": {"normalisation": "unknown"},
        "augmentation": None,
        "training": {**(settings or {}), "epochs_run": len(history)},
        "best_epoch": best_epoch({}, history),
        "seconds": round(float(seconds), 1) if seconds is not None else None,
    }
    write_json(partial / "run.json", details)
    history.to_csv(partial / "history.csv", index=False)
    partial.rename(final)
    return load_run(final)


def import_csv(path: Path | str, name: str | None = None, root: Path | str | None = None, **about: Any) -> Run:
    """A run folder from a CSVLogger file; the run takes the file's name where none is given."""
    path = Path(path)
    history = read_csv_history(_bytes(path), path.name)
    return write_run(name or as_name(path.stem), history, f"imported from {path.name}", root, **about)


def import_tensorboard(
    folder: Path | str, name: str | None = None, root: Path | str | None = None, **about: Any
) -> Run:
    """A run folder from all event files below a folder; the run takes the folder's name where none is given."""
    folder = Path(folder)
    paths = sorted(folder.rglob("*tfevents*")) if folder.is_dir() else [folder]
    if not paths:
        raise FerError(f"{folder} holds no file named events.out.tfevents.*.")
    base = folder if folder.is_dir() else folder.parent
    history = read_tensorboard({str(path.relative_to(base)): _bytes(path) for path in paths})
    return write_run(name or as_name(folder.name), history, f"imported from {len(paths)} event files", root, **about)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FerError(f"{path} can't be read ({error.strerror}).") from None
