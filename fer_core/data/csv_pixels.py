"""The fast way through a csv whose one column holds 2,304 pixels as text.

`pandas.read_csv` followed by `str.split` per row takes many seconds for the 301 MB of fer2013.csv. Here the raw
bytes are looked at as an array: a byte is a digit where `byte - 48 < 10` (in u8, so that all smaller bytes wrap to
large ones), a number ends where a digit is followed by none, and its value is the digit there, plus ten times the
digit before it, plus a hundred times the one before that. All of that runs over blocks of about a megabyte, which
stay in the processor's cache and keep memory bounded whatever the size of the file.
"""

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from fer_core.data.csv_form import Start, start_of
from fer_core.data.csv_wide import LONGEST_LINE as _LONGEST_LINE
from fer_core.data.csv_wide import PIXELS
from fer_core.data.dataset import SIDE
from fer_core.errors import FerError

BLOCK = 1 << 19
MOST_PICTURES = 500_000
"""More than that is no set of this kind; it bounds the memory that a crafted archive can ask for (1.2 GB)."""
HALVES_FROM = 1 << 26
"""Files of this many bytes and more are read by two threads."""
_AT_FIRST = 40_000  # rows that there is room for; memory is taken only as rows come
_NEWLINE, _RETURN, _SPACE, _QUOTE, _ZERO = 10, 13, 32, 34, 48


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

    numpy lets go of the interpreter while it computes, so two cores halve the time.
    """
    with open(path, "rb") as first, open(path, "rb") as second:  # noqa: PTH123
        second.seek(os.fstat(second.fileno()).st_size // 2)
        second.readline()
        part = io.BufferedReader(_Until(first, second.tell()))
        try:
            start = start_of(part, shown, BLOCK)
            if start.stream is not part:
                return None
            readers = _Reader(shown, start), _Reader(shown, start)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(_Reader.take_all, readers, (part, second), (start.rest, b"")))
        except FerError:
            return None
    one, two = readers
    if not one.row or not two.row:
        return None
    pixels = np.concatenate([one.rows(), two.rows()]).reshape(-1, SIDE, SIDE)
    columns = {name: one.columns[name] + two.columns[name] for name in one.columns}
    # Each part ends with a line feed that `_whole_lines` adds; the first one's stands for no line of the file.
    before = one.line - 1 - two.first_line
    lines = np.concatenate([*one.lines, *(lines + before for lines in two.lines)])
    taken = (*start.taken, *_said_of_headers(one.headers_again + two.headers_again))
    return PixelTable(shown, start.header, pixels, columns, lines, taken)


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

    def __init__(self, shown: str, start: Start) -> None:
        self.shown = shown
        self.names = start.names
        self.pixel_column = start.pixel_column
        self.separator = start.separator
        self.header_word = self.names[self.pixel_column].encode()
        self.columns: dict[str, list[bytes]] = {n: [] for i, n in enumerate(self.names) if i != self.pixel_column}
        self.pixels = np.empty((_AT_FIRST, PIXELS), np.uint8)
        self.lines: list[np.ndarray] = []
        self.numbers = _Numbers()
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
        found = self.numbers.find(raw)
        strange = found[-1]
        feeds = strange[raw[strange] == _NEWLINE]
        starts, ends, lines = self._lines(raw, feeds)
        self.line += len(feeds)
        if not len(starts):
            return
        commas = strange[raw[strange] == self.separator]
        left, right = self._fields(commas, starts, ends, lines, block)
        at = self.pixel_column
        left, right, lines = self._without_headers(left, right, lines, block)
        if self.row + len(lines) > len(self.pixels):  # growing moves memory pages, it does not copy them
            self.pixels.resize((2 * len(self.pixels) + len(lines), PIXELS), refcheck=False)
        target = self.pixels[self.row : self.row + len(lines)]
        self._pixels(raw, found, left[at], right[at], lines, block, target)
        text = bytes(block)
        for i, name in enumerate(self.names):
            if i != at:
                spans = zip(left[i].tolist(), right[i].tolist(), strict=True)
                self.columns[name].extend([text[a:b].strip(b' "') for a, b in spans])
        self.lines.append(lines)
        self.row += len(lines)
        if self.row > MOST_PICTURES:
            raise FerError(f"{self.shown} has more than {MOST_PICTURES:,} rows; split it into smaller files.")

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
        found: tuple[np.ndarray, ...],
        left: np.ndarray,
        right: np.ndarray,
        lines: np.ndarray,
        block: memoryview,
        target: np.ndarray,
    ) -> None:
        """Fills u8 (L, 2304) with the pixel fields' values, from what `_Numbers.find` found."""
        number_ends, values, large, strange = found
        left = left + (raw[left] == _QUOTE)
        right = right - ((right > left) & (raw[right - 1] == _QUOTE))
        first = np.searchsorted(number_ends, left)
        odd = np.searchsorted(number_ends, right) - first != PIXELS
        odd |= np.searchsorted(strange, left) != np.searchsorted(strange, right)
        odd |= np.searchsorted(large, left) != np.searchsorted(large, right)
        for i, at in enumerate(first.tolist()):
            if odd[i]:
                target[i] = self._slowly(bytes(block[left[i] : right[i]]), self._place(i, lines))
            else:
                target[i] = values[at : at + PIXELS]

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


