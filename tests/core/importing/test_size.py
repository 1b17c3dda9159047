"""Small files that speak of large networks are refused before anything of that size is made."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.importing import size
from fer_core.importing.foreign import Foreign
from fer_core.importing.open import open_network
from fer_core.runtime import import_keras


def small() -> Any:
    """2,304 pixels, 7 outputs: 16,135 weights."""
    layers = import_keras().layers
    return import_keras().Sequential(
        [layers.Input((48, 48, 1)), layers.Flatten(), layers.Dense(7, activation="softmax", name="last")]
    )


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, change(content) if name == member else content)
    return path


def described(path: Path, kind: str, **changes: Any) -> Path:
    """A file of the small network whose layer of a kind is described otherwise."""

    def change(text: bytes) -> bytes:
        config = json.loads(text)
        for layer in config["config"]["layers"]:
            if layer["class_name"] == kind:
                layer["config"].update(changes)
                layer.pop("build_config", None)
        return json.dumps(config).encode()

    small().save(path)
    return rewritten(path, "config.json", change)


def test_weights_that_the_file_does_not_hold_are_not_made(tmp_path: Path) -> None:
    path = described(tmp_path / "net.keras", "Dense", units=40_000_000)
    with pytest.raises(FerError, match=r"its layers have 92,200,000,000 weights, and it holds 64,540 bytes"):
        open_network(path)


def test_arrays_that_only_the_file_speaks_of_are_not_read(tmp_path: Path) -> None:
    import h5py

    def change(content: bytes) -> bytes:
        inner = tmp_path / "inner.h5"
        inner.write_bytes(content)
        with h5py.File(inner, "r+") as file:
            found: list[str] = []
            file.visititems(lambda name, one: found.append(name) if getattr(one, "shape", 0) == (2304, 7) else None)
            del file[found[0]]
            file.create_dataset(found[0], shape=(2304, 40_000), dtype="f4", chunks=(64, 1024))
        return inner.read_bytes()

    path = tmp_path / "net.keras"
    small().save(path)
    with pytest.raises(FerError, match=r"it speaks of 368,640,028 bytes of weights and holds 28\."):
        open_network(rewritten(path, "model.weights.h5", change))


def test_the_same_in_hdf5(tmp_path: Path) -> None:
    import h5py

    small().save(tmp_path / "net.h5")
    assert open_network(tmp_path / "net.h5").count_params() == 2304 * 7 + 7
    with h5py.File(tmp_path / "net.h5", "r+") as file:
        whole = file.attrs["model_config"]
        file.attrs["model_config"] = whole.replace('"units": 7', '"units": 40000000')
    with pytest.raises(FerError, match=r"its layers have 92,200,000,000 weights"):
        open_network(tmp_path / "net.h5")
    with h5py.File(tmp_path / "net.h5", "r+") as file:
        file.create_dataset("vast", shape=(10**6, 10**6), dtype="f4", chunks=(64, 1024))
    with pytest.raises(FerError, match=r"has 4,000\.0 GB of weights; at most 1 are opened"):
        open_network(tmp_path / "net.h5")


def test_a_layer_that_gives_more_than_fits_is_refused(tmp_path: Path) -> None:
    layers = import_keras().layers
    model = import_keras().Sequential(
        [layers.Input((48, 48, 1)), layers.UpSampling2D(2), layers.GlobalAveragePooling2D(), layers.Dense(7)]
    )
    model.save(tmp_path / "net.keras")
    assert open_network(tmp_path / "net.keras").count_params() == 14

    def change(text: bytes) -> bytes:
        return text.replace(b'"size": [2, 2]', b'"size": [500, 500]')

    with pytest.raises(FerError, match=r"a layer that gives 576,000,000 numbers a picture; at most 32,000,000"):
        open_network(rewritten(tmp_path / "net.keras", "config.json", change))


def test_pictures_that_do_not_fit_are_refused() -> None:
    with pytest.raises(FerError, match=r"takes pictures of \(20000, 20000, 3\); at most 1024 x 1024"):
        _ = Foreign(np.zeros, (20_000, 20_000, 3), 7).form


def test_what_can_not_be_measured_is_left_to_keras() -> None:
    size.check_size({"class_name": "Nothing", "config": {}}, {}, 0, "net.keras")
    size.check_size([], {}, 0, "net.keras")
