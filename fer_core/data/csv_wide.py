"""A csv with a column for each pixel, as `DataFrame.to_csv` writes a matrix: made one with the pixels in one column."""

import io
import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO

from fer_core.data.dataset import SIDE
from fer_core.errors import FerError
from fer_core.table_text import is_number

PIXELS = SIDE * SIDE
LONGEST_LINE = 1 << 18
_ENDS_IN_NUMBER = re.compile(r"(\d{1,6})\D?$")
_MOST_OTHERS = 20
"""Columns beside the pixels; a table of more is something else."""


def is_wide(first: list[str]) -> bool:
    """Whether a first line has room for a picture, a column for each pixel."""
    return PIXELS <= len(first) <= PIXELS + _MOST_OTHERS


def column_of_first_pixel(first: list[str], rows: list[list[str]], shown: str) -> tuple[int, bool]:
    """Where the 2,304 pixels of a wide table begin, and whether its first line is a header.

    In a header their names end in numbers that count on by one. Without one the columns beside them stand on one side,
    and hold other than pixels: fewer different values, or words. Raises FerError where that can't be told.
    """
    numbers = [int(found[1]) if (found := _ENDS_IN_NUMBER.search(name.strip())) else None for name in first]
    steps = [b - a if a is not None and b is not None else 0 for a, b in itertools.pairwise(numbers)]
    runs = [at for at in range(len(first) - PIXELS + 1) if all(step == 1 for step in steps[at : at + PIXELS - 1])]
    if runs:
        return runs[0], True
    if len(first) == PIXELS and all(map(is_number, first)):
        return 0, False
    others = len(first) - PIXELS
    sides = [at for at in (0, others) if all(map(is_number, first[at : at + PIXELS]))]
    rows = [row for row in (first, *rows) if len(row) == len(first)]
    beside = [at for at in sides if _are_no_pixels([row[PIXELS:] if at == 0 else row[:others] for row in rows])]
    if len(beside) == 1:
        return beside[0], False
    raise FerError(
        f"{shown} has {len(first):,} columns, and which of them are the {PIXELS:,} pixels can't be told; put a first "
        f"line like emotion,pixel0,pixel1,...,pixel{PIXELS - 1} above it."
    )


def _are_no_pixels(cells: list[list[str]]) -> bool:
    """Whether columns hold words, or numbers from 0 to 6 as labels do, in all rows; not all of them the same."""
    flat = [cell.strip() for row in cells for cell in row]
    labels = all(not is_number(cell) or cell in map(str, range(7)) for cell in flat)
    return labels and (len(cells) == 1 or len(set(flat)) > 1)


class Joined(io.RawIOBase):
    """A wide table's bytes with the pixels of each row in one column, blanks between them; its header says "pixels".

    Reading raises FerError at a row of another number of columns.
    """

    def __init__(
        self, rest: bytes, stream: BinaryIO, shown: str, separator: bytes, at: int, width: int, first_line: int
    ) -> None:
        self._lines = enumerate(_lines(rest, stream, shown), first_line)
        self._shown, self._separator, self._at, self._width = shown, separator, at, width
        self._out = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._out:
            number, line = next(self._lines, (0, b""))
            if not line:
                return 0
            self._out = self._joined(line, number)
        count = min(len(buffer), len(self._out))
        buffer[:count], self._out = self._out[:count], self._out[count:]
        return count

    def _joined(self, line: bytes, number: int) -> bytes:
        cells = line.rstrip(b"\r\n").split(self._separator)
        if cells == [b""]:
            return line
        if len(cells) != self._width:
            raise FerError(
                f"{self._shown}, line {number}: {len(cells):,} value{'s' * (len(cells) > 1)} where the first line has "
                f"{self._width:,}; the file may be cut short."
            )
        pixels = cells[self._at : self._at + PIXELS]
        one = b" ".join(pixels).replace(b'"', b"")
        return self._separator.join([*cells[: self._at], one, *cells[self._at + PIXELS :]]) + b"\n"


def _lines(rest: bytes, stream: BinaryIO, shown: str) -> Iterator[bytes]:
    """Lines with their line feeds, from what was read already and what follows."""
    pending = rest
    while pending:
        *lines, pending = pending.split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(pending) > LONGEST_LINE:
            raise FerError(f"{shown} has a line of more than {LONGEST_LINE:,} characters; that is no picture.")
        more = stream.read(1 << 18)
        if not more:
            break
        pending += more
    if pending:
        yield pending
