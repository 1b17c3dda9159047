"""The fast way through a csv whose one column holds 2,304 pixels as text.

`pandas.read_csv` followed by `str.split` per row takes many seconds for the 301 MB of fer2013.csv. Here the raw
bytes are looked at as an array (csv_numbers), in blocks of a megabyte, which stay in the processor's cache and
keep memory bounded whatever the size of the file.
"""

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided

from fer_core.data.csv_form import Start, start_of
from fer_core.data.csv_numbers import Finder, Numbers, large_numbers
from fer_core.data.csv_wide import LONGEST_LINE as _LONGEST_LINE
from fer_core.data.csv_wide import PIXELS
from fer_core.data.dataset import SIDE
from fer_core.errors import FerError

BLOCK = 1 << 20
MOST_PICTURES = 500_000
"""More than that is no set of this kind; it bounds the memory that a crafted archive can ask for (1.2 GB)."""
HALVES_FROM = 1 << 26
"""Files of this many bytes and more are read by two threads."""
_AT_FIRST = 40_000  # rows that there is room for; memory is taken only as rows come
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass(frozen=True)
class PixelTable:
    """A csv: pixels u8 (N, 48, 48), the other columns as text by their lower-case name, the line each row stands on.

    `header` holds the column names as they stand in the file, blanks included; `taken` says in words what is unusual
    about how the file is written, and how it was read.
    """

    shown: str
    header: list[str]
    pixels: np.ndarray
    columns: dict[str, list[bytes]]
    lines: np.ndarray
    taken: tuple[str, ...] = ()

    def place(self, row: int) -> str:
        """ "fer2013.csv, row 12 (line 14)": rows count data rows from 0, lines all lines from 1."""
        return f"{self.shown}, row {row} (line {self.lines[row]})"


def read_table(stream: BinaryIO, shown: str) -> PixelTable:
    """Reads a csv with a pixel column from a binary stream; `shown` is its name for messages.

    Raises FerError for an empty file, one without a pixel column or without rows, a row with another number of
    columns than the header, or with anything but 2,304 whole numbers from 0 to 255 in its pixel column.
    """
    path = _plain_file(stream)
    table = _read_halves(path, shown) if path is not None else None
    return table or _read_whole(stream, shown)


def _read_whole(stream: BinaryIO, shown: str) -> PixelTable:
    start = start_of(stream, shown, BLOCK)
    reader = _Reader(shown, start)
    reader.take_all(start.stream, start.rest)
    if not reader.row:
        raise FerError(f"{shown} has a header but no rows; the file may have been cut short.")
    pixels = reader.rows().reshape(-1, SIDE, SIDE)
    taken = (*start.taken, *_said_of_headers(reader.headers_again))
    return PixelTable(shown, start.header, pixels, reader.columns, np.concatenate(reader.lines), taken)


def _said_of_headers(count: int) -> list[str]:
    return [f"{count} repeated header{'s were' if count > 1 else ' was'} left out"] if count else []


def _plain_file(stream: BinaryIO) -> str | None:
    """The path of a large file on disk, which can be read from two places at once; None for anything else."""
    if not (isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO) and stream.tell() == 0):
        return None
    large = os.fstat(stream.fileno()).st_size >= HALVES_FROM
    return str(stream.name) if large and isinstance(stream.name, str | Path) else None


