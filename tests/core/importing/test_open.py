"""Files that are code, or that need code: a sentence that names what is in the way, and what to do."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.importing.keras_2 import modernised
from fer_core.importing.open import open_foreign, open_network
from fer_core.labels import CLASSES
from fer_core.runs import load_run
from fer_core.runtime import import_keras
from tests.core.importing.readable import readable_faces, reader, saved
from tests.core.importing.test_candidates import data_file

OWN = """import keras

class Half(keras.layers.Layer):
    def call(self, x):
        return x * 0.5
"""


@pytest.mark.parametrize("wrapper", [False, True])
@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_lambda_layer_is_refused_wherever_it_is(tmp_path: Path, ending: str, wrapper: bool) -> None:
    keras = import_keras()
    code = keras.layers.Lambda(lambda x: x / 255)
    code = keras.layers.TimeDistributed(code) if wrapper else code
    inner = keras.Sequential([keras.Input((48, 48, 1)), code, keras.layers.Flatten()])
    model = keras.Sequential([keras.Input((48, 48, 1)), inner, keras.layers.Dense(7)])
    with pytest.raises(FerError, match=f"own.{ending} has a Lambda layer"):
        open_network(saved(model, tmp_path / f"own.{ending}"))


def test_a_layer_that_is_only_called_lambda_is_none(tmp_path: Path) -> None:
    keras = import_keras()
    layers = [keras.Input((48, 48, 1)), keras.layers.Flatten(name="Lambda"), keras.layers.Dense(7, name="b")]
    assert open_foreign(saved(keras.Sequential(layers), tmp_path / "a.keras")).outputs == 7


def half_way(folder: Path, ending: str) -> tuple[Path, Path]:
    """A network with a layer of its own, and the file that defines the layer."""
    code = folder / "my_layers.py"
    code.write_text(OWN)
    keras, space = import_keras(), {}
    exec(OWN, space)
    inner = reader(CLASSES)
    entry = keras.Input((48, 48, 1))
    model = keras.Model(entry, inner(space["Half"]()(entry)))
    return saved(model, folder / f"half.{ending}"), code


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_layer_of_ones_own_is_named_and_brought_in_the_shell(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, code = half_way(tmp_path, ending)
    with pytest.raises(FerError, match=r"class 'Half', which is not one of Keras' own.*--trust-code"):
        open_network(path)
    ask = ["import", str(path), "--name", "half", "--data", str(data_file(tmp_path)), "--root", str(tmp_path / "runs")]
    # It halves what it is given, so that 0 to 510 would be right for it; nothing like it is known.
    assert main([*ask, "--trust-code", str(code), "--scale=0..1", "--classes", ",".join(CLASSES)]) == 0
    run = load_run(tmp_path / "runs" / "half")
    assert not run.has_model and run.can_predict
    assert "whose code is not kept" in capsys.readouterr().out
    from fer_core.reading.inference import Predictor

    pixels = readable_faces().pixels[:5]
    own = reader(CLASSES).predict_on_batch(pixels[..., None] / np.float32(510))
    assert np.allclose(Predictor(run).probabilities(pixels), own, atol=5e-3)


def test_code_that_can_not_be_run_is_a_sentence(tmp_path: Path) -> None:
    path, code = half_way(tmp_path, "keras")
    code.write_text("1 / 0")
    with pytest.raises(FerError, match=r"my_layers\.py can't be run \(ZeroDivisionError"):
        open_network(path, code)
    with pytest.raises(FerError, match="no Python file"):
        open_network(path, tmp_path / "nowhere.py")


def test_weights_alone_are_said(tmp_path: Path) -> None:
    reader().save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(FerError, match="holds weights only"):
        open_network(tmp_path / "w.weights.h5")


LAMBDA = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {}}]}}


def zipped(config: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", config)
    return file.getvalue()


def test_damage_beside_a_description_of_keras_2_is_a_sentence(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps({**LAMBDA, "config": {"layers": []}, "module": "tf_keras.models"}))
        archive.writestr("model.weights.h5", b"weights")
    (tmp_path / "net.keras").write_bytes(file.getvalue().replace(b"h5weights", b"h5Weights"))
    with pytest.raises(FerError, match=r"net\.keras can't be opened by Keras \(BadZipFile: Bad CRC-32"):
        open_network(tmp_path / "net.keras")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"text", r"nothing that can come in; that is a network \(.keras, .*\.tflite\), a history .*csv.*event files"),
        (b"\x89HDF\r\n\x1a\n" + bytes(200), "a damaged HDF5 file"),
        (zipped(b"{"), "can't be read"),
        (zipped(b"[" * 100_000), "can't be read"),
        (zipped(b"9" * 5000), "can't be read"),
        (zipped(b" " * 50_000_000), "can't be read"),
        (zipped(b"{}")[:-30], "not one that Keras wrote whole"),
        (zipped(json.dumps(LAMBDA).encode()), "has a Lambda layer"),
    ],
)
def test_what_is_no_network_is_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "net.keras"
    path.write_bytes(data)
    with pytest.raises(FerError, match=said) as caught:
        open_network(path)
    assert "\n" not in str(caught.value)


def saved_model_zip(names: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return file.getvalue()


def changed(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes([data[place] ^ value]) + data[place + 1 :]


WHOLE = saved_model_zip({"m/saved_model.pb": b"graph" * 400})
DIRECTORY = WHOLE.index(b"PK\1\2")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(WHOLE, WHOLE.index(b".pb") + 4, 0xFF), "damaged"),  # zlib
        (changed(changed(WHOLE, 8, 8 ^ 97), DIRECTORY + 10, 8 ^ 97), "damaged"),  # a method that is none
        (changed(changed(WHOLE, 6, 1), DIRECTORY + 8, 1), "damaged"),  # said to be encrypted
        (changed(WHOLE, DIRECTORY + 6, 0xFF), "not one that Keras wrote whole"),  # a version that is none
        (saved_model_zip({"ü": b""}).replace("ü".encode(), b"\xff\xff"), "not one that Keras wrote whole"),
        (saved_model_zip({"a/" * 1199 + "saved_model.pb": b"x"}), "folders in folders"),
        (WHOLE[: DIRECTORY - 30] + WHOLE[DIRECTORY:], "whole|damaged"),
    ],
)
def test_a_damaged_zip_of_a_saved_model_is_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "net.zip"
    path.write_bytes(data)
    with pytest.raises(FerError, match=said) as caught:
        open_foreign(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"\x0a", b"\x0a\x05\x1a\x04root", b"\x0a\x0b\x1a\x04root\x2a\x03[1]", b"\x0a\x0a\x1a\x04root\x2a\x02{a",
     b"\xff" * 300_000],
)  # fmt: skip
def test_a_damaged_description_beside_a_graph_is_none(tmp_path: Path, content: bytes) -> None:
    from fer_core.importing.saved_model import _description

    (tmp_path / "keras_metadata.pb").write_bytes(content)
    assert _description(tmp_path / "keras_metadata.pb") is None


@pytest.mark.parametrize("kind", ["Conv2D", "InputLayer", "ZeroPadding2D", "MaxPooling2D"])
def test_the_shape_that_a_first_layer_of_keras_2_carries_becomes_an_input(kind: str) -> None:
    first = {"class_name": kind, "config": {"name": "first", "batch_input_shape": [None, 48, 48, 1]}}
    then = {"class_name": "Flatten", "config": {"name": "flat", "batch_input_shape": [None, 7]}}
    found = modernised({"class_name": "Sequential", "config": {"name": "net", "layers": [first, then]}})
    layers = found["config"]["layers"]
    if kind == "InputLayer":
        assert [one["config"]["name"] for one in layers] == ["first", "flat"]
        return
    assert layers[0] == {"class_name": "InputLayer", "config": {"batch_shape": [None, 48, 48, 1], "name": "pictures"}}
    assert [one["config"]["name"] for one in layers] == ["pictures", "first", "flat"]
    assert not any("batch_input_shape" in one["config"] for one in layers)
