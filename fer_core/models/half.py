"""Networks stored at half their size: float16 on disk, float32 when loaded."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np


def round_to_half(model: Any) -> None:
    """Rounds every weight that float16 can hold to the nearest float16, in place."""
    for variable in model.variables:
        value = np.asarray(variable)
        if _fits_half(value):
            variable.assign(value.astype(np.float16).astype(value.dtype))


def save_at_half_size(model: Any, path: Path) -> None:
    """Saves a .keras file whose weights are stored as float16; plain `keras.models.load_model` reads it as float32.

    Keras casts stored values to each variable's type on loading; a weight that float16 can't hold stays as it is.
    """
    import h5py

    whole = path.with_name("whole.keras")
    optimizer, model.optimizer = getattr(model, "optimizer", None), None
    try:
        model.save(whole)
    finally:
        model.optimizer = optimizer
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.namelist():
            data = source.read(item)
            if item.endswith(".weights.h5"):
                buffer = io.BytesIO()
                with h5py.File(io.BytesIO(data)) as old, h5py.File(buffer, "w") as new:
                    _copy_at_half(old, new)
                data = buffer.getvalue()
            target.writestr(item, data)
    whole.unlink()


def _copy_at_half(old: Any, new: Any) -> None:
    for key, value in old.attrs.items():
        new.attrs[key] = value
    for key, item in old.items():
        if hasattr(item, "items"):
            _copy_at_half(item, new.create_group(key))
            continue
        data = item[()]
        new.create_dataset(key, data=data.astype(np.float16) if _fits_half(data) else data)
        for name, value in item.attrs.items():
            new[key].attrs[name] = value


def _fits_half(value: np.ndarray) -> bool:
    """Whether a float32 array survives float16: no overflow, and no more than rounding where values are large."""
    if value.dtype != np.float32 or not value.size:
        return False
    largest = np.abs(value).max()
    return bool(np.isfinite(largest) and largest < 6e4)
