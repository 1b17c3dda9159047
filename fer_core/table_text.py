"""What a table from outside is: its encoding, its separator, whether it has a header, its decimal sign.

One place for every csv that comes in, of pictures or of a training. Each answer is told from the first bytes, and what
is unusual is said in words, so that a screen can show what was taken.
"""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from fer_core.errors import FerError

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}
"""Separator -> its name; in the order in which they are believed, as commas also stand in numbers."""
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
"""Python's name of an encoding -> what people call it."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_TEXT = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\3\4", b"\x1f\x8b", b"\x93NUMPY", b"\x89HDF")
_LOOKED_AT = 30  # lines that decide on the separator
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Form:
    """How a table is written. `first` is the number of the line that holds the header or, without one, the first
    row; lines before it are blank, or Excel's "sep=;"."""

    encoding: str
    separator: str
    first: int = 1

    def taken(self) -> list[str]:
        """What is unusual about it, in words; empty for commas in UTF-8."""
        said = []
        if self.encoding not in ("utf-8", "utf-8-sig"):
            said.append(f"the text is {ENCODINGS[self.encoding]}")
        if self.separator != ",":
            said.append(f"{SEPARATORS[self.separator]} separate the columns")
        return said


def encoding_of(start: bytes) -> str | None:
    """The encoding of a text by its first bytes, a key of ENCODINGS; None for what is no text.

    A mark at the front decides; without one, zero bytes in every other place are UTF-16, what reads as UTF-8 is UTF-8,
    and other text without control characters is Windows-1252.
    """
    if start.startswith(_NO_TEXT):
        return None
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name if _reads(start, name) else None
    if b"\0" in start:
        return _without_mark(start)
    return next((name for name in ("utf-8", "cp1252") if _reads(start, name)), None)


def _without_mark(start: bytes) -> str | None:
    pairs = max(1, len(start) // 2)
    low, high = start[0::2].count(0) / pairs, start[1::2].count(0) / pairs
    name = "utf-16-le" if high > 0.4 and low < 0.1 else "utf-16-be" if low > 0.4 and high < 0.1 else None
    return name if name and _reads(start, name) else None


def _reads(start: bytes, encoding: str) -> bool:
    """Whether the bytes decode; a character cut at their end is no fault."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(text) is None


def decode(start: bytes, encoding: str) -> str:
    """The text of a file's first bytes, without the mark; a character cut at the end is left out."""
    return codecs.getincrementaldecoder(encoding)().decode(start).removeprefix("\ufeff")


def form_of(start: bytes) -> Form | None:
    """How a table is written, by its first bytes; None for what is no text."""
    encoding = encoding_of(start)
    if encoding is None:
        return None
    lines = decode(start, encoding).splitlines()
    first = 0
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first < len(lines) and (told := told_separator(lines[first])):
        return Form(encoding, told, first + 2)
    whole = lines[first:-1] if len(lines) > first + 1 else lines[first:]  # the last may be cut
    return Form(encoding, separator_of(whole[:_LOOKED_AT]), first + 1)


def told_separator(line: str) -> str | None:
    """The separator that a first line like Excel's "sep=;" names, else None."""
    word = line.strip(' "\r\n').lower()
    told = word.removeprefix("sep=") if word.startswith("sep=") else ""
    return told if told in SEPARATORS else None


def separator_of(lines: list[str]) -> str:
    """The separator that cuts most lines into one and the same number of fields, more than one; else a comma."""
    lines = [line for line in lines if line.strip()]
    best, best_share = ",", 0.0
    for separator in SEPARATORS:
        counts = [len(fields) for fields in split_lines(lines, separator)]
        width, times = Counter(counts).most_common(1)[0] if counts else (1, 0)
        share = times / len(counts) if counts else 0.0
        if width > 1 and counts[0] > 1 and share > best_share:
            best, best_share = separator, share
    return best


def split_lines(lines: list[str], separator: str) -> list[list[str]]:
    """The fields of each line, quotes taken off; lines that break csv's rules are cut at each separator."""
    try:
        return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return [line.split(separator) for line in lines]


def is_number(text: str) -> bool:
    """Whether a cell is a number, with a decimal point or comma."""
    try:
        float(text.strip().strip('"').replace(",", ".", 1))
    except ValueError:
        return False
    return True


def has_header(first: list[str]) -> bool:
    """Whether a table's first line names columns: none of its cells is a number."""
    return any(cell.strip() for cell in first) and not any(is_number(cell) for cell in first)


def table_of(data: bytes, shown: str, separator: str | None = None) -> tuple[list[list[str]], Form]:
    """All rows of a small table, header and blank lines included no more than they are rows; and how it is written.

    separator: what to take instead of what was found. Raises FerError for what is no text or no table.
    """
    form = form_of(data)
    if form is None:
        raise FerError(f"{shown} is not a csv file: it is not text.")
    if separator:
        form = Form(form.encoding, separator, form.first)
    text = decode(data, form.encoding)
    lines = io.StringIO(text, newline=None).read().split("\n")[form.first - 1 :]
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=form.separator, skipinitialspace=True))
    except csv.Error as error:
        raise FerError(f"{shown} is not a csv file ({error}).") from None
    return [row for row in rows if any(cell.strip() for cell in row)], form
