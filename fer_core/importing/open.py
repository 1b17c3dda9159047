"""Opens a network's file, told apart by content and not by name."""

import importlib.util
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.importing.foreign import Foreign, of_keras, of_lite
from fer_core.importing.keras_2 import OPERATION, function_of, modernised, operation_class
from fer_core.importing.saved_model import LARGEST, is_saved_model, open_saved_model
from fer_core.importing.size import check_size, check_weights
from fer_core.parsed import LONGEST, parse_json
from fer_core.runtime import import_keras

KINDS = (
    "a network (.keras, .h5, .hdf5, a SavedModel or its zip, .tflite), a history as a table with a row an epoch (csv, "
    "tsv, txt, json), or TensorBoard event files (events.out.tfevents.*)"
)
"""What can come in, in words."""


def unknown(name: str) -> FerError:
    """The refusal of a file that is nothing of it."""
    return FerError(f"{name} is nothing that can come in; that is {KINDS}.")


def kind_of(head: bytes) -> str | None:
    """ "keras" (or another zip), "h5" or "tflite" by a file's first 8 bytes; None for what is no network."""
    if head.startswith(b"\x89HDF"):
        return "h5"
    if head.startswith(b"PK"):
        return "keras"
    return "tflite" if head[4:8] == b"TFL3" else None


def open_foreign(path: Path, trusted: Path | None = None) -> Foreign:
    """The network in a .keras, HDF5 or .tflite file, whatever it is called, or in a SavedModel, a folder or its zip.
    Raises FerError, one sentence, for anything else.

    trusted: a Python file with the classes of custom layers: it is run, with all that this process may do.
    """
    if is_saved_model(path):

        def build(config: Any, name: str) -> Any:
            custom = _custom(trusted)
            _check_layers(config, name, custom)
            return _built(config, custom, name)

        return open_saved_model(path, build)
    if kind_of(_head(path)) == "tflite":
        return of_lite(path.read_bytes(), path.name)
    return of_keras(open_network(path, trusted))


def open_network(path: Path, trusted: Path | None = None) -> Any:
    """The keras.Model in a .keras or HDF5 file, whatever it is called; otherwise as `open_foreign`."""
    kind = kind_of(_head(path))
    if kind == "h5":
        config = _hdf5_config(path)
    elif kind == "keras":
        config = _zip_config(path)
    else:
        raise unknown(path.name)
    custom = _custom(trusted)
    _check_layers(config, path.name, custom)
    check_size(modernised(config), custom, check_weights(path, kind), path.name)
    with tempfile.TemporaryDirectory() as folder:  # Keras goes by the name's ending
        copy = Path(folder) / f"network.{kind}"
        shutil.copyfile(path, copy)
        try:
            if (modern := modernised(config)) != config:
                _rewrite_config(copy, kind, modern)
            return import_keras().models.load_model(copy, custom_objects=custom, compile=False, safe_mode=True)
        except Exception as error:  # Keras raises many kinds
            reason = " ".join(str(error).split())[:200]
            raise FerError(f"{path.name} can't be opened by Keras ({type(error).__name__}: {reason}).") from None


def _custom(trusted: Path | None) -> dict[str, Any]:
    return {OPERATION: operation_class(), **(_classes_of(trusted) if trusted is not None else {})}


def _built(config: Any, custom: dict[str, Any], name: str) -> Any:
    """A model without weights from the description that Keras 2 gives of it."""
    from keras.src.legacy.saving.saving_utils import model_from_config

    try:
        return model_from_config(modernised(config), custom_objects=custom)
    except Exception as error:  # Keras raises many kinds
        reason = " ".join(str(error).split())[:200]
        raise FerError(f"{name} can't be opened by Keras ({type(error).__name__}: {reason}).") from None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise FerError(f"{path} can't be read ({error.strerror}).") from None


def _check_layers(config: Any, name: str, custom: dict[str, Any]) -> None:
    """Raises FerError for layers that are code: Lambda, and classes that are none of Keras' and not in `custom`."""
    layers = import_keras().layers
    for kind, module, layer in _layers_in(config):
        if kind == "Lambda":
            raise FerError(
                f"{name} has a Lambda layer: code inside the file that would run here. Put a built-in layer in its "
                "place (Rescaling, Activation, Reshape and others), and save the network again."
            )
        if kind == OPERATION:
            function_of(layer, name)
        own = module is not None and not module.startswith(("keras", "tf_keras"))
        if kind not in custom and (own or (module is None and not hasattr(layers, kind))):
            raise FerError(
                f"{name} has a layer of the class {kind!r}, which is not one of Keras' own: its code is not in the "
                f"file. In a shell, `python -m fer_core import {name} --trust-code my_layers.py` brings it, where "
                f"my_layers.py defines {kind}."
            )


def _layers_in(config: Any) -> Iterator[tuple[str, str | None, Any]]:
    """(class, module or None, config) of every layer in a model's config, those of nested models too."""
    if isinstance(config, list):
        for one in config:
            yield from _layers_in(one)
    elif isinstance(config, dict):
        inner = config.get("config")
        if config.get("class_name") == "Lambda" and isinstance(inner, dict):  # inside a wrapper, too
            yield "Lambda", None, inner
        if isinstance(config.get("class_name"), str) and isinstance(inner, dict) and "layers" in inner:
            for layer in inner["layers"]:
                if isinstance(layer, dict) and isinstance(layer.get("class_name"), str):
                    kind = layer["class_name"].rpartition(">")[2]
                    if kind not in ("Functional", "Model", "Sequential"):  # their own layers come next
                        yield kind, layer.get("module"), layer.get("config", {})
        for value in config.values():
            yield from _layers_in(value)


def _rewrite_config(path: Path, kind: str, config: Any) -> None:
    if kind == "h5":
        import h5py

        with h5py.File(path, "r+") as file:
            file.attrs["model_config"] = json.dumps(config)
        return
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, json.dumps(config) if name == "config.json" else content)


def _classes_of(path: Path) -> dict[str, Any]:
    """What a user's Python file defines, by name. It is run."""
    keras = import_keras()
    spec = importlib.util.spec_from_file_location("trusted_code", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FerError(f"{path} is no Python file; --trust-code takes the file that defines the network's layers.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the user's file raises
        raise FerError(f"{path} can't be run ({type(error).__name__}: {error}).") from None
    return {
        name: value for name, value in vars(module).items()
        if (isinstance(value, type) and issubclass(value, keras.layers.Layer)) or callable(value)
    }  # fmt: skip


def _hdf5_config(path: Path) -> Any:
    import h5py

    try:
        with h5py.File(path) as file:
            config = file.attrs.get("model_config")
    except OSError:
        raise FerError(f"{path.name} is a damaged HDF5 file.") from None
    if config is None:
        raise FerError(f"{path.name} holds weights only; save the whole network with model.save().")
    return _parsed(config, path.name)


def _zip_config(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as file:
            if sum(one.file_size for one in file.infolist()) > LARGEST:
                raise FerError(f"{path.name} unfolds into more than {LARGEST // 10**9} GB; it is not opened.")
            with file.open("config.json") as member:
                text = member.read(LONGEST + 1)
    except FerError:
        raise
    except Exception:  # zipfile and zlib raise many kinds at damage
        raise FerError(f"{path.name} is a zip file, but not one that Keras wrote whole.") from None
    return _parsed(text, path.name)


def _parsed(text: str | bytes, name: str) -> Any:
    try:
        return parse_json(text)
    except (ValueError, TypeError) as error:
        reason = "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
        raise FerError(f"{name} is damaged: the description of its layers can't be read ({reason}).") from None
