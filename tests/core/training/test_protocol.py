"""What a training holds to: who is fitted, who validates, what is fitted where, and what a kill may not change."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.data.augmentation import Augmentation
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.runtime import import_keras
from fer_core.training import run as training
from fer_core.training import train
from fer_core.training.batches import training_batches
from fer_core.training.journal import Journal
from fer_core.training.optimiser import compile_model
from tests.conftest import tiny_faces
from tests.core.training.test_training import config


class Begun(BaseException):
    """Ends a training where its network would be built, as a kill would."""


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., np.ndarray]:
    """What a training would be fitted on: u8 (N, 48, 48), batches and normalisation alike, without training."""
    caught: list[np.ndarray] = []

    def batches(config: Any, pixels: np.ndarray, *more: Any) -> list[Any]:
        caught.append(pixels)
        return []

    def stop(config: Any, pixels: np.ndarray, *more: Any) -> None:
        np.testing.assert_array_equal(pixels, caught[-1])
        raise Begun

    monkeypatch.setattr(training, "_batches", batches)
    monkeypatch.setattr(training.network, "start", stop)

    def ask(data: Dataset, root: str = "", **given: Any) -> np.ndarray:
        with pytest.raises(Begun):
            train(config(**given), data, tmp_path / (root or str(len(caught))))
        return caught[-1]

    return ask


def test_the_validation_part_moves_with_its_own_seed_alone(fitted) -> None:
    faces = tiny_faces(per_class=20)
    first = fitted(faces, seed=1, split_seed=4, validation_fraction=0.3)
    other_training = fitted(faces, seed=2, split_seed=4, validation_fraction=0.3)
    other_split = fitted(faces, seed=1, split_seed=5, validation_fraction=0.3)
    np.testing.assert_array_equal(first, other_training)
    assert first.shape == other_split.shape == (98, 48, 48) and not np.array_equal(first, other_split)


def test_a_limit_draws_by_the_training_seed_and_leaves_the_validation_part_out(fitted) -> None:
    faces = tiny_faces(per_class=20)
    whole = {bytes(picture) for picture in fitted(faces, split_seed=4)}
    some = [[bytes(picture) for picture in fitted(faces, seed=seed, split_seed=4, limit=9)] for seed in (1, 2)]
    assert len(some[0]) == 9 and set(some[0]) != set(some[1]) and set(some[0]) | set(some[1]) <= whole


def test_a_run_begun_on_one_set_is_not_taken_up_on_another(fitted, tmp_path) -> None:
    fitted(tiny_faces(seed=0), "here")
    with pytest.raises(FerError, match="unfinished run with other settings or data"):
        train(config(), tiny_faces(seed=1), tmp_path / "here")
    fitted(tiny_faces(seed=0), "here")


def test_augmentation_is_another_in_every_epoch_batch_and_seed_and_the_same_when_asked_again() -> None:
    one = np.arange(48 * 48, dtype=np.uint32).reshape(48, 48).astype(np.uint8)
    pixels, targets = np.repeat(one[None], 10, axis=0), np.eye(7, dtype=np.float32)[[3] * 10]

    def drawn(seed: int, epoch: int, index: int) -> bytes:
        batches = training_batches(pixels, targets, 5, Augmentation(rotation=9, shift=0.1), seed)
        batches.epoch = epoch
        return batches[index][0].tobytes()

    places = [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 1, 0)]
    assert len({drawn(*place) for place in places}) == len(places)
    assert drawn(0, 1, 1) == drawn(0, 1, 1)


def test_label_smoothing_is_in_the_loss() -> None:
    keras = import_keras()
    said = np.array([[0.1, 0.05, 0.5, 0.05, 0.1, 0.15, 0.05]], np.float32)
    right = np.eye(7, dtype=np.float32)[[2]]
    model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(7, activation="softmax")])
    for share in (0.0, 0.21):
        compile_model(model, config(label_smoothing=share), 1)
        by_hand = -(1 - share) * np.log(0.5) - share / 7 * np.log(said).sum()
        assert float(model.loss(right, said)) == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_weight_decay_shrinks_kernels_and_spares_biases_scales_and_offsets(optimizer) -> None:
    keras = import_keras()
    layers = [
        keras.layers.Conv2D(2, 3, bias_initializer="ones"),
        keras.layers.BatchNormalization(beta_initializer="ones"),
    ]
    model = keras.Sequential([keras.Input((5, 4, 1)), *layers])
    compile_model(model, config(optimizer=optimizer, weight_decay=0.2, learning_rate=0.5), 1)
    before = {v.path.split("/", 1)[-1]: v.numpy() for v in model.trainable_weights}
    model.optimizer.apply([np.zeros(v.shape, np.float32) for v in model.trainable_weights], model.trainable_weights)
    shrunk = {
        v.path.split("/")[-1]: float((v.numpy() / before[v.path.split("/", 1)[-1]]).mean())
        for v in model.trainable_weights
    }
    assert shrunk == pytest.approx({"kernel": 0.9, "bias": 1, "gamma": 1, "beta": 1})


class _Model:
    """Stands for a network where only its file is wanted."""

    def save(self, path: Path) -> None:
        path.write_text("network")


def _epoch(journal: Journal, value: float, better: bool) -> None:
    if better:
        journal.fresh_weights.write_text(f"weights of {value}")
    journal.add_epoch({"val_loss": value, "seconds": 2.5}, np.array([3, 1]), value, better)
    journal.save_state(_Model())


def test_what_is_taken_up_is_all_that_was_known_and_each_epoch_stands_once(tmp_path) -> None:
    journal = Journal(tmp_path)
    for value, better in ((0.9, True), (0.7, True), (0.8, False), (0.75, False)):
        _epoch(journal, value, better)
    again = Journal(tmp_path)
    assert again.take_up()
    assert (again.epochs_run, again.best, again.best_epoch, again.waited, again.seconds) == (4, 0.7, 2, 2, 10.0)
    assert again.best_weights.read_text() == "weights of 0.7"
    _epoch(again, 0.71, False)
    assert again.waited == 3
    with (tmp_path / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["val_loss"] for row in rows] == ["0.9", "0.7", "0.8", "0.75", "0.71"]
    assert len(again.epoch_classes) == 5


def test_patience_goes_on_where_it_stood(tmp_path) -> None:
    journal = Journal(tmp_path)
    for value, better in ((0.9, True), (0.95, False), (0.96, False)):
        _epoch(journal, value, better)
    again = Journal(tmp_path)
    again.take_up()
    unasked: Any = None
    assert training._fit(config(epochs=9, patience=2), again, unasked, [], unasked, print, ()) == "finished"
