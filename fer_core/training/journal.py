"""What a run writes down while it trains: history, progress, the best weights, and the state to go on from."""

import csv
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.runs import read_json, write_json

STOP_FILE = "STOP"


class Journal:
    """The files of a run in training, all in its .partial folder.

    state.keras, state.json: where to go on after a kill, written together after each epoch.
    best.weights.h5: the weights of the best epoch. epochs.npy: validation classes of each epoch, u8 (E, N).
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
        self._last_progress = 0.0

    @property
    def state_model(self) -> Path:
        return self.folder / "state.keras"

    @property
    def best_weights(self) -> Path:
        return self.folder / "best.weights.h5"

    def take_up(self) -> bool:
        """Reads the state that an earlier process left; False where there is none to go on from."""
        path = self.folder / "state.json"
        if not (path.is_file() and self.state_model.is_file() and self.best_weights.is_file()):
            return False
        state = read_json(path)
        self.epochs_run = state["epochs_run"]
        self.best, self.best_epoch = state["best"], state["best_epoch"]
        self.waited, self.seconds = state["waited"], state["seconds"]
        self.epoch_classes = list(np.load(self.folder / "epochs.npy"))[: self.epochs_run]
        self._trim_history()
        return True

    def add_epoch(self, logs: dict[str, float], classes: np.ndarray, value: float, better: bool) -> None:
        """Notes a finished epoch: a history row, its validation classes, whether it is the best so far."""
        self._append_history({"epoch": self.epochs_run, **logs})
        self.epochs_run += 1
        self.seconds += logs["seconds"]
        self.epoch_classes.append(classes.astype(np.uint8))
        if better:
            self.best, self.best_epoch, self.waited = value, self.epochs_run, 0
        else:
            self.waited += 1

    def save_state(self, model: Any) -> None:
        """Writes everything needed to go on; a kill between two of its files costs at most one epoch."""
        fresh = self.folder / "state.new.keras"
        model.save(fresh)
        with (self.folder / "epochs.npy.tmp").open("wb") as file:
            np.save(file, np.stack(self.epoch_classes))
        (self.folder / "epochs.npy.tmp").replace(self.folder / "epochs.npy")
        fresh.replace(self.state_model)
        state = {key: getattr(self, key) for key in ("epochs_run", "best", "best_epoch", "waited", "seconds")}
        write_json(self.folder / "state.json", state)

    def progress(self, epoch: int, epochs: int, batch: int, batches: int, batch_size: int, started: float) -> None:
        """Writes progress.json, at most once a second, for whoever watches the run."""
        now = time.time()
        if now - self._last_progress < 1 and batch < batches:
            return
        self._last_progress = now
        rate = batch / max(now - started, 1e-9)
        left = ((batches - batch) + (epochs - epoch - 1) * batches) / max(rate, 1e-9)
        write_json(
            self.folder / "progress.json",
            {
                "epoch": epoch + 1,
                "epochs": epochs,
                "batch": batch,
                "batches": batches,
                "images_per_second": round(rate * batch_size, 1),
                "seconds_left": round(left),
                "updated": now,
                "pid": os.getpid(),
            },
        )

    def stop_asked(self) -> bool:
        """Whether somebody asked the run to end, by creating the file STOP in its folder."""
        return (self.folder / STOP_FILE).exists()

    def _append_history(self, row: dict[str, float]) -> None:
        path = self.folder / "history.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            if fresh:
                writer.writeheader()
            writer.writerow({key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()})

    def _trim_history(self) -> None:
        """Drops history rows beyond the saved state: a kill may come between the two."""
        path = self.folder / "history.csv"
        lines = path.read_text().splitlines(keepends=True) if path.is_file() else []
        if len(lines) < self.epochs_run + 1:
            raise FerError(
                f"{path} has {max(0, len(lines) - 1)} epochs, the saved state {self.epochs_run}; "
                f"remove {self.folder} to start over."
            )
        path.write_text("".join(lines[: self.epochs_run + 1]))
