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
    whole = folder.resolve()
    base = (whole if folder.is_dir() else whole.parent).parent  # the folder's own name may say "validation"
    parts = []
    for path in paths:
        try:
            with path.open("rb") as stream:
                parts.append(part_of(str(path.resolve().relative_to(base)), read_scalars(stream, str(path))))
        except OSError as error:
            raise FerError(f"{path} can't be read ({error.strerror}).") from None
    history = history_of(parts)
    return write_run(name or as_name(folder.name), history, f"imported from {len(paths)} event files", root, **about)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FerError(f"{path} can't be read ({error.strerror}).") from None
