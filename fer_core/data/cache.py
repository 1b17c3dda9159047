"""Converted copies of data sets, so that a set that took seconds to read opens at once the next time.

A copy is a folder of plain .npy files, named by a key of what it was made from: path, size and time of change. Pixels
are mapped into memory, not read. Copies are made under a temporary name and renamed; a copy that is incomplete or
damaged counts as absent. The cache is a convenience: where it can't be written, sets are read anew each time.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from fer_core.data.dataset import Dataset

VERSION = 1
KEPT = 6
"""Copies that stay; the ones not used for the longest time go first (one of FER2013 takes 83 MB)."""
_HALF = ".half-"
_ARRAYS = ("pixels", "labels", "split", "rows")


def cache_folder() -> Path:
    """Where converted copies live: the environment variable FER_CACHE, else ~/.cache/fer-lab."""
    named = os.environ.get("FER_CACHE")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "fer-lab"


def key_of(paths: list[Path]) -> str:
    """A key of files by path, size and time of change. Raises OSError for one that is missing."""
    digest = hashlib.sha256(f"version {VERSION}".encode())
    for path in paths:
        status = path.stat()
        digest.update(f"\0{path.absolute()}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:24]


def read(key: str) -> Dataset | None:
    """The copy under a key, its pixels a read-only map of the file; None where there is none that is whole."""
    folder = cache_folder() / "datasets" / key
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy") for name in _ARRAYS[1:]}
        pixels = np.load(folder / "pixels.npy", mmap_mode="r")
        votes = np.load(folder / "votes.npy") if meta["votes"] else None
        whole = (
            meta["version"] == VERSION
            and pixels.shape == (meta["count"], 48, 48)
            and pixels.dtype == np.uint8
            and all(array.shape == (meta["count"],) for array in arrays.values())
            and meta["check"] == _check(arrays)
        )
        if not whole:
            return None
        with contextlib.suppress(OSError):
            os.utime(folder)
        return Dataset(
            name=meta["name"],
            pixels=pixels.view(np.ndarray),
            layout=meta["layout"],
            fingerprint=meta["fingerprint"],
            votes=votes,
            taken=tuple(map(str, meta.get("taken", ()))),
            guessed=tuple(map(str, meta.get("guessed", ()))),
            **arrays,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def write(key: str, dataset: Dataset) -> None:
    """Keeps a copy; whatever the disk refuses is let go."""
    with contextlib.suppress(OSError):
        root = cache_folder() / "datasets"
        root.mkdir(parents=True, exist_ok=True)
        half_made = Path(tempfile.mkdtemp(prefix=_HALF, dir=root))
        try:
            _fill(half_made, dataset)
            shutil.rmtree(root / key, ignore_errors=True)  # a damaged copy
            half_made.rename(root / key)
        finally:
            shutil.rmtree(half_made, ignore_errors=True)
        _prune(root)


def _fill(folder: Path, dataset: Dataset) -> None:
    arrays = {name: getattr(dataset, name) for name in _ARRAYS}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    if dataset.votes is not None:
        np.save(folder / "votes.npy", dataset.votes)
    meta = {
        "version": VERSION,
        "name": dataset.name,
        "layout": dataset.layout,
        "fingerprint": dataset.fingerprint,
        "count": len(dataset),
        "votes": dataset.votes is not None,
        "taken": dataset.taken,
        "guessed": dataset.guessed,
        "check": _check(arrays),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")


def _check(arrays: dict[str, np.ndarray]) -> str:
    """A checksum of the small arrays; the pixels are only checked for being complete, for speed."""
    digest = hashlib.sha256()
    for name in _ARRAYS[1:]:
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()[:16]


def _prune(root: Path) -> None:
    """Removes the copies beyond KEPT, and half-made ones that a killed process left a day ago."""
    ages = {path: path.stat().st_mtime for path in root.iterdir()}
    half_made = [path for path in ages if path.name.startswith(_HALF)]
    whole = sorted(set(ages) - set(half_made), key=ages.__getitem__, reverse=True)
    for path in [*whole[KEPT:], *(path for path in half_made if ages[path] < time.time() - 86_400)]:
        shutil.rmtree(path, ignore_errors=True)
