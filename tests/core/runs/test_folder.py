"""A run's network comes back as it answers, however it was saved."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.runs import load_model, load_run
from fer_core.runtime import import_keras
from tests.conftest import write_run


@pytest.mark.parametrize("written", ["network.keras", "network.h5"])
def test_a_network_opens_without_what_it_was_trained_with(tmp_path: Path, tiny_model: Any, written: str) -> None:
    """A loss of somebody's own is no part of its answers, and nobody here knows it."""
    keras = import_keras()

    def steep(true: Any, answered: Any) -> Any:
        return keras.ops.mean(keras.ops.square(true - answered))

    model = keras.models.clone_model(tiny_model)
    model.set_weights(tiny_model.get_weights())
    model.compile(loss=steep)
    model.save(tmp_path / written)
    folder = write_run(tmp_path, "own")
    (tmp_path / written).rename(folder / "model.keras")
    found = load_model(load_run(folder))
    pixels = np.random.default_rng(3).integers(0, 256, (2, 48, 48, 1)).astype(np.float32)
    np.testing.assert_allclose(found(pixels), tiny_model(pixels), atol=1e-6)
    assert not found.compiled
