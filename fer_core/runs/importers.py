"""Runs from elsewhere: a CSVLogger file or TensorBoard event files become a run folder that can be compared."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from fer_core.errors import FerError
from fer_core.runs import FORMAT, PARTIAL, Run, default_root, load_run, write_json
from fer_core.runs.board import history_of, part_of
from fer_core.runs.event_files import read_scalars
from fer_core.runs.history import best_epoch
from fer_core.runs.history_table import read_csv_history
from fer_core.runs.names import as_name, check_name

TABLES = (".csv", ".tsv", ".txt", ".log", ".json", ".jsonl")
"""Endings of tables: those of `keras.callbacks.CSVLogger`, of `history.history` as json, and their like."""


def read_tensorboard(files: Mapping[str, bytes], roles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A history from the event files of one run; see `board.history_of`.

    files: path -> bytes; a folder "validation" or "val" in the path marks validation scalars, as Keras' TensorBoard
    callback lays them out. roles: path -> "training" or "validation", where that is known otherwise.
    """
    return history_of(
        [part_of(path, read_scalars(data, path), (roles or {}).get(path)) for path, data in files.items()]
    )


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


def is_table(name: str) -> bool:
    """Whether a file's name is that of a table with a row an epoch, and not of an event file."""
    return name.lower().endswith(TABLES) and "tfevents" not in name


def read_path(path: Path | str) -> tuple[pd.DataFrame, str]:
    """The history in a table, an event file, or all event files below a folder, and in words where it came from.

    Raises FerError where there is none, or where the files are those of several runs.
    """
    path = Path(path)
    if not path.is_dir() and "tfevents" not in path.name:
        return read_csv_history(_bytes(path), path.name), f"imported from {path.name}"
    paths = sorted(path.rglob("*tfevents*")) if path.is_dir() else [path]
    if not paths:
        raise FerError(f"{path} holds no file named events.out.tfevents.*.")
    whole = path.resolve()
    base = (whole if path.is_dir() else whole.parent).parent  # the folder's own name may say "validation"
    parts = []
    for one in paths:
        try:
            with one.open("rb") as stream:
                parts.append(part_of(str(one.resolve().relative_to(base)), read_scalars(stream, str(one))))
        except OSError as error:
            raise FerError(f"{one} can't be read ({error.strerror}).") from None
    return history_of(parts), f"imported from {len(paths)} event files"


def import_path(path: Path | str, name: str | None = None, root: Path | str | None = None, **about: Any) -> Run:
    """A run folder from what `read_path` takes; the run takes the file's or folder's name where none is given."""
    history, source = read_path(path)
    path = Path(path)
    return write_run(name or as_name(path.stem if path.is_file() else path.name), history, source, root, **about)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FerError(f"{path} can't be read ({error.strerror}).") from None