def _read_halves(path: str, shown: str) -> PixelTable | None:
    """The table read by two threads, each a half; None where anything is wrong, for `_read_whole` to say what.

    numpy lets go of the interpreter while it computes, so two cores halve the time. Both write into one array, the
    second behind the room that the first will need as far as its lines' length tells, and its rows are moved up
    afterwards: an array of its own would have to be copied, into pages that the system must find first.
    """
    with open(path, "rb") as first, open(path, "rb") as second:  # noqa: PTH123
        size = os.fstat(second.fileno()).st_size
        ahead = min(size // 2 // _line_length(second, size // 2) * 21 // 20 + 64, MOST_PICTURES)
        second.seek(size // 2)
        second.readline()
        part = io.BufferedReader(_Until(first, second.tell()))
        room = np.empty((ahead + min(size // 2 // (2 * PIXELS) + 1, MOST_PICTURES), PIXELS), np.uint8)
        try:
            start = start_of(part, shown, BLOCK)
            if start.stream is not part:
                return None
            one, two = _Reader(shown, start, room[:ahead]), _Reader(shown, start, room[ahead:])
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(_Reader.take_all, (one, two), (part, second), (start.rest, b"")))
        except FerError:
            return None
    if not one.row or not two.row:
        return None
    _move_up(room, one.row, ahead, two.row)
    pixels = room[: one.row + two.row].reshape(-1, SIDE, SIDE)
    columns = {name: one.columns[name] + two.columns[name] for name in one.columns}
    # Each part ends with a line feed that `_whole_lines` adds; the first one's stands for no line of the file.
    before = one.line - 1 - two.first_line
    lines = np.concatenate([*one.lines, *(lines + before for lines in two.lines)])
    taken = (*start.taken, *_said_of_headers(one.headers_again + two.headers_again))
    return PixelTable(shown, start.header, pixels, columns, lines, taken)


def _line_length(file: BinaryIO, end: int) -> int:
    """About how long a line is before a position of a file, from eight looks at it."""
    looks = [(file.seek(end * i // 8), file.read(1 << 16))[1] for i in range(8)]
    return max(1, sum(map(len, looks)) // max(1, sum(look.count(b"\n") for look in looks)))


def _move_up(rows: np.ndarray, to: int, start: int, count: int) -> None:
    """Moves `count` rows from `start` to `to`, which stands before it, in steps that do not overlap."""
    step = start - to
    for at in range(0, count if step else 0, max(step, 1)):
        many = min(step, count - at)
        rows[to + at : to + at + many] = rows[start + at : start + at + many]


class _Until(io.RawIOBase):
    """A file up to a position."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self._left = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._file.readinto(memoryview(buffer)[: self._left])  # type: ignore[attr-defined]
        self._left -= count
        return count


def _whole_lines(stream: BinaryIO, rest: bytes, shown: str) -> Iterator[memoryview]:
    """Blocks that end with a line feed. Each is gone when the next is asked for: all share one buffer."""
    buffer = bytearray(rest) + bytearray(2 * BLOCK + _LONGEST_LINE)
    view, filled, ended = memoryview(buffer), len(rest), False
    searched = 0
    while not ended:
        count = stream.readinto(view[filled : filled + BLOCK])  # type: ignore[attr-defined]
        if not count:
            ended = True
            buffer[filled] = _NEWLINE  # of the last line, which may lack one
            count = 1
        filled += count
        cut = buffer.rfind(b"\n", searched, filled) + 1
        if cut:
            yield view[:cut]
            buffer[: filled - cut] = buffer[cut:filled]
            filled -= cut
        searched = filled
        if filled > BLOCK + _LONGEST_LINE:
            raise FerError(f"{shown} is not a csv file: it has a line of more than {BLOCK:,} characters.")


class _Reader:
    """Collects the rows of one file block by block."""

    def __init__(self, shown: str, start: Start, room: np.ndarray | None = None) -> None:
        self.shown = shown
        self.names = start.names
        self.pixel_column = start.pixel_column
        self.separator = start.separator
        self.header_word = self.names[self.pixel_column].encode()
        self.columns: dict[str, list[bytes]] = {n: [] for i, n in enumerate(self.names) if i != self.pixel_column}
        self.grows = room is None
        self.pixels = np.empty((_AT_FIRST, PIXELS), np.uint8) if room is None else room
        self.lines: list[np.ndarray] = []
        self.finder = Finder()
        self.row = 0
        self.headers_again = 0
        self.first_line = self.line = start.first_line

    def take_all(self, stream: BinaryIO, rest: bytes) -> None:
        """Adds all rows of a stream that stands behind the bytes `rest`."""
        for block in _whole_lines(stream, rest, self.shown):
            self.take(block)

    def rows(self) -> np.ndarray:
        """The pixels so far, u8 (R, 2304); to be asked once, at the end."""
        self.pixels.resize((self.row, PIXELS), refcheck=False)
        return self.pixels

    def take(self, block: memoryview) -> None:
        """Adds the rows of a block of whole lines."""
        raw = np.frombuffer(block, np.uint8)
        found = self.finder.find(raw)
        strange = found.strange
        feeds = strange[raw[strange] == _NEWLINE]
        starts, ends, lines = self._lines(raw, feeds)
        self.line += len(feeds)
        if not len(starts):
            return
        commas = strange[raw[strange] == self.separator]
        left, right = self._fields(commas, starts, ends, lines, block)
        at = self.pixel_column
        left, right, lines = self._without_headers(left, right, lines, block)
        if self.row + len(lines) > len(self.pixels):
            self._grow(len(lines))
        target = self.pixels[self.row : self.row + len(lines)]
        self._pixels(raw, found, left[at], right[at], lines, block, target)
        for i, name in enumerate(self.names):
            if i != at:
                self.columns[name].extend(_texts(block, left[i], right[i]))
        self.lines.append(lines)
        self.row += len(lines)
        if self.row > MOST_PICTURES:
            raise FerError(f"{self.shown} has more than {MOST_PICTURES:,} rows; split it into smaller files.")

    def _grow(self, count: int) -> None:
        """Makes room for `count` rows more; that moves memory pages, it does not copy them."""
        if not self.grows:
            raise FerError(f"{self.shown} has shorter lines at some places than at others.")
        self.pixels.resize((2 * len(self.pixels) + count, PIXELS), refcheck=False)

    def _lines(self, raw: np.ndarray, feeds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where each line starts and ends (i64 (L,)), and its number in the file; blank lines are left out."""
        starts = np.concatenate(([0], feeds[:-1] + 1))
        lines = self.line + np.arange(len(feeds))
        ends = feeds - ((feeds > starts) & (raw[feeds - 1] == _RETURN))
        filled = ends > starts
        return starts[filled], ends[filled], lines[filled]

    def _fields(
        self, commas: np.ndarray, starts: np.ndarray, ends: np.ndarray, lines: np.ndarray, block: memoryview
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """For each column where its field starts and ends, i64 (L,) each."""
        counts = np.searchsorted(commas, ends) - np.searchsorted(commas, starts)
        wrong = np.flatnonzero(counts != len(self.names) - 1)
        if wrong.size:
            i = wrong[0]
            there, expected = int(counts[i]) + 1, len(self.names)
            ending = " (the file may be cut short)" if not bytes(block[ends[i] :]).strip() else ""
            raise FerError(
                f"{self._place(i, lines)}: {there} value{'s' * (there > 1)} where the header names "
                f"{expected} column{'s' * (expected > 1)}{ending}."
            )
        grid = commas.reshape(len(starts), len(self.names) - 1).T
        return [starts, *(grid + 1)], [*grid, ends]

    def _without_headers(
        self, left: list[np.ndarray], right: list[np.ndarray], lines: np.ndarray, block: memoryview
    ) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
        """The fields of the rows that are rows: files laid end to end bring their header again."""
        at, word = self.pixel_column, self.header_word
        short = np.flatnonzero(right[at] - left[at] <= len(word) + 8)
        again = [i for i in short if bytes(block[left[at][i] : right[at][i]]).strip(b' "').lower() == word]
        if not again:
            return left, right, lines
        self.headers_again += len(again)
        kept = np.delete(np.arange(len(lines)), again)
        return [side[kept] for side in left], [side[kept] for side in right], lines[kept]

    def _place(self, i: int, lines: np.ndarray) -> str:
        return f"{self.shown}, row {self.row + i} (line {lines[i]})"

    def _pixels(
        self,
        raw: np.ndarray,
        found: Numbers,
        left: np.ndarray,
        right: np.ndarray,
        lines: np.ndarray,
        block: memoryview,
        target: np.ndarray,
    ) -> None:
        """Fills u8 (L, 2304) with the pixel fields' values."""
        left = left + (raw[left] == _QUOTE)
        right = right - ((right > left) & (raw[right - 1] == _QUOTE))
        first = found.before(left)
        odd = found.up_to(right) - first != PIXELS
        odd |= _within(found.strange, left, right)
        _fill(target, found.values, first, ~odd)
        if odd.any() or found.above or not _digits_add_up(target, left, right):
            odd |= _within(large_numbers(raw), left, right)
        for i in np.flatnonzero(odd).tolist():
            target[i] = self._slowly(bytes(block[left[i] : right[i]]), self._place(i, lines))

    def _slowly(self, field: bytes, place: str) -> np.ndarray:
        """One field parsed number by number: finds what is wrong with it, or that it is right but unusual."""
        texts = field.decode("utf-8", "replace").split()
        for i, text in enumerate(texts):
            if not text.lstrip("-").isdecimal():
                text = text if len(text) <= 30 else text[:27] + "..."
                raise FerError(f"{place}: pixel {i} is '{text}'; a whole number from 0 to 255 is expected.")
            if len(text) > 9 or not 0 <= int(text) <= 255:
                raise FerError(f"{place}: pixel {i} is {text[:30]}, outside 0 to 255.")
        if len(texts) != PIXELS:
            raise FerError(f"{place}: {len(texts)} pixels where {PIXELS} (48 x 48) are expected.")
        return np.array([int(text) for text in texts], np.uint8)


def _fill(target: np.ndarray, values: np.ndarray, first: np.ndarray, regular: np.ndarray) -> None:
    """Copies each regular row's values, which begin at `first`, at once where the rows lie equally far apart: a step
    for each row costs more than its copy, as the two threads wait for each other at every step."""
    steps = np.unique(np.diff(first))
    if regular.all() and len(steps) == 1:
        width = values.itemsize
        target[:] = as_strided(values[first[0] :], target.shape, (int(steps[0]) * width, width), writeable=False)
        return
    for i in np.flatnonzero(regular).tolist():
        target[i] = values[first[i] : first[i] + PIXELS]


_ONE_LETTER = [bytes([code]).strip(b' "') for code in range(256)]


def _texts(block: memoryview, left: np.ndarray, right: np.ndarray) -> list[bytes]:
    """The fields of a column without blanks and quotes around them. Labels are mostly of one letter."""
    if (right - left == 1).all():
        return [_ONE_LETTER[code] for code in np.frombuffer(block, np.uint8)[left].tolist()]
    spans = zip(left.tolist(), right.tolist(), strict=True)
    return [bytes(block[start:end]).strip(b' "') for start, end in spans]


def _within(places: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Whether any of the places lies in each field, bool (L,)."""
    within: np.ndarray = np.searchsorted(places, left) != np.searchsorted(places, right)
    return within


def _digits_add_up(pixels: np.ndarray, left: np.ndarray, right: np.ndarray) -> bool:
    """Whether the fields, pixels u8 (L, 2304), are as long in all as their numbers with one blank between them.

    It is not so where a number has a digit more than its value modulo 256: four digits, or 256 to 355. What is above
    259 is noticed otherwise, so the two together notice every number that is too large, by looking at values alone.
    """
    digits = pixels.size + np.count_nonzero(pixels >= 10) + np.count_nonzero(pixels >= 100)
    return bool((right - left).sum() == digits + len(pixels) * (PIXELS - 1))
