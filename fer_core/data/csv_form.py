"""How a csv with pixels is written: found from its first bytes, before the fast reader goes through it.

Where the file is what it usually is, commas in UTF-8 with a header, nothing is done to its bytes. A file in another
encoding passes through a decoder, one without a header gets its columns' names by what stands in them.
"""

import codecs
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from fer_core.data.csv_wide import LONGEST_LINE, PIXELS, Joined, column_of_first_pixel, is_wide
from fer_core.errors import FerError
from fer_core.labels import class_index
from fer_core.table_text import Form, decode, form_of, has_header, split_lines

PIXEL_COLUMNS = ("pixels", "feature", "features")
USAGES = {b"training": 0, b"train": 0, b"publictest": 1, b"public": 1, b"privatetest": 2, b"private": 2, b"test": 3}
"""The words of a Usage column, in lower case, as indices into SPLITS."""
_LOOKED_AT = 1 << 17  # bytes; a line of the largest numbers has 9,216


@dataclass
class Start:
    """Where the rows of a csv begin: the columns' names as they stand in the file, which of them holds the pixels, the
    separator's byte, the number of the first row's line, the stream and what was read of it already."""

    header: list[str]
    pixel_column: int
    separator: int
    first_line: int
    stream: BinaryIO
    rest: bytes
    taken: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The columns' names as they are looked up: in lower case."""
        return [name.strip().lower() for name in self.header]


def start_of(stream: BinaryIO, shown: str, block: int) -> Start:
    """Reads up to the first row, `block` bytes at first.

    Raises FerError for an empty file, one that is no text or that has no pixels.
    """
    start = stream.read(block)
    if not start.strip():
        raise FerError(f"{shown} is empty; fetch or copy the file again.")
    form = form_of(start[:_LOOKED_AT])
    if form is None:
        raise FerError(f"{shown} is not a csv file: its first line is not text.")
    taken = form.taken()
    if form.encoding not in ("utf-8", "utf-8-sig") or _old_mac(start):
        stream = io.BufferedReader(_Recoded(start, stream, form.encoding))
        start = stream.read(block)
    rest = start.removeprefix(codecs.BOM_UTF8)
    line = b""
    for _ in range(form.first):
        line, _, after = rest.partition(b"\n")
        before, rest = rest, after
    if len(line) > LONGEST_LINE:
        raise FerError(f"{shown} is not a csv file: its first line has more than {LONGEST_LINE:,} characters.")
    text = line.decode("utf-8", "replace").strip("\r")
    header = [name.strip('"') for name in text.split(form.separator)]
    found = next(iter(_named(header)), None)
    if found is not None:
        return Start(header, found, ord(form.separator), form.first + 1, stream, rest, taken)
    if is_wide(header):
        return _wide(form, before, stream, shown, taken)
    return _by_content(form, before, stream, shown, taken)


def _wide(form: Form, rest: bytes, stream: BinaryIO, shown: str, taken: list[str]) -> Start:
    """The start of a file with a column for each pixel, which are read as one."""
    lines = decode(rest[:_LOOKED_AT], "utf-8").splitlines()
    first, *rows = split_lines(lines[:-1] if len(lines) > 2 else lines, form.separator)
    at, named = column_of_first_pixel(first, rows, shown)
    end = at + PIXELS
    if named:
        header = [*first[:at], PIXEL_COLUMNS[0], *first[end:]]
        rest = rest.partition(b"\n")[2]
        taken.append(f"the pixels were taken from the columns '{first[at].strip()}' to '{first[end - 1].strip()}'")
    else:
        pixels = " ".join(first[at:end])
        header = _names_by_content([[*row[:at], pixels, *row[end:]] for row in (first, *rows)], at, shown)
        said = [f"{PIXELS:,} pixels" if i == at else name for i, name in enumerate(header)]
        taken.append(f"there is no header; the columns were taken for {', '.join(said)}")
    first_line = form.first + named
    joined = Joined(rest, stream, shown, form.separator.encode(), at, len(first), first_line)
    return Start(header, at, ord(form.separator), first_line, io.BufferedReader(joined), b"", taken)


def _named(header: list[str]) -> list[int]:
    names = [name.strip().lower() for name in header]
    return [names.index(name) for name in PIXEL_COLUMNS if name in names]


