"""What the columns of a csv mean: labels, usages, ids and votes, for every layout that has csv files."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from fer_core.data.csv_form import USAGES, kind_of_cells, label_of
from fer_core.data.csv_pixels import PixelTable, read_table
from fer_core.data.dataset import SPLITS, Dataset, make_dataset
from fer_core.data.folders import Folder, join
from fer_core.errors import FerError
from fer_core.labels import nearest_class
from fer_core.table_text import table_of

OFFICIAL = {"train": 28709, "public": 3589, "private": 3589}
"""How many pictures FER2013 has."""
VOTES_FILE = "fer2013new.csv"
_LABEL_COLUMNS = ("emotion", "label")
TRAIN, TEST = SPLITS.index("train"), SPLITS.index("test")


@dataclass(frozen=True)
class Rows:
    """One csv's pictures, labels i8 with -1 where not given, splits u8, ids i64 or None, whether the csv tells its
    splits apart, what was unusual about it and which readings were guesses."""

    table: PixelTable
    labels: np.ndarray
    split: np.ndarray
    ids: np.ndarray | None
    tells_splits: bool = True
    taken: list[str] = field(default_factory=list)
    guessed: tuple[str, ...] = ()


def finish(
    name: str,
    pixels: np.ndarray,
    labels: np.ndarray,
    split: np.ndarray,
    layout: str,
    rows: np.ndarray | None,
    votes: np.ndarray | None,
    taken: Iterable[str] = (),
    guessed: Iterable[str] = (),
) -> Dataset:
    name = official_name(split) or name
    return make_dataset(name, pixels, labels, split, layout, rows, votes, dict.fromkeys(taken), guessed)


def official_name(split: np.ndarray) -> str | None:
    """ "fer2013" where the splits have FER2013's sizes, with the test halves told apart or not; else None."""
    counts = np.bincount(split, minlength=4).tolist()
    official = list(OFFICIAL.values())
    whole = counts in ([*official, 0], [official[0], 0, 0, official[1] + official[2]])
    return "fer2013" if whole else None


def read_rows(folder: Folder, member: str) -> Rows:
    """The rows of one csv. Columns are found by their names, else by what stands in them, which is said.

    Raises FerError where labels are expected and no column holds them.
    """
    with folder.open(member) as stream:
        table = read_table(stream, folder.shown(member))
    taken = list(table.taken)
    stem = PurePosixPath(member).stem.lower()
    usage = _column(table, ("usage",), "usage", taken)
    label = _column(table, _LABEL_COLUMNS, "emotion", taken if not stem.startswith("test") else None)
    if label is None and (usage or stem.startswith(("train", "fer2013", "icml"))):
        raise FerError(f"{table.shown} has no column 'emotion' (or 'label'); its columns are {_named(table)}.")
    count = len(table.pixels)
    labels = np.full(count, -1, np.int8) if label is None else _labels(table, label, taken)
    ids = _ids(table) if "id" in table.columns else None
    if usage:
        return Rows(table, labels, _usages(table, usage), ids, taken=taken)
    is_test = label is None or stem.startswith("test")
    guessed = label is not None and not stem.startswith(("train", "test"))
    if guessed:
        taken.append("no column tells training from test pictures; all were taken for training")
    split = np.full(count, TEST if is_test else TRAIN, np.uint8)
    return Rows(table, labels, split, ids, False, taken, ("split",) if guessed else ())


def _column(table: PixelTable, names: tuple[str, ...], kind: str, taken: list[str] | None) -> str | None:
    """A column by its name, else the only one whose cells are all of the kind; none is looked for where `taken`,
    which is told of it, is None."""
    named = next((name for name in names if name in table.columns), None)
    if named or taken is None:
        return named
    others = {name: set(cells) for name, cells in table.columns.items() if name != "id"}
    texts = {name: [cell.decode("utf-8", "replace") for cell in cells] for name, cells in others.items()}
    found = [name for name, cells in texts.items() if kind_of_cells(cells) == kind]
    if len(found) != 1:
        return None
    taken.append(f"the {'usages' if kind == 'usage' else 'labels'} were taken from the column '{found[0]}'")
    return found[0]


def _named(table: PixelTable) -> str:
    return ", ".join(name.strip() for name in table.header)


def _labels(table: PixelTable, column: str, taken: list[str]) -> np.ndarray:
    texts = table.columns[column]
    known = {text: label_of(text.decode("utf-8", "replace")) for text in set(texts)}
    labels = np.array([-1 if (label := known[text]) is None else label for text in texts], np.int8)
    for row in np.flatnonzero(labels < 0)[:1].tolist():
        shown = _shown(texts[row])
        near = nearest_class(shown)
        cure = f"; if '{near}' is meant, write it so." if near else "; 0 to 6 is expected, or a class's name."
        raise FerError(f"{table.place(row)}: {column} is '{shown}'{cure}")
    plain = {str(i).encode() for i in range(7)}
    odd = sorted(set(known) - plain)
    if odd:
        pairs = ", ".join(f"{_shown(text)} as {known[text]}" for text in odd[:3])
        taken.append(f"labels were read as numbers: {pairs}{', ...' if len(odd) > 3 else ''}")
    return labels


def _usages(table: PixelTable, column: str) -> np.ndarray:
    texts = table.columns[column]
    split = np.array([USAGES.get(text.lower(), 255) for text in texts], np.uint8)
    for row in np.flatnonzero(split == 255)[:1].tolist():
        raise FerError(
            f"{table.place(row)}: Usage is '{_shown(texts[row])}'; Training, PublicTest or PrivateTest is expected."
        )
    return split


def _ids(table: PixelTable) -> np.ndarray:
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
    lines = small_table(folder, member)
    if len(lines) < 2:
        raise FerError(f"{shown} has a header but no rows.")
    header = [name.strip().lower() for name in lines[0]]
    for i, line in enumerate(lines[1:]):
        if len(line) != len(header):
            raise FerError(f"{shown}, row {i}: {len(line)} values where the header names {len(header)} columns.")
    return header, lines[1:]


def small_table(folder: Folder, member: str) -> list[list[str]]:
    """All rows of a csv without pixels or header. Raises FerError for an empty file, or one that is no table."""
    shown = folder.shown(member)
    with folder.open(member) as stream:
        data = stream.read(1 << 26)
    if not data.strip():
        raise FerError(f"{shown} is empty.")
    return table_of(data, shown)[0]


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
