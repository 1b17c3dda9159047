"""`fer_core.RunLogger`: a Keras callback that leaves a run folder behind from anybody's own `fit`.

    model.fit(x, y, validation_data=(vx, vy), callbacks=[
        fer_core.RunLogger("my-run", settings={"learning_rate": 1e-3}, splits={"validation": (vx, vy)})])

Keras is imported when the class is first asked for, not when this module is.
"""

import atexit
import csv
import os
import platform
import shutil
import time
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.evaluation.calibration import fit_temperature
from fer_core.evaluation.metrics import scores
from fer_core.labels import CLASSES
from fer_core.runs import FORMAT, PARTIAL, default_root, read_json, write_json, write_predictions
from fer_core.runs.history import is_higher_better
from fer_core.runs.lock import writing
from fer_core.runs.metric_names import canonical_names
from fer_core.runs.names import check_name
from fer_core.types import Json, Model

STOP_FILE = "STOP"
KNOWN_SPLITS = ("validation", "public", "private", "test")
Split = tuple[np.ndarray, np.ndarray] | tuple[np.ndarray, np.ndarray, np.ndarray]


class _RunLogger:
    """Writes run.json, history.csv, progress and, where asked, predictions.npz and model.keras as a run folder.

    Args:
        name: the run's name and folder; letters, digits, dots, dashes and underscores.
        root: folder of runs; default FER_RUNS, else the repository's checkpoints.
        splits: split name -> (x, labels) or (x, labels, rows). x is what the model takes; labels (N,), 0 to 6, or
            one-hot (N, 7); rows are the pictures' row numbers in the data set, 0 to N - 1 where not given. These are
            predicted with the best epoch's weights at the end, "validation" after each epoch too. Names:
            validation, public, private, test. They make the run ready for "Is it real?", flips and confusion.
        dataset: a `fer_core.data.Dataset`, or just its name. Rows of two runs match only on the same data set.
        settings: anything worth comparing; "learning_rate", "batch_size", "seed" and the like.
        normalisation: what is done to the pictures, in a word.
        monitor: the logged figure that chooses the best epoch; validation loss where it is logged, else loss.
        raw_pixels: whether the model takes (N, 48, 48, 1), 0 to 255, and gives 7 probabilities; then it is kept.
        overwrite: whether a run of that name is replaced.

    A file named STOP in the .partial folder (the page's Stop button) ends the training after the batch. The folder
    gets its final name when `fit` returns; a killed `fit` leaves only <name>.partial.
    """

    model: Model  # set by Keras, like the next
    params: Json

    def __init__(
        self,
        name: str,
        root: Path | str | None = None,
        *,
        splits: Mapping[str, Split] | None = None,
        dataset: Any = "unknown",
        settings: Mapping[str, Any] | None = None,
        normalisation: str = "unknown",
        monitor: str | None = None,
        note: str = "",
        tags: Sequence[str] = (),
        raw_pixels: bool = False,
        overwrite: bool = False,
    ) -> None:
        super().__init__()
        check_name(name)
        self._final = Path(root) / name if root else default_root() / name
        if self._final.exists() and not overwrite:
            raise FerError(
                f"There is already a run {name!r} in {self._final.parent}; choose another name or overwrite it."
            )
        self._partial = self._final.with_name(name + PARTIAL)
        self._splits = {key: _checked_split(key, split) for key, split in (splits or {}).items()}
        self._dataset, self._settings = dataset, dict(settings or {})
        self._normalisation, self._monitor = normalisation, monitor
        self._about = {"name": name, "note": note, "tags": list(tags)}
        self._raw_pixels, self._overwrite = raw_pixels, overwrite
        self._rows: list[dict[str, float]] = []
        self._classes: list[np.ndarray] = []
        self._best: float | None = None
        self._best_epoch: int | None = None
        self._best_weights: list[np.ndarray] | None = None
        self._stopped = False
        self._last_progress = 0.0

    # Keras calls these.

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        if self._raw_pixels and not _takes_raw_pixels(self.model):
            raise FerError(
                f"raw_pixels needs a model from (None, 48, 48, 1) to (None, 7); "
                f"this one maps {self.model.input_shape} to {self.model.output_shape}."
            )
        for split in self._splits:
            self._predict(split, 2)  # what is wrong with the outputs is said now, not after the first epoch
        self._take_lock()
        try:
            kept = salvage(self._partial)
        except BaseException:
            self._give_lock_back()
            raise
        if kept is not None:
            warnings.warn(f"An earlier fit under this name died; what it had is kept as {kept.name!r}.", stacklevel=2)
        self._partial.mkdir(parents=True)
        self._started, self._asked_rate = time.time(), _learning_rate(self.model)
        write_json(self._partial / "run.json", self._describe("training"))

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._epoch, self._epoch_started = epoch, time.time()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        if (self._partial / STOP_FILE).exists():
            self._stopped = True
            self.model.stop_training = True
        self._write_progress(batch + 1)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        names = canonical_names(logs or {})
        row: Json = {"epoch": epoch, **{names[key]: float(value) for key, value in (logs or {}).items()}}
        row.setdefault("learning_rate", _learning_rate(self.model))
        row["seconds"] = time.time() - self._epoch_started
        self._rows.append(row)
        self._write_history()
        if "validation" in self._splits:
            self._classes.append(self._predict("validation").argmax(axis=1).astype(np.uint8))
        self._note_best(row, epoch)

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        if not self._rows:
            shutil.rmtree(self._partial, ignore_errors=True)  # stopped within the first epoch: nothing to keep
            self._give_lock_back()
            return
        last_weights = self.model.get_weights()
        if self._best_weights is not None:
            self.model.set_weights(self._best_weights)
        details = self._describe("stopped" if self._stopped else "finished")
        self._keep_predictions(details)
        if self._raw_pixels:
            self.model.save(self._partial / "model.keras")
        self.model.set_weights(last_weights)  # fit() must leave the user's model as it would without us
        write_json(self._partial / "run.json", details)
        for name in ("progress.json", STOP_FILE):
            (self._partial / name).unlink(missing_ok=True)
        if self._final.exists() and not self._overwrite:  # put there by somebody while this fit ran
            free = _free(self._partial, "taken")
            write_json(self._partial / "run.json", {**details, "name": free.name})
            self._partial.rename(free)
            warnings.warn(f"Another run came under this name meanwhile; this one is {free.name!r}.", stacklevel=2)
        else:
            if self._final.exists():
                shutil.rmtree(self._final)
            self._partial.rename(self._final)
        self._give_lock_back()

    # Ours.

    def _take_lock(self) -> None:
        """A fit of this process that was broken off under this name (Ctrl-C in a notebook) gives its lock away."""
        key = str(self._final)
        if key in _held:
            _held.pop(key).__exit__(None, None, None)
        lock = writing(self._final.parent, self._final.name)
        lock.__enter__()
        _held[key] = lock

    def _give_lock_back(self) -> None:
        if (lock := _held.pop(str(self._final), None)) is not None:
            lock.__exit__(None, None, None)

    def _note_best(self, row: Mapping[str, float], epoch: int) -> None:
        self._monitor = self._monitor or ("val_loss" if "val_loss" in row else "loss")
        if self._monitor not in row:
            if any(self._monitor in earlier for earlier in self._rows):
                return  # validation_freq above 1: not measured this time
            raise FerError(f"monitor {self._monitor!r} is not logged; there are: {', '.join(row)}.")
        value = row[self._monitor] * (-1 if is_higher_better(self._monitor) else 1)
        if np.isfinite(value) and (self._best is None or value < self._best):
            self._best, self._best_epoch = value, epoch + 1
            if self._splits or self._raw_pixels:
                self._best_weights = self.model.get_weights()

    def _keep_predictions(self, details: dict[str, Any]) -> None:
        if not self._splits:
            return
        arrays: dict[str, np.ndarray] = {}
        for name, (_, labels, rows) in self._splits.items():
            arrays[f"{name}_rows"], arrays[f"{name}_labels"] = rows.astype(np.int32), labels
            arrays[f"{name}_probabilities"] = self._predict(name)
        if self._classes:
            arrays["validation_epochs"] = np.array([row["epoch"] for row in self._rows], dtype=np.int16)
            arrays["validation_epoch_classes"] = np.stack(self._classes)
        write_predictions(self._partial, arrays)
        temperature = 1.0
        if "validation" in self._splits:
            temperature = fit_temperature(arrays["validation_probabilities"], arrays["validation_labels"])
            details["calibration"] = {"temperature": temperature, "fitted_on": "validation"}
        details["scores"] = {
            name: scores(arrays[f"{name}_labels"], arrays[f"{name}_probabilities"], temperature)
            for name in self._splits
        }

    def _predict(self, split: str, first: int | None = None) -> np.ndarray:
        # Not model.predict: inside fit it would run the user's other callbacks' predict hooks.
        from fer_core.runtime import as_array

        x, batch = self._splits[split][0][:first], 256
        out = [as_array(self.model(x[i : i + batch], training=False)) for i in range(0, len(x), batch)]
        probabilities = np.concatenate(out).astype(np.float32)
        sums = probabilities.sum(axis=1)
        if probabilities.shape[1:] != (len(CLASSES),) or not np.allclose(sums, 1, atol=1e-3) or probabilities.min() < 0:
            raise FerError(
                f"splits need a model that gives 7 probabilities a picture; this one gives shape "
                f"{probabilities.shape}, first row summing to {probabilities[0].sum():.4g}. End it with a softmax."
            )
        return probabilities

    def _write_history(self) -> None:
        columns = list(dict.fromkeys(key for row in self._rows for key in row))
        temporary = self._partial / ".history.csv.tmp"
        with temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(self._rows)
        temporary.replace(self._partial / "history.csv")

    def _write_progress(self, batch: int) -> None:
        now = time.time()
        if now - self._last_progress < 1:
            return
        self._last_progress = now
        epochs, batches = self.params.get("epochs") or 1, self.params.get("steps") or batch
        rate = batch / max(now - self._epoch_started, 1e-9)
        left = (batches - batch + (epochs - self._epoch - 1) * batches) / rate
        batch_size = self._settings.get("batch_size")
        progress = {
            "epoch": self._epoch + 1, "epochs": epochs, "batch": batch, "batches": batches,
            "images_per_second": round(rate * batch_size, 1) if batch_size else None,
            "seconds_left": round(left), "updated": now, "pid": os.getpid(),
        }  # fmt: skip
        write_json(self._partial / "progress.json", progress)

    def _describe(self, status: str) -> dict[str, Any]:
        import keras

        model = self.model
        optimizer = getattr(model, "optimizer", None)
        training = {
            "optimizer": optimizer.__class__.__name__.lower() if optimizer else None,
            "learning_rate": self._asked_rate,  # as it was asked for; what a schedule made of it stands in the history
            **self._settings,
            "epochs_asked": self.params.get("epochs"),
            "epochs_run": len(self._rows),
            "steps_per_epoch": self.params.get("steps"),
        }
        return {
            "format": FORMAT,
            **self._about,
            "logged_by": "RunLogger",
            "status": status,
            "created": datetime.fromtimestamp(self._started, UTC).isoformat(timespec="seconds"),
            "model": {
                "name": model.name,
                "parameters": int(model.count_params()) if model.built else None,
                "trainable_parameters": int(sum(np.prod(v.shape) for v in model.trainable_weights)),
            },
            "dataset": self._describe_dataset(),
            "preprocessing": {"normalisation": self._normalisation},
            "augmentation": None,
            "training": training,
            "best_epoch": self._best_epoch,
            "seconds": round(time.time() - self._started, 1),
            "versions": {"keras": keras.__version__, "python": platform.python_version(), "numpy": np.__version__},
        }

    def _describe_dataset(self) -> dict[str, Any]:
        counts = {name: len(labels) for name, (_, labels, _) in self._splits.items()}
        if isinstance(self._dataset, str):
            return {"name": self._dataset, "counts": counts}
        data = self._dataset
        return {"name": data.name, "layout": data.layout, "fingerprint": data.fingerprint, "counts": counts}


