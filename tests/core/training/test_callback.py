"""The callback of an epoch's end, with a network in name only: what is kept, when training ends, what is written."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fer_core.runtime import import_keras
from fer_core.training import callback
from fer_core.training.config import TrainingConfig
from fer_core.training.journal import Journal

BATCHES = 3


class Network:
    """Has one weight, which says its epoch, and answers class 2."""

    def __init__(self) -> None:
        self.optimizer = SimpleNamespace(learning_rate=import_keras().ops.convert_to_tensor(0.25))
        self.stop_training = False
        self.weight = 0

    def save_weights(self, path: Path) -> None:
        Path(path).write_text(str(self.weight))

    save = save_weights


class Training:
    """Epochs of a network whose loss on the validation part is as said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, losses: list[float], **settings: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.journal, self.network, self.lines = Journal(folder), Network(), []
        keep = settings.pop("keep", ())
        config = TrainingConfig(name="some", monitor="val_loss", batch_size=10, **settings)
        answers = np.eye(7, dtype=np.float32)[[2, 2]]
        monkeypatch.setattr(callback, "predict_in_batches", lambda model, pixels: answers)
        monkeypatch.setattr(callback, "averaged_weights", lambda model: nullcontext())
        self.kept: list[int] = []
        monkeypatch.setattr(callback, "keep_epoch", lambda folder, model, epoch: self.kept.append(epoch))
        said = iter(losses)
        watched = SimpleNamespace(pixels=None, measure=lambda p: {"val_accuracy": 0.5, "val_loss": next(said)})
        batches = type("Batches", (), {"__len__": lambda self: BATCHES, "epoch": None})()
        self.batches = batches
        self.callback = callback.epoch_callback(config, self.journal, batches, watched, self.lines.append, keep)
        self.callback.set_model(self.network)

    def epoch(self, number: int, batches: int = BATCHES) -> bool:
        """Runs one; whether training is to end."""
        self.callback.on_epoch_begin(number)
        for batch in range(batches):
            self.callback.on_train_batch_end(batch)
        self.network.weight = number + 1
        self.callback.on_epoch_end(number, {"accuracy": 0.75, "loss": 1.5})
        return self.network.stop_training


def test_the_best_epoch_s_weights_are_kept_and_patience_counts_from_it(tmp_path, monkeypatch) -> None:
    run = Training(tmp_path / "run", monkeypatch, [0.9, 0.7, 0.8, 0.7, 0.75], patience=3)
    assert [run.epoch(number) for number in range(5)] == [False, False, False, False, True]
    assert (run.journal.best, run.journal.best_epoch, run.journal.waited) == (0.7, 2, 3)
    assert run.journal.best_weights.read_text() == "2"
    assert [line.endswith("best") for line in run.lines] == [True, True, False, False, False]


def test_a_loss_that_is_no_number_is_never_the_best_and_the_weights_are_there_all_the_same(
    tmp_path, monkeypatch
) -> None:
    run = Training(tmp_path / "run", monkeypatch, [np.nan, np.nan, 2.5, np.inf], patience=9)
    run.epoch(0)
    assert run.journal.best is None and run.journal.best_weights.read_text() == "1"
    run.epoch(1)
    assert run.journal.waited == 2 and run.journal.best_weights.read_text() == "2"
    run.epoch(2)
    run.epoch(3)
    assert (run.journal.best, run.journal.best_epoch) == (2.5, 3) and run.journal.best_weights.read_text() == "3"


def test_half_an_epoch_is_no_row(tmp_path, monkeypatch) -> None:
    run = Training(tmp_path / "run", monkeypatch, [0.9, 0.8], patience=9)
    run.epoch(0)
    run.epoch(1, batches=BATCHES - 1)
    assert run.journal.epochs_run == 1 and len(run.lines) == 1 and run.batches.epoch == 1
    (row,) = run.journal.rows
    assert (row["epoch"], row["accuracy"], row["loss"], row["val_loss"]) == (0, 0.75, 1.5, 0.9)
    assert row["learning_rate"] == 0.25


def test_the_epochs_asked_for_are_kept_and_a_stop_ends_it(tmp_path, monkeypatch) -> None:
    run = Training(tmp_path / "run", monkeypatch, [0.9, 0.8, 0.7], patience=9, keep=(1, 3))
    run.epoch(0)
    (tmp_path / "run" / "STOP").touch()
    assert run.epoch(1) and run.journal.epochs_run == 2 and run.kept == [1]