class _Numbers:
    """Finds the numbers in a block of bytes. Keeps its work space between blocks: asking the system for fresh pages
    for every intermediate result takes longer than the arithmetic."""

    def __init__(self) -> None:
        self._space = np.empty((5, 0), np.uint8)

    def find(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """For raw bytes u8 (B,): where numbers end, i64 (V,); their values, modulo 256, u8 (V,); which of the ends
        belong to a number of four digits or one above 255, i64; and where neither digits nor blanks stand, i64."""
        size = len(raw)
        if self._space.shape[1] < size:
            self._space = np.empty((5, size + size // 4), np.uint8)
        digits, is_digit, mask, tens, values = self._space[:, :size]
        np.subtract(raw, _ZERO, out=digits)
        np.less(digits, 10, out=is_digit.view(bool))
        np.not_equal(raw, _SPACE, out=mask.view(bool))
        np.greater(mask, is_digit, out=mask.view(bool))
        strange = np.flatnonzero(mask.view(bool))
        mask[-1] = is_digit[-1]
        np.greater(is_digit[:-1], is_digit[1:], out=mask[:-1].view(bool))
        ends = np.flatnonzero(mask.view(bool))
        # A number is 10 * tens + ones, where tens takes the digit before and ten times the one before that.
        np.multiply(digits, is_digit, out=digits)
        np.multiply(digits[:-2], is_digit[1:-1], out=tens[2:])
        tens[:2] = 0
        np.multiply(tens, 10, out=tens)
        np.add(tens[1:], digits[:-1], out=tens[1:])
        # Values are worked out at every byte and picked up once: picking costs ten times what arithmetic does.
        np.multiply(tens, 10, out=values)
        np.add(values, digits, out=values)
        picked = values.take(ends)
        np.less(values, tens, out=values.view(bool))  # 256 to 259 begin again at 0
        np.greater(tens, 25, out=tens.view(bool))
        np.bitwise_or(values, tens, out=values)
        np.bitwise_and(values, mask, out=values)
        large = values.take(ends).view(bool) if values.any() else np.zeros(len(ends), bool)
        # Four digits in a row: two pairs, two apart.
        np.bitwise_and(is_digit[1:], is_digit[:-1], out=mask[1:])
        mask[0] = 0
        np.bitwise_and(mask[3:], mask[1:-2], out=digits[3:])
        digits[:3] = 0
        if digits.any():
            large |= digits.take(ends).view(bool)
        return ends, picked, ends[large], strange
