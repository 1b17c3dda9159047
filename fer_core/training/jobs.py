"""Training started from a page: a subprocess of `python -m fer_core train`, watched through its run folder."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from fer_core.errors import FerError
from fer_core.runs import PARTIAL, default_root, read_json
from fer_core.runs.names import check_name

STOP_FILE = "STOP"
LOG_FOLDER = ".logs"
_STALE_SECONDS = 120.0
"""A run whose process is unknown is taken for dead once it has written nothing for so long."""

_UNSEEN_SECONDS = 15.0
"""The same where its process id is not one of this machine's: killed here, or alive on another machine."""

_started: list["subprocess.Popen[bytes]"] = []
"""Children that nobody has waited for; ended ones are collected at the next start."""

_CLOCK_SECONDS = 60.0
"""How far a clock that was set meanwhile may put a process's start after what it wrote."""


@dataclass(frozen=True)
class Progress:
    """Where a run in training stands; numbers are None until its first report.

    epoch, epochs, batch, batches: 1-based counts and totals. images_per_second: speed of this epoch.
    seconds_left: to the last epoch asked for; early stopping may come before. alive: whether the process lives.
    stopping: whether somebody asked it to stop.
    """

    epoch: int | None = None
    epochs: int | None = None
    batch: int | None = None
    batches: int | None = None
    images_per_second: float | None = None
    seconds_left: float | None = None
    updated: float | None = None
    alive: bool = True
    stopping: bool = False

    @property
    def share(self) -> float:
        """How much of all epochs is done, 0 to 1."""
        if not (self.epoch and self.epochs and self.batches):
            return 0.0
        return min(1.0, max(0.0, (self.epoch - 1 + (self.batch or 0) / self.batches) / self.epochs))


def start(name: str, arguments: Mapping[str, Any], root: Path | str | None = None) -> "subprocess.Popen[bytes]":
    """Starts `python -m fer_core train --name NAME ...` in a process of its own, which outlives the page.

    arguments: long options without dashes, {"epochs": 5, "data": "drawn"}; None is left out, True is a flag alone.
    What it prints goes to <root>/.logs/<name>.log. Raises FerError where the name is taken or not a name.
    """
    root = Path(root) if root else default_root()
    check_name(name)
    if (root / name).exists():
        raise FerError(f"There is already a run {name!r} in {root}; choose another name.")
    partial = root / f"{name}{PARTIAL}"
    if partial.exists() and progress(partial).alive:
        raise FerError(f"A run {name!r} is in training already; choose another name.")
    (root / LOG_FOLDER).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "fer_core", "train", "--name", name, "--root", str(root)]
    for key, value in arguments.items():
        if value is None or value is False:
            continue
        command.append(f"--{key.replace('_', '-')}")
        if value is not True:
            command.append(str(value))
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log_path(name, root).open("w") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=Path(__file__).resolve().parents[2],
            env=environment,
            start_new_session=True,  # Ctrl-C in the dashboard's shell must not end it
        )
    _started[:] = [child for child in _started if child.poll() is None] + [process]
    return process


def log_path(name: str, root: Path | str | None = None) -> Path:
    """Where a started run's output goes."""
    return (Path(root) if root else default_root()) / LOG_FOLDER / f"{name}.log"


def log_tail(name: str, root: Path | str | None = None, lines: int = 12) -> str:
    """The last lines a started run printed; empty where there are none."""
    try:
        text = log_path(name, root).read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def stop(folder: Path | str) -> None:
    """Asks a run in training to end after its current batch and keep its best epoch so far."""
    folder = Path(folder)
    if not folder.is_dir():
        raise FerError(f"{folder.name.removesuffix(PARTIAL)} is not in training any more.")
    (folder / STOP_FILE).touch()


def progress(folder: Path | str) -> Progress:
    """Progress of the run in a .partial folder, from its progress.json; never raises for a file half written."""
    folder = Path(folder)
    try:
        found = read_json(folder / "progress.json")
    except FerError:
        found = {}
    names = ("epoch", "epochs", "batch", "batches", "images_per_second", "seconds_left", "updated")
    values = {name: found[name] for name in names if isinstance(found.get(name), (int, float))}
    return Progress(
        **values,
        alive=_is_alive(found.get("pid"), values.get("updated"), folder),
        stopping=(folder / STOP_FILE).exists(),
    )


def _is_alive(pid: Any, updated: float | None, folder: Path) -> bool:
    written = updated or _touched(folder)
    age = time.time() - written
    if not isinstance(pid, int):
        return age < _STALE_SECONDS
    try:
        process = psutil.Process(pid)
        ended = process.status() == psutil.STATUS_ZOMBIE
        another = process.create_time() > written + _CLOCK_SECONDS  # the number was given again
    except psutil.AccessDenied:  # somebody else's process: there, but not ours
        return True
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return age < _UNSEEN_SECONDS
    return not (ended or another)


def _touched(folder: Path) -> float:
    times = [path.stat().st_mtime for path in (folder, folder / "history.csv") if path.exists()]
    return max(times, default=0.0)
