"""FER2013 as a numpy archive: pixels, emotion and usage, with FER+ votes where there are any."""

import math
import zipfile
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np

from fer_core.data.csv_pixels import MOST_PICTURES
from fer_core.data.dataset import SIDE, Dataset, make_dataset
from fer_core.data.folders import Folder, seekable
from fer_core.data.layouts.base import FolderView, Layout
from fer_core.errors import FerError

_MOST_BYTES = 12_000_000_000
"""Half a million pictures as float64 are 9.2 GB; they are unpacked a few hundred at a time."""
_MOST_SMALL = 40_000_000
"""Bytes of labels, usage, rows or votes of half a million pictures, at the most."""
_MOST_TURNED = 200_000_000
"""Bytes of an array that must be turned about in memory."""
_PIECE = 512
_KEYS = ("pixels", "emotion", "usage", "votes", "rows")


class Npz(Layout):
    """Arrays of pixels, labels and usages in one file."""

    name = "npz"
    described = "an .npz"

    def find(self, place: FolderView) -> str | None:
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
        with zipfile.ZipFile(file) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > _MOST_BYTES:
                raise FerError(f"{shown} unpacks to {size / 1e9:.1f} GB; at most {_MOST_BYTES / 1e9:.0f} GB are read.")
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            for key in ("pixels", "emotion"):
                if key not in members:
                    there = ", ".join(sorted(members)[:8]) or "nothing"
                    raise FerError(f"{shown} has no array {key!r}; it holds {there}.")
            arrays = {key: _array(archive, members[key], key, shown) for key in _KEYS if key in members}
    except (FerError, PermissionError):
        raise
    except MemoryError as error:
        raise FerError(f"{shown} does not fit into memory: it claims to hold more pictures than can be.") from error
    except Exception as error:  # zipfile, zlib and numpy's header parser raise a dozen kinds on damage
        if zipfile.is_zipfile(file) or not _starts_as_array(file):
            raise FerError(
                f"{shown} is not a readable .npz file: it is damaged, cut short or something else."
            ) from error
        raise FerError(f"{shown} holds a single array; an .npz with pixels, emotion and usage is expected.") from error
    return from_arrays(arrays, shown)


def _starts_as_array(file: Path | BinaryIO) -> bool:
    try:
        if isinstance(file, Path):
            with file.open("rb") as stream:
                return stream.read(6) == b"\x93NUMPY"
        file.seek(0)
        return file.read(6) == b"\x93NUMPY"
    except (OSError, ValueError):
        return False


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, key: str, shown: str) -> np.ndarray:
    """One member; its header is held against the budgets before anything is unpacked, and pixels of a wide type
    become bytes piece by piece, so that a small file of zeros takes no more memory than its pictures."""
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(stream)
        if dtype.hasobject:
            raise ValueError("objects are never unpickled")
        if dtype.kind not in "iuf":
            kind = "whole numbers from 0 to 255" if key == "pixels" else "whole numbers"
            raise FerError(f"{shown}: {key} has type {str(dtype)[:40]}; {kind} are expected.")
        size = math.prod(shape) * dtype.itemsize
        if size > info.file_size:
            raise FerError(
                f"{shown} is not a readable .npz file: {key} claims {size:,} bytes and holds {info.file_size:,}."
            )
        if not 1 <= len(shape) <= 4 or shape[0] > MOST_PICTURES:
            count = f"{shape[0]:,} rows; at most {MOST_PICTURES:,} pictures are read" if shape else "no rows"
            raise FerError(f"{shown}: {key} has {count}.")
        if key != "pixels" or dtype == np.uint8:
            if fortran and size > _MOST_TURNED:
                raise FerError(f"{shown}: {key} is stored column by column; save it with np.ascontiguousarray first.")
            if size > _MOST_SMALL and key != "pixels":
                raise FerError(f"{shown}: {key} has shape {shape}; one value a picture is expected.")
            flat = _filled(stream, np.empty(math.prod(shape), dtype))
            return flat.reshape(shape, order="F" if fortran else "C")
        return _bytes_of(stream, shape, fortran, dtype, shown)


def _filled(stream: IO[bytes], flat: np.ndarray) -> np.ndarray:
    """A flat array filled from the stream. Raises EOFError where it ends too soon."""
    view = flat.data.cast("B") if flat.size else memoryview(b"")
    done = 0
    while done < len(view):
        piece = stream.read(min(len(view) - done, 1 << 20))
        if not piece:
            raise EOFError("the member ends too soon")
        view[done : done + len(piece)] = piece
        done += len(piece)
    return flat


def _bytes_of(stream: IO[bytes], shape: tuple[int, ...], fortran: bool, dtype: np.dtype, shown: str) -> np.ndarray:
    """Pixels of a wider type as u8 (N, 48, 48), a few hundred pictures at a time."""
    _check_shape(shape, shown)
    if fortran:
        if math.prod(shape) * dtype.itemsize > _MOST_TURNED:
            raise FerError(f"{shown}: pixels is stored column by column; save it with np.ascontiguousarray first.")
        return _pixels(_filled(stream, np.empty(math.prod(shape), dtype)).reshape(shape, order="F"), shown)
    pixels = np.empty((shape[0], SIDE, SIDE), np.uint8)
    for start in range(0, shape[0], _PIECE):
        piece = pixels[start : start + _PIECE]
        wide = _filled(stream, np.empty(piece.size, dtype)).reshape(piece.shape)
        piece[:] = _pixels(wide, shown, start)
    return pixels


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
        if not (np.isfinite(votes) & (votes >= 0) & (votes <= 255)).all():
            raise FerError(f"{shown}: votes holds values outside 0 to 255; counts of votes are expected.")
        votes = votes.astype(np.uint8)
    return make_dataset(Path(shown).stem, pixels, labels, usage, "npz", rows=rows, votes=votes)


def _check_shape(shape: tuple[int, ...], shown: str) -> None:
    if len(shape) < 2 or shape[1:] not in ((SIDE, SIDE), (SIDE, SIDE, 1), (SIDE * SIDE,)):
        raise FerError(f"{shown}: pixels has shape {shape}; (N, {SIDE}, {SIDE}) is expected.")
    if shape[0] == 0:
        raise FerError(f"{shown} holds no pictures: pixels has shape {shape}.")


def _pixels(pixels: np.ndarray, shown: str, first: int = 0) -> np.ndarray:
    """u8 (N, 48, 48); `first` is the number of the first row, for messages."""
    _check_shape(pixels.shape, shown)
    pixels = pixels.reshape(-1, SIDE, SIDE)
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype.kind not in "iuf":
        raise FerError(f"{shown}: pixels has type {pixels.dtype}; whole numbers from 0 to 255 are expected.")
    wrong = ~((pixels >= 0) & (pixels <= 255) & (pixels == np.floor(pixels)))
    if wrong.any():
        row = int(np.flatnonzero(wrong.any(axis=(1, 2)))[0])
        value = pixels[row][wrong[row]][0]
        raise FerError(f"{shown}, row {first + row}: pixel value {value} is not a whole number from 0 to 255.")
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
