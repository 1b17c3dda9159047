"""What was measured, kept in the cache folder by the network's own bytes, the set and the pictures."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from fer_core.data.cache import cache_folder
from fer_core.data.dataset import Dataset
from fer_core.robustness.disturbances import DISTURBANCES
from fer_core.robustness.measure import Robustness
from fer_core.runs import Run
from fer_core.runs.lite_copy import LITE_NAME

VERSION = 2
KEPT = 40
"""Measurements that stay; the ones not used for the longest time go first."""

_ARRAYS = ("rows", "labels", "points", "clean", "disturbed")


def key_of(run: Run, dataset: Dataset, split: str) -> str:
    """A key of the run's network (its bytes), the set's fingerprint, the split, the rows and the disturbances."""
    digest = hashlib.sha256(f"version {VERSION} {dataset.fingerprint} {split}".encode())
    for path in (run.folder / LITE_NAME, run.model_path):
        with contextlib.suppress(OSError):
            digest.update(path.read_bytes())
    digest.update(f"{run.temperature} {[(one.name, one.strengths) for one in DISTURBANCES.values()]}".encode())
    digest.update(np.ascontiguousarray(dataset.rows).data)
    return digest.hexdigest()[:24]


def write(key: str, found: Robustness) -> None:
    """Keeps a measurement. Where the folder can't be written, it is measured anew the next time."""
    folder = cache_folder() / "robustness"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=folder, prefix=".half-")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez_compressed(
                    file, **{name: getattr(found, name) for name in _ARRAYS}, done=np.array(found.done),
                    split=np.array(found.split),
                )  # fmt: skip
            Path(half).replace(folder / f"{key}.npz")
        finally:
            Path(half).unlink(missing_ok=True)
        _prune(folder)


def read(key: str, run: str, data: str) -> Robustness | None:
    """The measurement under a key; None where there is none that is whole.

    It is kept by contents, so a copy under another name finds it, too: `run` and `data` are the names it gets.
    """
    path = cache_folder() / "robustness" / f"{key}.npz"
    if not path.is_file():
        return None
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in _ARRAYS}
            done, split = int(file["done"]), str(file["split"])
    except Exception:  # zipfile, zlib and numpy each raise their own for damaged files
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return Robustness(run, data, split, **arrays, done=done)


def _prune(folder: Path) -> None:
    files = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in files[KEPT:]:
        old.unlink(missing_ok=True)
