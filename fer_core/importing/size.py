"""How large a network will be, before anything of it is made: a small file may speak of billions of weights."""

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.runtime import import_keras

MOST_BYTES = 1_000_000_000
"""Of the weights that a file brings, unpacked."""
MOST_VALUES = 32_000_000
"""Numbers that one layer gives for one picture."""
_LEAST_BYTES = 2
"""Of a weight: float16."""
_ALWAYS = 100_000
"""Weights that a network may have whatever its file holds: layers have some that are not stored."""
_WEIGHTS = "model.weights.h5"
_OF_TRAINING = ("compile_config", "build_config")


def check_weights(path: Path, kind: str) -> int:
    """Bytes of the arrays in a .keras (kind "keras") or HDF5 file ("h5"), as it says itself; nothing is unpacked.

    Raises FerError where they are more than MOST_BYTES, or many times what the file holds of them.
    """
    import h5py

    try:
        if kind == "h5":
            with h5py.File(path) as file:
                said, stored = _arrays(file)
        else:
            with zipfile.ZipFile(path) as archive, archive.open(_WEIGHTS) as member, h5py.File(member) as file:
                said, stored = _arrays(file)
    except (KeyError, OSError, ValueError, RuntimeError):  # no HDF5 in it, or damage: Keras says what is missing
        return 0
    except Exception:  # zipfile and zlib raise many kinds at damage
        return 0
    if said > MOST_BYTES:
        raise FerError(f"{path.name} has {said / 1e9:,.1f} GB of weights; at most {MOST_BYTES // 10**9} are opened.")
    if said > 20 * stored + 1_000_000:
        raise FerError(f"{path.name} is damaged: it speaks of {said:,} bytes of weights and holds {stored:,}.")
    return said


def _arrays(file: Any) -> tuple[int, int]:
    """Bytes that the arrays of an HDF5 file take in memory, and in the file."""
    import h5py

    said, stored = 0, 0

    def look(_: str, one: Any) -> None:
        nonlocal said, stored
        if isinstance(one, h5py.Dataset):
            said += math.prod(one.shape or ()) * one.dtype.itemsize
            stored += one.id.get_storage_size()

    file.visititems(look)
    return said, stored


def check_size(config: Any, custom: Mapping[str, Any], weights: int, name: str) -> None:
    """Raises FerError where the description of a network asks for more weights than its file has bytes for, or for
    layers that give more than MOST_VALUES numbers a picture. What can't be built is left to whoever builds it.

    config: as Keras 3 keeps it. weights: bytes of the arrays in the file.
    """
    found = _measured(config, custom)
    if found is None:
        return
    count, widest = found
    if count > weights // _LEAST_BYTES + _ALWAYS:
        raise FerError(f"{name} is damaged: its layers have {count:,} weights, and it holds {weights:,} bytes of them.")
    if widest > MOST_VALUES:
        raise FerError(f"{name} has a layer that gives {widest:,} numbers a picture; at most {MOST_VALUES:,} fit here.")


def _measured(config: Any, custom: Mapping[str, Any]) -> tuple[int, int] | None:
    """Weights, and the numbers of the widest layer, of a network that is described but not made; None where that fails.

    Under Keras' stateless scope variables have shapes and no values.
    """
    from keras.src.backend.common import global_state
    from keras.src.backend.common.stateless_scope import StatelessScope

    waiting = "uninitialized_variables"
    before = list(global_state.get_global_attribute(waiting) or [])
    try:
        with StatelessScope(initialize_variables=False):
            model = _described(config, custom)
        count = sum(math.prod(one.shape) for one in model.variables)
        return count, max((_given(layer) for layer in model.layers), default=0)
    except Exception:  # Keras raises many kinds
        return None
    finally:
        global_state.set_global_attribute(waiting, before)


def _described(config: Any, custom: Mapping[str, Any]) -> Any:
    """The model that a description speaks of, as .keras files or as HDF5 files have it."""
    from keras.src.legacy.saving.saving_utils import model_from_config

    bare = {key: value for key, value in config.items() if key not in _OF_TRAINING}
    try:
        return import_keras().saving.deserialize_keras_object(bare, custom_objects=dict(custom), safe_mode=True)
    except Exception:  # of a kind for each thing that Keras 2 wrote otherwise
        return model_from_config(bare, custom_objects=dict(custom))


def _given(layer: Any) -> int:
    """Numbers a picture that a layer gives."""
    tensors = [one for node in layer._inbound_nodes for one in node.output_tensors]
    return max((math.prod(size or 1 for size in one.shape[1:]) for one in tensors), default=0)
