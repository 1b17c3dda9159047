"""The Keras callback that evaluates each epoch on the validation part and keeps the journal."""

import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.models.batched import predict_in_batches
from fer_core.runs.kept_epochs import keep_epoch
from fer_core.runtime import import_keras
from fer_core.training.config import TrainingConfig
from fer_core.training.journal import Journal
from fer_core.training.optimiser import averaged_weights
from fer_core.training.system_figures import SystemFigures


@dataclass(frozen=True)
class Watched:
    """The validation part as training watches it.

    Attributes:
        pixels: u8 (N, 48, 48). targets: f32 (N, 7), rows that sum to 1. known: bool (N,), which count.
    """

    pixels: np.ndarray
    targets: np.ndarray
    known: np.ndarray

    def measure(self, probabilities: np.ndarray) -> dict[str, float]:
        """val_accuracy and val_loss of probabilities f32 (N, 7): how often the most probable class has the greatest
        target (a shared first place counts), and the mean cross-entropy in nats, clipped at 1e-7."""
        p, t = probabilities[self.known].astype(np.float64), self.targets[self.known]
        chosen = t[np.arange(len(t)), p.argmax(axis=1)]
        loss = -(t * np.log(np.clip(p, 1e-7, 1))).sum(axis=1).mean()
        return {"val_accuracy": float(np.mean(chosen == t.max(axis=1))), "val_loss": float(loss)}


def epoch_callback(
    config: TrainingConfig,
    journal: Journal,
    batches: Any,
    validation: Watched,
    report: Callable[[str], None],
    keep: Collection[int] = (),
) -> Any:
    """A keras.callbacks.Callback; `report` takes lines.

    keep: epochs, counted from 1, whose networks are kept, see `fer_core.runs.kept_epochs`.
    """
    keras = import_keras()
    sign = 1 if config.monitor == "val_accuracy" else -1

    base: Any = keras.callbacks.Callback

    figures = SystemFigures()

    class EpochEnd(base):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            batches.epoch = epoch
            self.started = time.time()
            self.done = 0

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.done = batch + 1
            size = config.batch_size
            journal.progress(journal.epochs_run, config.epochs, self.done, len(batches), size, self.started)
            if journal.stop_asked():
                self.model.stop_training = True

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if self.done < len(batches):  # stopped half-way: half an epoch is no row of the history
                return
            asked = figures.of_epoch(self.done * config.batch_size, time.time() - self.started)
            with averaged_weights(self.model):
                probabilities = predict_in_batches(self.model, validation.pixels)
                row = {**self._row(logs or {}, probabilities), **asked}
                value = row[config.monitor]
                better = bool(np.isfinite(value)) and (journal.best is None or sign * value > sign * journal.best)
                if better or journal.best is None:
                    _write_weights(self.model, journal.fresh_weights)
                if journal.epochs_run + 1 in keep:
                    keep_epoch(journal.folder, self.model, journal.epochs_run + 1)
            journal.add_epoch(row, probabilities.argmax(axis=1), value, better)
            journal.save_state(self.model)
            report(_line(journal, config, row, better))
            if journal.waited >= config.patience or journal.stop_asked():
                self.model.stop_training = True

        def _row(self, logs: dict[str, Any], probabilities: np.ndarray) -> dict[str, float]:
            return {
                "accuracy": float(logs["accuracy"]),
                "loss": float(logs["loss"]),
                **validation.measure(probabilities),
                "learning_rate": float(np.asarray(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))),
                "seconds": round(time.time() - self.started, 3),
            }

    return EpochEnd()


def _write_weights(model: Any, path: Path) -> None:
    """Writes a .weights.h5 file by way of the system's folder for temporary files: where the disk runs full under the
    HDF5 library's own hands, it ends the process as it closes."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        model.save_weights(whole)
        path.write_bytes(whole.read_bytes())


def _line(journal: Journal, config: TrainingConfig, row: dict[str, float], better: bool) -> str:
    return (
        f"epoch {journal.epochs_run}/{config.epochs}  loss {row['loss']:.4f}  accuracy {row['accuracy']:.4f}  "
        f"val_loss {row['val_loss']:.4f}  val_accuracy {row['val_accuracy']:.4f}  {row['seconds']:.0f} s"
        f"{'  best' if better else ''}"
    )
