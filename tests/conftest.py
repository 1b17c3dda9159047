"""Shared by all tests: no real data set, no warm-up thread, small synthetic runs."""

import csv
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

# Before anything imports TensorFlow: two test workers on two cores gain nothing from two threads each.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ["FER_WARM"] = "0"

from fer_core.data.dataset import Dataset, make_dataset
from fer_core.evaluation.metrics import scores

REPO = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--shuffle SEED`: files in another order, and the tests within each; what fails then leans on another test."""
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run files, and the tests in each, in a random order")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffles where asked to; tests of a file stay together, so that what they share is made once."""
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    by_file: dict[Path, list[pytest.Item]] = {}
    for item in items:
        by_file.setdefault(item.path, []).append(item)
    chosen = random.Random(seed)
    files = list(by_file.values())
    chosen.shuffle(files)
    for tests in files:
        chosen.shuffle(tests)
    items[:] = [item for tests in files for item in tests]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes go by their argument's name: those of a zip hold the time at which they were made, and two workers that
    name a test differently run none."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever data set, runs and cache the machine has, tests see none of them."""
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_RUNS", raising=False)
    monkeypatch.setenv("FER_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    # A page run by AppTest stays behind as the main module, and a process that a later test spawns would run it again.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def tiny_faces(per_class: int = 6, seed: int = 0) -> Dataset:
    """A synthetic set of blurred noise: 7 classes, `per_class` in each of train, public and private."""
    rng = np.random.default_rng(seed)
    count = 7 * per_class * 3
    coarse = rng.integers(20, 235, (count, 6, 6), dtype=np.uint8)
    pixels = coarse.repeat(8, axis=1).repeat(8, axis=2)
    labels = np.tile(np.arange(7), per_class * 3)
    split = np.repeat([0, 1, 2], 7 * per_class)
    return make_dataset("tiny", pixels, labels, split, "npz")


@pytest.fixture
def dataset() -> Dataset:
    return tiny_faces()


def write_run(
    root: Path,
    name: str,
    dataset: Dataset | None = None,
    seed: int = 0,
    skill: float = 1.5,
    epochs: int = 5,
    **config: Any,
) -> Path:
    """A synthetic run folder without a model: random predictions that favour the true class by `skill`."""
    dataset = dataset or tiny_faces()
    rng = np.random.default_rng(seed)
    folder = root / name
    folder.mkdir(parents=True)
    arrays, measured = {}, {}
    parts = {"validation": dataset.subset("train"), "public": dataset.subset("public")}
    parts["private"] = dataset.subset("private")
    for split, part in parts.items():
        logits = rng.normal(size=(len(part), 7)) + skill * np.eye(7)[part.labels]
        probabilities = (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32)
        arrays |= {
            f"{split}_rows": part.rows.astype(np.int32),
            f"{split}_labels": part.labels,
            f"{split}_probabilities": probabilities,
        }
        measured[split] = scores(part.labels, probabilities)
    held = len(parts["validation"])
    arrays["validation_epochs"] = np.arange(epochs, dtype=np.int16)
    arrays["validation_epoch_classes"] = rng.integers(0, 7, (epochs, held), dtype=np.uint8)
    np.savez_compressed(folder / "predictions.npz", **arrays)
    with (folder / "history.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "accuracy", "loss", "val_accuracy", "val_loss", "learning_rate", "seconds"])
        for epoch in range(epochs):
            rise = epoch / epochs
            writer.writerow([epoch, 0.2 + rise / 2, 2 - rise, 0.2 + rise / 3, 2 - rise / 2, 0.002, 10.0])
    record = {
        "format": 1,
        "name": name,
        "note": "synthetic",
        "tags": [],
        "status": "finished",
        "created": "2026-01-01T00:00:00+00:00",
        "model": {"name": "tiny", "options": {}, "parameters": 7, "trainable_parameters": 7, "multiply_adds": 7},
        "dataset": {
            "name": dataset.name,
            "layout": dataset.layout,
            "fingerprint": dataset.fingerprint,
            "counts": dataset.counts(),
            "validation": {"fraction": 0.1, "seed": 0},
        },
        "preprocessing": {"normalisation": "none"},
        "augmentation": None,
        "training": {
            "optimizer": "nadam",
            "learning_rate": 0.002,
            "epochs_asked": epochs,
            "epochs_run": epochs,
            "seed": 0,
        },
        "best_epoch": epochs,
        "seconds": 50.0,
        "calibration": {"temperature": 1.0},
        "scores": measured,
        **config,
    }
    (folder / "run.json").write_text(json.dumps(record))
    return folder


@pytest.fixture
def runs_root(tmp_path: Path) -> Path:
    """Three synthetic runs on the same tiny set: weak, middling, strong."""
    root = tmp_path / "runs"
    for seed, (name, skill) in enumerate((("weak", 0.5), ("middling", 1.5), ("strong", 3.0))):
        write_run(root, name, seed=seed, skill=skill)
    return root


@pytest.fixture(scope="session")
def tiny_model() -> Any:
    """An untrained network of a few hundred weights with the usual ends; never change it."""
    from fer_core.runtime import import_keras

    keras = import_keras()
    keras.utils.set_random_seed(1)
    layers = keras.layers
    inputs = keras.Input((48, 48, 1), name="pixels")
    x = layers.Rescaling(1 / 255, name="rescale")(inputs)
    x = layers.Conv2D(4, 3, padding="same", activation="selu", name="conv1")(x)
    x = layers.MaxPooling2D(4, name="pool1")(x)
    x = layers.Conv2D(6, 3, padding="same", activation="selu", name="conv2")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    x = layers.Dense(7, name="logits")(x)
    outputs = layers.Activation("softmax", name="probabilities")(x)
    return keras.Model(inputs, outputs, name="tiny")


@pytest.fixture
def model_root(tmp_path: Path, tiny_model: Any) -> Path:
    """A root with one synthetic run, "tiny", that has a (random) model too."""
    root = tmp_path / "model_runs"
    folder = write_run(root, "tiny")
    tiny_model.save(folder / "model.keras")
    return root


def strangers_set(path: Path, test: int = 0) -> Path:
    """An npz of 30 drawn faces, the last `test` of them a test part; noise at row 4, a black picture at row 17, both
    called no face by the voters."""
    from fer_core import data

    drawn = data.drawn_dataset(count=35, seed=1)
    pixels = drawn.pixels[:30].copy()
    pixels[4] = np.random.default_rng(0).integers(0, 256, (48, 48))
    pixels[17] = 0
    votes = np.zeros((30, 10), np.uint8)
    votes[:, 0] = 10
    votes[[4, 17], 0], votes[[4, 17], 9] = 1, 9
    usage = np.repeat([0, 1], [30 - test, test]).astype(np.uint8)
    np.savez(path, pixels=pixels, emotion=drawn.labels[:30], usage=usage, votes=votes)
    return path
