"""Opens a network's file, told apart by content and not by name."""

import json
import zipfile
from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.runtime import import_keras


def open_network(path: Path) -> Any:
    """The keras.Model in a .keras or HDF5 file, whatever it is called. Raises FerError, one sentence, otherwise."""
    import shutil
    import tempfile

    try:
        head = path.read_bytes()[:8]
    except OSError as error:
        raise FerError(f"{path} can't be read ({error.strerror}).") from None
    if head.startswith(b"\x89HDF"):
        suffix, config = ".h5", _hdf5_config(path)
    elif head.startswith(b"PK"):
        suffix, config = ".keras", _zip_config(path)
    else:
        raise FerError(f"{path} is neither a .keras nor an HDF5 file of Keras; save the network with model.save().")
    if '"Lambda"' in config:
        raise FerError(f"{path} has a Lambda layer, code that would run here; put built-in layers in its place.")
    with tempfile.TemporaryDirectory() as folder:  # Keras goes by the name's ending
        copy = Path(folder) / f"network{suffix}"
        shutil.copyfile(path, copy)
        try:
            return import_keras().models.load_model(copy, compile=False, safe_mode=True)
        except Exception as error:  # Keras raises many kinds
            reason = " ".join(str(error).split())[:200]
            raise FerError(f"{path} can't be opened by Keras ({type(error).__name__}: {reason}).") from None


def _hdf5_config(path: Path) -> str:
    import h5py

    try:
        with h5py.File(path) as file:
            config = file.attrs.get("model_config")
    except OSError:
        raise FerError(f"{path} is a damaged HDF5 file.") from None
    if config is None:
        raise FerError(f"{path} holds weights only; save the whole network with model.save().")
    return json.dumps(json.loads(config))


def _zip_config(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as file:
            return json.dumps(json.loads(file.read("config.json")))
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise FerError(f"{path} is a zip file, but not one that Keras wrote whole.") from None
