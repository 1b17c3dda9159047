"""`fer_core.RunLogger`: a Keras callback that leaves a run folder behind from anybody's own `fit`.

    model.fit(x, y, validation_data=(vx, vy), callbacks=[
        fer_core.RunLogger("my-run", scale="0..1", settings={"learning_rate": 1e-3}, splits={"validation": (vx, vy)})])

What is wrong with the settings, the pictures or the network's outputs is refused before the first batch. What goes
wrong later never ends the `fit`: the run is kept with what there is, and says what is missing.

Keras is imported when the class is first asked for, not when this module is.
"""

import atexit
import contextlib
import csv
import os
import platform
import shutil
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.evaluation.calibration import fit_temperature
from fer_core.evaluation.metrics import scores
from fer_core.importing.foreign import of_keras
from fer_core.importing.graph import wrapped
from fer_core.importing.keep import opens_plainly
from fer_core.labels import CLASSES
from fer_core.models.wrapping import Wrapping
from fer_core.runs import FORMAT, PARTIAL, default_root, write_json, write_predictions
from fer_core.runs.history import is_higher_better
from fer_core.runs.lock import writing
from fer_core.runs.metric_names import canonical_names
from fer_core.runs.names import check_name
from fer_core.training.logged_splits import Split, check_range, checked_split
from fer_core.training.pace import Pace
from fer_core.training.salvage import STOP_FILE, free_name, salvage
from fer_core.training.system_figures import SystemFigures
from fer_core.types import Json, Model

WITH_CODE = "own_code.keras"
"""The network's file where only the user's own code can open it; the pages leave it alone."""