def _checked_split(name: str, split: Split) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x, labels i8 (N,), rows i64 (N,)), or FerError."""
    if name not in KNOWN_SPLITS:
        raise FerError(f"A split is named {', '.join(KNOWN_SPLITS)}; {name!r} is not.")
    if len(split) not in (2, 3):
        raise FerError(f"Split {name!r} must be (x, labels) or (x, labels, rows), not {len(split)} things.")
    x, labels = split[0], np.asarray(split[1])
    labels = _as_numbers(name, labels)
    rows = np.asarray(split[2]) if len(split) == 3 else np.arange(len(labels))
    if not len(x) == len(labels) == len(rows) or len(labels) == 0:
        raise FerError(
            f"Split {name!r} has {len(x)} pictures, {len(labels)} labels and {len(rows)} rows; they must match."
        )
    if labels.min() < 0 or labels.max() >= len(CLASSES):
        raise FerError(f"Split {name!r} has labels from {labels.min()} to {labels.max()}; they must lie in 0 to 6.")
    return x, labels.astype(np.int8), rows.astype(np.int64)


def _as_numbers(split: str, labels: np.ndarray) -> np.ndarray:
    """Labels (N,) from (N,), (N, 1), one-hot or probabilities (N, 7), numbers or names of classes."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.shape[1] == len(CLASSES) and np.issubdtype(labels.dtype, np.number):
        result: np.ndarray = labels.argmax(axis=1)
        return result
    if labels.ndim != 1:
        raise FerError(
            f"Split {split!r} has labels of shape {labels.shape}; they come as (N,), (N, 1) or one-hot "
            f"(N, {len(CLASSES)})."
        )
    if labels.dtype.kind in "USO" and len(labels) and isinstance(labels.tolist()[0], str):
        words = [str(label).strip().lower() for label in labels.tolist()]
        unknown = [word for word in words if word not in CLASSES]
        if unknown:
            raise FerError(f"Split {split!r} has a label {unknown[0]!r}; the classes are {', '.join(CLASSES)}.")
        return np.array([CLASSES.index(word) for word in words])
    if not np.issubdtype(labels.dtype, np.number) or not np.array_equal(labels, labels.astype(np.int64)):
        raise FerError(f"Split {split!r} has labels that are neither whole numbers nor names of classes.")
    return labels.astype(np.int64)


