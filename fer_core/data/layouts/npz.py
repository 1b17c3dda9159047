"""FER2013 as a numpy archive: pixels, emotion and usage, with FER+ votes where there are any."""

import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from fer_core.data.dataset import SIDE, Dataset, make_dataset
from fer_core.data.folders import Folder, seekable
from fer_core.data.layouts.base import Layout, Place
from fer_core.errors import FerError

_MOST_BYTES = 3_000_000_000
_KEYS = ("pixels", "emotion", "usage", "votes", "rows")


class Npz(Layout):
    """Arrays of pixels, labels and usages in one file."""

    name = "npz"
    described = "an .npz"

    def find(self, place: Place) -> str | None:
        return next((path for name, path in place.files.items() if name.endswith(".npz")), None)

    def takes(self, member: str, start: bytes) -> bool:
        return member.lower().endswith(".npz")

    def is_archive(self, names: list[str]) -> bool:
        return all(name.endswith(".npy") for name in names)  # an .npz by another name

    def load(self, folder: Folder, at: str) -> Dataset:
        with folder.open(at) as stream:
            return load_npz(seekable(stream, folder, at), folder.shown(at))


def load_npz(file: Path | BinaryIO, shown: str) -> Dataset:
    """Reads pixels u8 (N, 48, 48) or (N, 48, 48, 1) or (N, 2304), emotion (N,) -1 to 6 and, where given, usage (N,)
    0 to 3 (training, public, private, test), votes u8 (N, 10) and rows (N,).

    Without usage every picture counts as training. `shown` is the file's name for messages.
    Raises FerError for an archive that is damaged or holds something else.
    """
    try:
        with np.load(file, allow_pickle=False) as archive:
            if isinstance(archive, np.ndarray):
                raise FerError(f"{shown} holds a single array; an .npz with pixels, emotion and usage is expected.")
            size = sum(info.file_size for info in archive.zip.infolist())
            if size > _MOST_BYTES:
                raise FerError(f"{shown} unpacks to {size / 1e9:.1f} GB; at most {_MOST_BYTES / 1e9:.0f} GB are read.")
            names = archive.files
            arrays = {key: archive[key] for key in _KEYS if key in names}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        if isinstance(error, FerError | PermissionError):
            raise
        raise FerError(f"{shown} is not a readable .npz file: it is damaged, cut short or something else.") from error
    except MemoryError as error:
        raise FerError(f"{shown} does not fit into memory: it claims to hold more pictures than can be.") from error
    for key in ("pixels", "emotion"):
        if key not in arrays:
            raise FerError(f"{shown} has no array {key!r}; it holds {', '.join(sorted(names)) or 'nothing'}.")
    return from_arrays(arrays, shown)


def from_arrays(arrays: dict[str, np.ndarray], shown: str) -> Dataset:
    """The Dataset of the arrays of an .npz; see `load_npz`."""
    pixels = _pixels(arrays["pixels"], shown)
    count = len(pixels)
    labels = _integers(arrays["emotion"], "emotion", -1, 6, count, shown)
    usage = _integers(arrays.get("usage", np.zeros(count, np.uint8)), "usage", 0, 3, count, shown)
    rows = arrays.get("rows")
    if rows is not None:
        rows = _integers(rows, "rows", 0, np.iinfo(np.int64).max, count, shown)
    votes = arrays.get("votes")
    if votes is not None:
        if votes.shape != (count, 10):
            raise FerError(f"{shown}: votes has shape {votes.shape}; ({count}, 10) is expected.")
        votes = votes.astype(np.uint8)
    return make_dataset(Path(shown).stem, pixels, labels, usage, "npz", rows=rows, votes=votes)


def _pixels(pixels: np.ndarray, shown: str) -> np.ndarray:
    shapes = (SIDE, SIDE), (SIDE, SIDE, 1), (SIDE * SIDE,)
    if pixels.ndim < 2 or pixels.shape[1:] not in shapes:
        raise FerError(f"{shown}: pixels has shape {pixels.shape}; (N, {SIDE}, {SIDE}) is expected.")
    if len(pixels) == 0:
        raise FerError(f"{shown} holds no pictures: pixels has shape {pixels.shape}.")
    pixels = pixels.reshape(-1, SIDE, SIDE)
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype.kind not in "iuf":
        raise FerError(f"{shown}: pixels has type {pixels.dtype}; whole numbers from 0 to 255 are expected.")
    wrong = ~((pixels >= 0) & (pixels <= 255) & (pixels == np.floor(pixels)))
    if wrong.any():
        row = int(np.flatnonzero(wrong.any(axis=(1, 2)))[0])
        value = pixels[row][wrong[row]][0]
        raise FerError(f"{shown}, row {row}: pixel value {value} is not a whole number from 0 to 255.")
    return pixels.astype(np.uint8)


def _integers(values: np.ndarray, key: str, low: int, high: int, count: int, shown: str) -> np.ndarray:
    if values.shape != (count,):
        raise FerError(f"{shown}: {key} has shape {values.shape}; ({count},) is expected, one value a picture.")
    if values.dtype.kind not in "iu":
        raise FerError(f"{shown}: {key} has type {values.dtype}; whole numbers are expected.")
    wrong = np.flatnonzero((values < low) | (values > high))
    if wrong.size:
        raise FerError(f"{shown}, row {wrong[0]}: {key} {values[wrong[0]]} is outside {low} to {high}.")
    return values