class _RunLogger:
    """Writes run.json, history.csv, progress and, where asked, predictions.npz and model.keras as a run folder.

    Args:
        name: the run's name and folder; letters, digits, dots, dashes and underscores.
        root: folder of runs; default FER_RUNS, else the repository's checkpoints.
        splits: split name -> (x, labels) or (x, labels, rows). x is what the model takes; labels (N,) or (N, 1),
            numbers of `classes`, one-hot (N, C), or words; rows are the pictures' row numbers in the data set, 0 to
            N - 1 where not given. These are predicted with the best epoch's weights at the end, "validation" after
            each epoch too. Names: validation, public, private, test. They make the run ready for "Is it real?",
            flips and confusion.
        classes: what the model's outputs, and numbers of labels, stand for, in their order: "anger", "happy" and so
            on; the seven in FER2013's order where not given.
        scale: what was done to the pixels: a key of `fer_core.models.wrapping.SCALES`, "0..1" for x / 255. The model
            is then kept with that in front of it, so that every page can ask it. None keeps no model.
        output: what the model gives: "softmax", "logits" or "sigmoid".
        dataset: a `fer_core.data.Dataset`, or just its name. Rows of two runs match only on the same data set.
        settings: anything worth comparing; "learning_rate", "batch_size", "seed" and the like.
        normalisation: what is done to the pictures, in a word.
        monitor: the logged figure that chooses the best epoch; validation loss where it is logged, else loss.
        raw_pixels: whether the model takes raw pixels (N, 48, 48, 1), 0 to 255; then it is kept as it is.
        overwrite: whether a run of that name is replaced.

    Each epoch's processor time and memory stand in the history too, and, where settings give a "batch_size", the
    pictures trained on in a second.

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
        classes: Sequence[str] | None = None,
        scale: str | None = None,
        output: str = "softmax",
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
        if raw_pixels and scale not in (None, "0..255"):
            raise FerError(f"raw_pixels and scale={scale!r} contradict each other; give one of them.")
        self._scale = scale or ("0..255" if raw_pixels else None)
        # Its sizes are the model's, known when the fit begins; until then it checks the words.
        self._wrapping = Wrapping((48, 48), 1, self._scale or "0..255", tuple(classes or CLASSES), output)
        self._splits = {key: checked_split(key, split, self._wrapping.classes) for key, split in (splits or {}).items()}
        self._dataset, self._settings = dataset, dict(settings or {})
        self._normalisation = scale if scale and normalisation == "unknown" else normalisation
        self._monitor = self._asked_monitor = monitor
        self._about = {"name": name, "note": note, "tags": list(tags)}
        self._raw_pixels, self._overwrite = raw_pixels, overwrite
        self._missing: dict[str, list[int]] = {}
        self._rows: list[dict[str, float]] = []
        self._classes: list[tuple[int, np.ndarray]] = []
        self._best: float | None = None
        self._best_epoch: int | None = None
        self._best_weights: list[np.ndarray] | None = None
        self._stopped = False
        self._last_progress, self._batches = 0.0, 0
        self._pace, self._figures = Pace(), SystemFigures()

    # Keras calls these.

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        self._check()
        self._take_lock()
        try:
            kept = salvage(self._partial)
            self._partial.mkdir(parents=True)
            self._started, self._asked_rate = time.time(), _learning_rate(self.model)
            write_json(self._partial / "run.json", self._describe("training"))
        except BaseException as error:
            self._give_lock_back()
            if isinstance(error, OSError):
                raise FerError(f"{self._partial.parent} can't be written to ({error.strerror}).") from None
            raise
        if kept is not None:
            warnings.warn(f"An earlier fit under this name died; what it had is kept as {kept.name!r}.", stacklevel=2)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._epoch, self._epoch_started, self._batches = epoch, time.time(), 0

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        if (self._partial / STOP_FILE).exists():
            self._stopped = True
            self.model.stop_training = True
        self._batches, self._trained = batch + 1, time.time()
        with self._going_on("its progress"):
            self._write_progress(batch + 1)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        with self._going_on("its figures", epoch):
            row = self._row(epoch, logs or {})
            self._rows.append(row)
            self._pace.epoch(row["seconds"])
            self._note_best(row, epoch)
            self._write_history()
        if "validation" in self._splits:
            with self._going_on("the validation classes", epoch):
                self._classes.append((epoch, self._predict("validation").argmax(axis=1).astype(np.uint8)))

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        if not self._rows:
            shutil.rmtree(self._partial, ignore_errors=True)  # stopped within the first epoch: nothing to keep
            self._give_lock_back()
            return
        last_weights = self.model.get_weights()
        details: Json = {}
        try:
            if self._best_weights is not None:
                self.model.set_weights(self._best_weights)
            self._keep_predictions(details)
            if self._scale is not None:
                with self._going_on("its network"):
                    self._keep_network()
        finally:
            self.model.set_weights(last_weights)  # fit() must leave the user's model as it would without us
        try:
            self._publish(details)
        except OSError as error:
            self._say(f"the finished run: what there is lies in {self._partial} ({error.strerror})")
        finally:
            self._give_lock_back()

    # Ours.

    def _check(self) -> None:
        """Refuses what can be known before the first batch, a sentence each."""
        wrapping, model = self._wrapping, self.model
        if self._raw_pixels and self._is_plain and not _takes_raw_pixels(model):
            raise FerError(
                f"raw_pixels needs a model from (None, 48, 48, 1) to (None, 7); "
                f"this one maps {model.input_shape} to {model.output_shape}."
            )
        if self._scale is not None:
            size, channels, flat = of_keras(model).form
            self._wrapping = wrapping = replace(wrapping, size=size, channels=channels, flat=flat)
            for name, (x, _, _) in self._splits.items():
                check_range(name, x, self._scale)
        given = model.output_shape[-1] if isinstance(model.output_shape, tuple) else None
        if (self._splits or self._scale) and given not in (None, len(wrapping.classes)):
            raise FerError(
                f"The network gives {given} numbers a picture, and there are {len(wrapping.classes)} classes "
                f"({', '.join(wrapping.classes)}); name those that it has with `classes`."
            )
        for split in self._splits:
            self._predict(split, 2)  # what is wrong with the outputs is said now, not after the first epoch
        if self._scale is not None and (own := _lambdas(model)):
            warnings.warn(
                f"The network has Lambda layers ({', '.join(own)}): code inside the file, which the pages do not open. "
                f"It will be kept as {WITH_CODE} beside the run; put built-in layers in their place for maps and "
                "filters.",
                stacklevel=3,
            )

    @property
    def _is_plain(self) -> bool:
        """Whether the model already takes and gives what the network of a run does."""
        w = self._wrapping
        return self._scale == "0..255" and w.classes == CLASSES and w.output == "softmax" and w.size == (48, 48)

    @contextlib.contextmanager
    def _going_on(self, what: str, epoch: int | None = None) -> Iterator[None]:
        """Whatever goes wrong inside is said, and the fit goes on."""
        try:
            yield
        except Exception as error:
            self._say(f"{what} ({' '.join(str(error).split())[:200].rstrip('.') or type(error).__name__})", epoch)

    def _say(self, what: str, epoch: int | None = None) -> None:
        """Keeps in mind that something is missing, and warns the first time."""
        epochs = self._missing.setdefault(what, [])
        epochs += [] if epoch is None else [epoch + 1]
        if len(epochs) < 2:
            with contextlib.suppress(Warning):  # where warnings are errors, the fit goes on all the same
                at = f" in epoch {epochs[0]}" if epochs else ""
                warnings.warn(f"RunLogger goes on without {what}{at}.", stacklevel=4)

    def _what_is_missing(self) -> list[str]:
        """A clause each, with the epochs where there are any."""

        def at(epochs: list[int]) -> str:
            if len(epochs) < 2:
                return f" in epoch {epochs[0]}" if epochs else ""
            return f" in {len(epochs)} epochs, {epochs[0]} to {epochs[-1]}"

        return [f"{what}{at(epochs)}" for what, epochs in self._missing.items()]

    def _row(self, epoch: int, logs: Mapping[str, Any]) -> Json:
        numbers = {key: float(value) for key, value in logs.items() if np.ndim(value) == 0}
        names = canonical_names(numbers)
        row: Json = {"epoch": epoch, **{names[key]: value for key, value in numbers.items()}}
        row.setdefault("learning_rate", _learning_rate(self.model))
        row["seconds"] = time.time() - self._epoch_started
        return row | self._asked_of_the_machine()

    def _asked_of_the_machine(self) -> dict[str, float]:
        """As `train` logs it; without pictures a second where the settings do not tell the batch's size."""
        size = self._settings.get("batch_size")
        known = isinstance(size, int | float) and self._batches > 0
        images = round(self._batches * float(size)) if known and size is not None else 0
        found: dict[str, float] = {}
        with self._going_on("what it asks of the machine", self._epoch):
            found = self._figures.of_epoch(images, self._trained - self._epoch_started if known else 1.0)
        return {name: value for name, value in found.items() if known or name != "images_per_second"}

    def _keep_network(self) -> None:
        if _lambdas(self.model):
            self.model.save(self._partial / WITH_CODE)
            # Said already, before the first batch.
            self._missing[f"a network that the pages can open: it has Lambda layers, and is kept as {WITH_CODE}"] = []
            return
        path = self._partial / "model.keras"
        network = self.model if self._is_plain and _takes_raw_pixels(self.model) else None
        (network if network is not None else wrapped(self.model, self._wrapping)).save(path)
        if not opens_plainly(path):
            path.rename(path.with_name(WITH_CODE))
            self._say(f"a network that the pages can open: it needs code of its own, and is kept as {WITH_CODE}")

    def _publish(self, details: Json) -> None:
        """run.json, and the folder under its name."""
        details = {**self._describe("stopped" if self._stopped else "finished"), **details}
        if self._missing:
            note = f"{details['note'].rstrip('.')}. " if details["note"] else ""
            missing = self._what_is_missing()
            details |= {"note": f"{note}Missing: {'; '.join(missing)}.", "limits": missing}
        write_json(self._partial / "run.json", details)
        for name in ("progress.json", STOP_FILE):
            (self._partial / name).unlink(missing_ok=True)
        if self._final.exists() and not self._overwrite:  # put there by somebody while this fit ran
            free = free_name(self._partial, "taken")
            write_json(self._partial / "run.json", {**details, "name": free.name})
            self._partial.rename(free)
            warnings.warn(f"Another run came under this name meanwhile; this one is {free.name!r}.", stacklevel=3)
            return
        if self._final.exists():
            shutil.rmtree(self._final)
        self._partial.rename(self._final)

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
        usual = "val_loss" if "val_loss" in row else "loss"
        self._monitor = self._monitor or usual
        if self._monitor not in row:
            if any(self._monitor in earlier for earlier in self._rows[:-1]):
                return  # validation_freq above 1: not measured this time
            if self._asked_monitor is not None and usual in row:
                there = ", ".join(key for key in row if key not in ("epoch", "seconds"))
                self._say(
                    f"{self._asked_monitor}, which is not logged (there are: {there}): {usual} chooses the best epoch"
                )
                self._monitor = usual
        if self._monitor not in row:
            return
        value = row[self._monitor] * (-1 if is_higher_better(self._monitor) else 1)
        if not np.isfinite(value):
            self._say(f"a {self._monitor} to choose the best epoch by: it was {row[self._monitor]}", epoch)
        elif self._best is None or value < self._best:
            self._best, self._best_epoch = value, epoch + 1
            if self._splits or self._scale is not None:
                self._best_weights = self.model.get_weights()

    def _keep_predictions(self, details: Json) -> None:
        """predictions.npz, and the scores into details; a split that can't be predicted is left out and said."""
        if not self._splits:
            return
        arrays: dict[str, np.ndarray] = {}
        judged: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for name, (_, labels, rows) in self._splits.items():
            with self._going_on(f"the predictions of {name}"):
                found = self._predict(name)
                arrays[f"{name}_rows"], arrays[f"{name}_labels"] = rows.astype(np.int32), labels
                arrays[f"{name}_probabilities"] = found
                known = labels >= 0
                judged[name] = (labels[known], found[known])
        if self._classes and "validation_rows" in arrays:
            arrays["validation_epochs"] = np.array([epoch for epoch, _ in self._classes], dtype=np.int16)
            arrays["validation_epoch_classes"] = np.stack([classes for _, classes in self._classes])
        with self._going_on("its scores"):
            temperature = 1.0
            if "validation" in judged and len(judged["validation"][0]):
                labels, found = judged["validation"]
                temperature = fit_temperature(found, labels)
                details["calibration"] = {"temperature": temperature, "fitted_on": "validation"}
            details["scores"] = {
                name: scores(labels, found, temperature) for name, (labels, found) in judged.items() if len(labels)
            }
        with self._going_on("predictions.npz"):
            write_predictions(self._partial, arrays)

    def _predict(self, split: str, first: int | None = None) -> np.ndarray:
        """Probabilities f32 (N, 7) in our order. Raises FerError for outputs that are none."""
        # Not model.predict: inside fit it would run the user's other callbacks' predict hooks.
        from fer_core.runtime import as_array

        x, batch = self._splits[split][0][:first], 256
        out = [as_array(self.model(x[i : i + batch], training=False)) for i in range(0, len(x), batch)]
        given = np.concatenate(out).astype(np.float32)
        given = given.reshape(len(given), -1)
        if not np.isfinite(given).all():
            raise FerError("the network's outputs are no numbers (NaN or infinity)")
        sums, count = given.sum(axis=1), len(self._wrapping.classes)
        kind = self._wrapping.output
        adds_up = bool(np.allclose(sums, 1, atol=1e-3) and given.min() >= 0)
        if given.shape[1] != count or (kind == "softmax" and not adds_up):
            raise FerError(
                f"splits need a model that gives {count} probabilities a picture; this one gives shape "
                f"{given.shape}, first row summing to {sums[0]:.4g}. End it with a softmax, or say what it gives with "
                "`output` (logits, sigmoid)."
            )
        if kind == "sigmoid" and (given.min() < 0 or given.max() > 1):
            raise FerError(f"output says sigmoid, and the outputs go from {given.min():.3g} to {given.max():.3g}.")
        if kind == "logits" and adds_up:
            raise FerError("output says logits, and the outputs of each picture add up to 1: they are probabilities.")
        return given if kind == "softmax" and self._wrapping.classes == CLASSES else self._wrapping.finish(given)

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
        self._pace.batch(batch, self._epoch_started, now)
        if now - self._last_progress < 1:
            return
        self._last_progress = now
        epochs, batches = self.params.get("epochs") or 1, self.params.get("steps") or batch
        rate = 1 / max(self._pace.seconds_a_batch or (now - self._epoch_started) / batch, 1e-9)
        left = self._pace.seconds_left(self._epoch, epochs, batch, batches)
        batch_size = self._settings.get("batch_size")
        progress = {
            "epoch": self._epoch + 1, "epochs": epochs, "batch": batch, "batches": batches,
            "images_per_second": round(rate * batch_size, 1) if batch_size else None,
            "seconds_left": None if left is None else round(left), "updated": now, "pid": os.getpid(),
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


_held: dict[str, Any] = {}
"""Locks of fits under way in this process, by the run's folder."""


@atexit.register
def _give_all_back() -> None:
    """A fit that was broken off and never followed by another holds its lock to the program's end."""
    while _held:
        _held.popitem()[1].__exit__(None, None, None)


def _takes_raw_pixels(model: Any) -> bool:
    return bool(model.input_shape == (None, 48, 48, 1) and model.output_shape == (None, len(CLASSES)))


def _lambdas(model: Any) -> list[str]:
    """Names of Lambda layers, those of nested models too."""
    from fer_core.runtime import import_keras

    kind = import_keras().layers.Lambda
    return [layer.name for layer in model._flatten_layers() if isinstance(layer, kind)]


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