_held: dict[str, Any] = {}
"""Locks of fits under way in this process, by the run's folder."""


@atexit.register
def _give_all_back() -> None:
    """A fit that was broken off and never followed by another holds its lock to the program's end."""
    while _held:
        _held.popitem()[1].__exit__(None, None, None)


def _free(partial: Path, why: str) -> Path:
    """NAME-why-1 beside the folder of a run in training, or the first number that nothing has."""
    name = partial.name.removesuffix(PARTIAL)
    return next(there for n in range(1, 10_000) if not (there := partial.with_name(f"{name}-{why}-{n}")).exists())


def salvage(partial: Path) -> Path | None:
    """Keeps what a fit that died has left: its folder becomes a run of its own, NAME-interrupted-1 and so on, with the
    epochs it had. None, and the folder gone, where there is nothing of it."""
    if not partial.is_dir():
        return None
    if not (partial / "history.csv").is_file() or not (partial / "run.json").is_file():
        shutil.rmtree(partial)
        return None
    final = _free(partial, "interrupted")
    record = read_json(partial / "run.json")
    epochs = max(0, len((partial / "history.csv").read_text(encoding="utf-8").splitlines()) - 1)
    training = {**record.get("training", {}), "epochs_run": epochs}
    note = f"{record.get('note') or ''} Interrupted: its process died; predictions and network were not kept.".strip()
    write_json(
        partial / "run.json", {**record, "name": final.name, "status": "stopped", "note": note, "training": training}
    )
    for left in ("progress.json", STOP_FILE):
        (partial / left).unlink(missing_ok=True)
    partial.rename(final)
    return final


def _takes_raw_pixels(model: Any) -> bool:
    return bool(model.input_shape == (None, 48, 48, 1) and model.output_shape == (None, len(CLASSES)))


def _learning_rate(model: Any) -> float | None:
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    try:
        return float(np.asarray(rate)) if rate is not None else None
    except (TypeError, ValueError):  # a schedule that is no number before its first step
        return None


_built: dict[str, type] = {}


def __getattr__(name: str) -> Any:
    if name != "RunLogger":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if "RunLogger" not in _built:
        from fer_core.runtime import import_keras

        base = import_keras().callbacks.Callback
        attributes = {"__doc__": _RunLogger.__doc__, "__module__": __name__}
        _built["RunLogger"] = type("RunLogger", (_RunLogger, base), attributes)
    return _built["RunLogger"]