def _by_content(form: Form, rest: bytes, stream: BinaryIO, shown: str, taken: list[str]) -> Start:
    """The columns of a file that has no header, or whose header calls the pixels something else."""
    lines = decode(rest[:_LOOKED_AT], "utf-8").splitlines()
    first, *rows = split_lines(lines[:-1] if len(lines) > 2 else lines, form.separator)
    at = _column_of_pixels([first])
    if at is None:
        at = _column_of_pixels(rows[:1]) if has_header(first) else None
        if at is None or at >= len(first):
            raise FerError(_no_pixels(first, form.separator, shown))
        taken.append(f"the pixels were taken from the column '{first[at].strip()}'")
        return Start(first, at, ord(form.separator), form.first + 1, stream, rest.partition(b"\n")[2], taken)
    header = _names_by_content([first, *rows], at, shown)
    taken.append(f"there is no header; the columns were taken for {', '.join(header)}")
    return Start(header, at, ord(form.separator), form.first, stream, rest, taken)


def _no_pixels(first: list[str], separator: str, shown: str) -> str:
    if has_header(first):
        line = separator.join(first)
        line = line if len(line) <= 60 else line[:57] + "..."
        return f"{shown} has no column 'pixels' (or 'feature'); its first line is '{line}'."
    return (
        f"{shown} has no header, and no column of its first line holds {PIXELS:,} numbers; pixels are expected as "
        "48 x 48 numbers with blanks between them."
    )


def _column_of_pixels(rows: list[list[str]]) -> int | None:
    """The one column that holds as many numbers as a picture has pixels, else None."""
    found = [i for row in rows for i, cell in enumerate(row) if len(cell.split()) == PIXELS]
    return found[0] if len(found) == 1 else None


def _names_by_content(rows: list[list[str]], pixels: int, shown: str) -> list[str]:
    """What the columns of a file without a header hold: pixels, usage words, labels 0 to 6 or in words, or ids, which
    count on from row to row where another column holds the labels."""
    rows = [row for row in rows if len(row) == len(rows[0])]
    columns = list(zip(*rows, strict=True))
    names = ["pixels" if i == pixels else kind_of_cells(cells) for i, cells in enumerate(columns)]
    of_test = PurePosixPath(shown.rsplit(": ")[-1]).name.lower().startswith("test")
    for i, cells in enumerate(columns):
        if names[i] == "emotion" and _counts_on(cells) and (names.count("emotion") > 1 or of_test):
            names[i] = "id"
    for i, name in enumerate(names):
        if name is None or names.count(name) > 1:
            raise FerError(
                f"{shown} has no header, and what column {i + 1} holds ('{columns[i][0].strip()[:30]}') can't be told; "
                "put a first line like emotion,pixels,Usage above it."
            )
    return [str(name) for name in names]


def _counts_on(cells: Sequence[str]) -> bool:
    """Whether whole numbers go up by one from cell to cell."""
    return all(cell.strip().isdecimal() for cell in cells) and all(
        int(b) == int(a) + 1 for a, b in itertools.pairwise(cells)
    )


def kind_of_cells(cells: Sequence[str]) -> str | None:
    """ "usage", "emotion" or "id" where all cells of a column are of that kind, else None."""
    if all(cell.strip().lower().encode() in USAGES for cell in cells):
        return "usage"
    if all(label_of(cell) is not None for cell in cells):
        return "emotion"
    return "id" if all(cell.strip().isdecimal() for cell in cells) else None


def label_of(text: str) -> int | None:
    """0 to 6 of "3", "3.0", "3,0", "happy" or "Happiness"; None for anything else."""
    text = text.strip()
    try:
        number = float(text.replace(",", ".", 1))
    except ValueError:
        try:
            return class_index(text)
        except KeyError:
            return None
    return int(number) if number in range(7) else None


def _old_mac(start: bytes) -> bool:
    return b"\n" not in start and b"\r" in start


class _Recoded(io.RawIOBase):
    """A text of another encoding as UTF-8, its lines ended by line feeds."""

    def __init__(self, start: bytes, stream: BinaryIO, encoding: str) -> None:
        self._pending = start
        self._stream = stream
        self._decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
        self._out = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._out and not self._ended:
            piece, self._pending = self._pending or self._stream.read(1 << 17), b""
            self._ended = not piece
            self._out = self._decoder.decode(piece, final=self._ended).replace("\ufeff", "").encode()
        count = min(len(buffer), len(self._out))
        buffer[:count], self._out = self._out[:count], self._out[count:]
        return count
