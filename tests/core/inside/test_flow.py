"""What flows through: the strongest channel of each layer, as the layer computes it."""

from typing import Any

import numpy as np
import pytest

from fer_core.features import activations
from fer_core.graphs import graph_of
from fer_core.inside.flow import TILE, flow
from fer_core.inside.functions import recognised
from fer_core.runtime import as_array, import_keras


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (48, 48), dtype=np.uint8)


def test_each_layer_shows_its_strongest_channel(tiny_model: Any, picture: np.ndarray) -> None:
    found = flow(tiny_model, picture)
    assert list(found) == list(graph_of(tiny_model).nodes)
    out = activations(tiny_model, "conv2", picture[None])[0]
    strongest = int(out.mean(axis=(0, 1)).argmax())
    one = found["conv2"]
    assert one.channel == strongest
    assert one.mean == pytest.approx(float(out[..., strongest].mean()), rel=1e-5)
    chosen = out[..., strongest]
    shown = np.rint((chosen - chosen.min()) / (chosen.max() - chosen.min()) * 255)
    assert one.picture.shape == (TILE, TILE) and one.picture[::4, ::4].shape == (12, 12)
    assert np.abs(one.picture[::4, ::4].astype(int) - shown).max() <= 1


def test_numbers_without_places_are_bars_from_zero(tiny_model: Any, picture: np.ndarray) -> None:
    one = flow(tiny_model, picture)["probabilities"]
    p = as_array(tiny_model(picture[None, :, :, None].astype(np.float32)))[0]
    assert one.channel == int(p.argmax())
    heights = (one.picture > 0).sum(axis=0)
    column = np.arange(TILE) * 7 // TILE
    assert heights[np.flatnonzero(column == one.channel)[0]] == TILE
    assert heights[np.flatnonzero(column == int(p.argmin()))[0]] == max(1, round(TILE * p.min() / p.max()))


def test_the_input_is_the_picture_itself(tiny_model: Any, picture: np.ndarray) -> None:
    low, high = float(picture.min()), float(picture.max())
    shown = np.rint((picture - low) / (high - low) * 255)
    assert np.abs(flow(tiny_model, picture)["pixels"].picture - shown).max() <= 1


def test_a_function_that_gives_another_shape_is_not_recognised_by_its_name() -> None:
    keras = import_keras()
    assert recognised(keras.ops.relu, "relu", {"top": np.inf, "slope": 0.0, "threshold": 0.0})
    for other in (lambda x: keras.ops.relu(x)[None], lambda x: keras.ops.relu(x)[:, :54], lambda x: keras.ops.relu(-x)):
        assert not recognised(other, "relu", {"top": np.inf, "slope": 0.0, "threshold": 0.0})
    assert not recognised(keras.ops.relu, "of nobody", {})
