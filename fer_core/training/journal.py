"""What a run writes down while it trains: history, progress, the best weights, and the state to go on from."""

import csv
import os
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.runs import read_json, write_json
from fer_core.training.pace import Pace

STOP_FILE = "STOP"
_STATE = "state-"


class Journal:
    """The files of a run in training, all in its .partial folder.

    state-N/: everything needed to go on after epoch N: model.keras with its optimizer, best.weights.h5, epochs.npy
    (validation classes of each epoch, u8 (E, N)) and state.json with the rows of the history. It is written under
    another name and renamed when it is whole, so that whatever instant a kill comes at, one whole state is there.
    history.csv: for whoever watches; written anew from the state where training is taken up.
    progress.json: where the current epoch stands, at most once a second. STOP: if it appears, training ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.epochs_run = 0
        self.best: float | None = None
        self.best_epoch: int | None = None
        self.waited = 0
        self.seconds = 0.0
        self.epoch_classes: list[np.ndarray] = []
        self.rows: list[dict[str, float]] = []
        self._last_progress = 0.0
        self._better = False
        self._pace = Pace()

    @property
    def _current(self) -> Path:
        return self.folder / f"{_STATE}{self.epochs_run}"

    @property
    def state_model(self) -> Path:
        """The network after the last whole epoch, with its optimizer."""
        return self._current / "model.keras"

    @property
    def best_weights(self) -> Path:
        """The weights of the best epoch so far."""
        return self._current / "best.weights.h5"

    def take_up(self) -> bool:
        """Reads the state that an earlier process left; False, and a clean folder, where there is none."""
        for left in [*self.folder.glob(f"{_STATE}*.tmp"), *self.folder.glob("*.new.weights.h5")]:
            _remove(left)
        found = sorted((int(p.name.removeprefix(_STATE)), p) for p in self.folder.glob(f"{_STATE}*") if _number(p))
        if not found:
            (self.folder / "history.csv").unlink(missing_ok=True)
            return False
        self.epochs_run, path = found[-1]
        state = read_json(path / "state.json")
        self.best, self.best_epoch = state["best"], state["best_epoch"]
        self.waited, self.seconds, self.rows = state["waited"], state["seconds"], state["rows"]
        self.epoch_classes = list(np.load(path / "epochs.npy"))
        self._pace = Pace([float(row["seconds"]) for row in self.rows if "seconds" in row])
        self._write_history()
        for _, older in found[:-1]:
            _remove(older)
        return True

    @property
    def fresh_weights(self) -> Path:
        """Where the weights of an epoch that is better than all before are put until its state is saved."""
        return self.folder / "best.new.weights.h5"

    def add_epoch(self, logs: dict[str, float], classes: np.ndarray, value: float, better: bool) -> None:
        """Notes a finished epoch: a history row, its validation classes, whether it is the best so far."""
        self.rows.append({"epoch": self.epochs_run, **logs})
        self.epochs_run += 1
        self.seconds += logs["seconds"]
        self._pace.epoch(logs["seconds"])
        self.epoch_classes.append(classes.astype(np.uint8))
        if better:
            self.best, self.best_epoch, self.waited = value, self.epochs_run, 0
        else:
            self.waited += 1

    def save_state(self, model: Any) -> None:
        """Writes everything needed to go on, in one step: the folder appears under its name when it is whole."""
        before = self.folder / f"{_STATE}{self.epochs_run - 1}"
        whole, fresh = self._current, self.folder / f"{_STATE}{self.epochs_run}.tmp"
        _remove(fresh)
        fresh.mkdir()
        model.save(fresh / "model.keras")
        if self.fresh_weights.is_file():
            shutil.copyfile(self.fresh_weights, fresh / "best.weights.h5")
        else:
            shutil.copyfile(before / "best.weights.h5", fresh / "best.weights.h5")
        np.save(fresh / "epochs.npy", np.stack(self.epoch_classes))
        state = {key: getattr(self, key) for key in ("best", "best_epoch", "waited", "seconds", "rows")}
        write_json(fresh / "state.json", state)
        _remove(whole)  # of an epoch that was trained again
        fresh.rename(whole)
        self._write_history()
        self.fresh_weights.unlink(missing_ok=True)
        _remove(before)

    def progress(self, epoch: int, epochs: int, batch: int, batches: int, batch_size: int, started: float) -> None:
        """Writes progress.json, at most once a second, for whoever watches the run."""
        now = time.time()
        self._pace.batch(batch, started, now)
        if now - self._last_progress < 1 and batch < batches:
            return
        self._last_progress = now
        rate = 1 / max(self._pace.seconds_a_batch or (now - started) / batch, 1e-9)
        left = self._pace.seconds_left(epoch, epochs, batch, batches)
        write_json(
            self.folder / "progress.json",
            {
                "epoch": epoch + 1,
                "epochs": epochs,
                "batch": batch,
                "batches": batches,
                "images_per_second": round(rate * batch_size, 1),
                "seconds_left": None if left is None else round(left),
                "updated": now,
                "pid": os.getpid(),
            },
        )

    def stop_asked(self) -> bool:
        """Whether somebody asked the run to end, by creating the file STOP in its folder."""
        return (self.folder / STOP_FILE).exists()

    def _write_history(self) -> None:
        """history.csv with all rows so far, whole or not at all."""
        temporary = self.folder / ".history.csv.tmp"
        with temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(key for row in self.rows for key in row)))
            writer.writeheader()
            for row in self.rows:
                writer.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()})
        temporary.replace(self.folder / "history.csv")


def _number(path: Path) -> bool:
    return path.name.removeprefix(_STATE).isdigit()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
