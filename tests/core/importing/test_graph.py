"""Networks laid flat answer as the network itself does to the picture prepared in plain numpy."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.importing.graph import wrapped
from fer_core.importing.open import open_network
from fer_core.labels import CLASSES
from fer_core.models.wrapping import Wrapping
from fer_core.runtime import import_keras

ALPHABETICAL = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
PICTURES = np.random.default_rng(5).integers(0, 256, (3, 48, 48)).astype(np.float32)


def network(size: int, channels: int, outputs: int, activation: str | None) -> "object":
    """A backbone nested in a model, untrained."""
    keras = import_keras()
    keras.utils.set_random_seed(2)
    layers, shape = keras.layers, (size, size, channels)
    inner = keras.Sequential([keras.Input(shape), layers.Conv2D(5, 3, 3, activation="relu"), layers.Flatten()])
    return keras.Sequential([keras.Input(shape), inner, layers.Dense(outputs, activation)])


def answers(model: "object", x: np.ndarray) -> np.ndarray:
    return np.asarray(model(x, training=False), np.float64)


def test_a_nested_network_of_alphabetical_classes_on_zero_to_one() -> None:
    model = network(48, 3, 7, "softmax")
    flat = wrapped(model, Wrapping((48, 48), 3, "0..1", ALPHABETICAL, "softmax"))
    own = answers(model, np.repeat(PICTURES[..., None] / 255, 3, axis=-1))
    order = [ALPHABETICAL.index(name) for name in CLASSES]
    assert np.allclose(answers(flat, PICTURES[..., None]), own[:, order], atol=1e-5)
    assert not any(hasattr(layer, "layers") for layer in flat.layers)


@pytest.mark.parametrize("kind", ["logits", "sigmoid"])
def test_logits_and_sigmoids_become_probabilities(kind: str) -> None:
    model = network(48, 1, 7, None if kind == "logits" else "sigmoid")
    flat = wrapped(model, Wrapping((48, 48), 1, "-1..1", CLASSES, kind))
    own = answers(model, PICTURES[..., None] / 127.5 - 1)
    own = np.exp(own) if kind == "logits" else own
    assert np.allclose(answers(flat, PICTURES[..., None]), own / own.sum(1, keepdims=True), atol=1e-5)


def test_contempt_is_left_out_and_missing_classes_score_zero() -> None:
    names = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")
    model = network(48, 1, 7, "softmax")
    wrapping = Wrapping((48, 48), 1, "0..255", names, "softmax")
    found = answers(wrapped(model, wrapping), PICTURES[..., None])
    own = answers(model, PICTURES[..., None])[:, [0, 2, 3, 4, 5, 6]]
    assert np.allclose(found[:, :6], own / own.sum(1, keepdims=True), atol=1e-4)
    assert (found[:, 6] == 0).all()
    assert wrapping.left_out == ["contempt"] and wrapping.missing == ["neutral"]


def test_files_are_told_apart_by_content(tmp_path: Path) -> None:
    model = network(48, 1, 7, "softmax")
    model.save(tmp_path / "a.keras")
    (tmp_path / "a.keras").rename(tmp_path / "a.bin")
    assert np.allclose(
        answers(open_network(tmp_path / "a.bin"), PICTURES[..., None]), answers(model, PICTURES[..., None])
    )
    (tmp_path / "text.h5").write_text("no network")
    with pytest.raises(FerError, match="nothing that can come in"):
        open_network(tmp_path / "text.h5")
    with zipfile.ZipFile(tmp_path / "z.keras", "w") as file:
        file.writestr("a", "b")
    with pytest.raises(FerError, match="zip"):
        open_network(tmp_path / "z.keras")


def test_unknown_words_are_named() -> None:
    with pytest.raises(FerError, match="hapy"):
        Wrapping((48, 48), 1, "0..1", (*CLASSES[:6], "hapy"), "softmax")
