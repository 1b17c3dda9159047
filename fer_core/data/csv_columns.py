"""What the columns of a csv mean: labels, usages, ids and votes, for every layout that has csv files."""

import csv
import io
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from fer_core.data.csv_pixels import Table, read_table
from fer_core.data.dataset import SPLITS, Dataset, make_dataset
from fer_core.data.folders import Folder, join
from fer_core.errors import FerError

USAGES = {b"training": 0, b"train": 0, b"publictest": 1, b"public": 1, b"privatetest": 2, b"private": 2, b"test": 3}
"""The words of a Usage column, in lower case, as indices into SPLITS."""
OFFICIAL = {"train": 28709, "public": 3589, "private": 3589}
"""How many pictures FER2013 has."""
VOTES_FILE = "fer2013new.csv"
_LABEL_COLUMNS = ("emotion", "label")
TRAIN, TEST = SPLITS.index("train"), SPLITS.index("test")


@dataclass(frozen=True)
class Rows:
    """One csv's pictures, labels i8 with -1 where not given, splits u8, and ids i64 or None."""

    table: Table
    labels: np.ndarray
    split: np.ndarray
    ids: np.ndarray | None


def finish(
    name: str,
    pixels: np.ndarray,
    labels: np.ndarray,
    split: np.ndarray,
    layout: str,
    rows: np.ndarray | None,
    votes: np.ndarray | None,
) -> Dataset:
    return make_dataset(official_name(split) or name, pixels, labels, split, layout, rows=rows, votes=votes)


def official_name(split: np.ndarray) -> str | None:
    """ "fer2013" where the splits have FER2013's sizes, with the test halves told apart or not; else None."""
    counts = np.bincount(split, minlength=4).tolist()
    official = list(OFFICIAL.values())
    whole = counts in ([*official, 0], [official[0], 0, 0, official[1] + official[2]])
    return "fer2013" if whole else None


def read_rows(folder: Folder, member: str) -> Rows:
    with folder.open(member) as stream:
        table = read_table(stream, folder.shown(member))
    label_column = next((name for name in _LABEL_COLUMNS if name in table.columns), None)
    stem = PurePosixPath(member).stem.lower()
    if label_column is None and ("usage" in table.columns or stem.startswith(("train", "fer2013", "icml"))):
        raise FerError(f"{table.shown} has no column 'emotion' (or 'label'); its columns are {_named(table)}.")
    if "emotion" in table.columns and "usage" not in table.columns and not stem.startswith(("train", "test")):
        raise FerError(
            f"{table.shown} has no column 'Usage', which tells training from test pictures; its columns are "
            f"{_named(table)}."
        )
    count = len(table.pixels)
    labels = np.full(count, -1, np.int8) if label_column is None else _labels(table, label_column)
    if "usage" in table.columns:
        split = _usages(table)
    else:
        is_test = label_column is None or stem.startswith("test")
        split = np.full(count, TEST if is_test else TRAIN, np.uint8)
    return Rows(table, labels, split, _ids(table) if "id" in table.columns else None)


def _named(table: Table) -> str:
    return ", ".join(name.strip() for name in table.header)


def _labels(table: Table, column: str) -> np.ndarray:
    texts = table.columns[column]
    known = {str(i).encode(): i for i in range(7)}
    labels = np.array([known.get(text, -1) for text in texts], np.int8)
    for row in np.flatnonzero(labels < 0)[:1].tolist():
        raise FerError(f"{table.place(row)}: {column} is '{_shown(texts[row])}'; 0 to 6 is expected.")
    return labels


def _usages(table: Table) -> np.ndarray:
    texts = table.columns["usage"]
    split = np.array([USAGES.get(text.lower(), 255) for text in texts], np.uint8)
    for row in np.flatnonzero(split == 255)[:1].tolist():
        raise FerError(
            f"{table.place(row)}: Usage is '{_shown(texts[row])}'; Training, PublicTest or PrivateTest is expected."
        )
    return split


def _ids(table: Table) -> np.ndarray:
    texts = table.columns["id"]
    seen: dict[int, int] = {}
    for row, text in enumerate(texts):
        if not text.isdigit() or len(text) > 9:
            raise FerError(f"{table.place(row)}: id is '{_shown(text)}'; a whole number from 0 is expected.")
        first = seen.setdefault(int(text), row)
        if first != row:
            raise FerError(f"{table.place(row)}: id {int(text)} was given already, in row {first}.")
    return np.fromiter(seen, np.int64, len(seen))


def _shown(text: bytes) -> str:
    shown = text.decode("utf-8", "replace")
    return shown if len(shown) <= 30 else shown[:27] + "..."


def small_csv(folder: Folder, member: str) -> tuple[list[str], list[list[str]]]:
    """Header, in lower case, and rows of a csv without pixels. Raises FerError for one that is no such file."""
    shown = folder.shown(member)
    with folder.open(member) as stream:
        data = stream.read(1 << 26)
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FerError(f"{shown} is not a csv file.") from error
    lines = [line for line in lines if line]
    if len(lines) < 2:
        raise FerError(f"{shown} {'has a header but no rows' if lines else 'is empty'}.")
    header = [name.strip().lower() for name in lines[0]]
    for i, line in enumerate(lines[1:]):
        if len(line) != len(header):
            raise FerError(f"{shown}, row {i}: {len(line)} values where the header names {len(header)} columns.")
    return header, lines[1:]


def votes_beside(folder: Folder, member: str, split: np.ndarray) -> np.ndarray | None:
    """FER+ votes u8 (N, 10) from fer2013new.csv in the same folder, if its rows are those of the set; else None."""
    path = join(str(PurePosixPath(member).parent), VOTES_FILE)
    if path not in folder.files():
        return None
    header, rows = small_csv(folder, path)
    if len(rows) != len(split) or len(header) != 12 or header[0] != "usage":
        return None
    usages = np.array([USAGES.get(row[0].strip().lower().encode(), 255) for row in rows])
    halves_unknown = (split == TEST) & np.isin(usages, (1, 2))
    if not np.all((usages == split) | halves_unknown):
        return None
    texts = np.array([row[2:] for row in rows])
    try:
        votes = texts.astype(np.int64)
        wrong = (votes < 0) | (votes > 255)
    except ValueError:
        wrong = ~np.char.isdecimal(np.char.strip(texts))
    for i, j in np.argwhere(wrong)[:1].tolist():
        raise FerError(f"{folder.shown(path)}, row {i}: {header[2 + j]} is '{texts[i, j][:30]}', no count of votes.")
    return votes.astype(np.uint8)
