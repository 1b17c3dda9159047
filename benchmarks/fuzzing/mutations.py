"""The standard mutations: of bytes, of text, of JSON by its values, and of archives by their members.

Those of bytes are AFL's (bit flips, interesting values, blocks deleted, doubled, overwritten, splices); those of JSON
and archives keep the frame whole, so that what lies inside is reached.
"""

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

NASTY_TEXTS = (
    "", " ", "nan", "inf", "-inf", "1e308", "-1", "0", "9" * 5000, "1.5", "0x10", "1_9", "٣", "x" * 5000, "=1+1",
    "@SUM(A1)", "![m](http://host/x.png)", "<img src=x onerror=alert(1)>", "../../etc/passwd", "/etc/passwd",
    "~nosuchuser", "C:\\x", "a\0b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\ufeff", "a\nb",
    "[" * 3000, '"' * 7, ",,,,", "%s%n", "null", "true", "[]", "{}",
)  # fmt: skip
_NASTY_VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2**31, 2**63, 10**400, 1e308, -1e308, float("nan"), float("inf"), 0.5, [], {}, [1, {}],
    {"a": 1}, {"": None}, [[[[]]]], *NASTY_TEXTS,
)  # fmt: skip
_INTERESTING = (
    0,
    1,
    16,
    32,
    64,
    100,
    127,
    128,
    255,
    256,
    512,
    1000,
    1024,
    4096,
    32767,
    32768,
    65535,
    2**31 - 1,
    2**32 - 1,
)
_NAMES = (
    "",
    "../../outside",
    "/outside",
    "9" * 4300,
    "a/" * 1199 + "b",
    "run.json",
    "con",
    "x" * 300,
    "a\\b",
    ".npy",
    "\u202e",
)


def damaged(name: str, data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """One damaged copy of a file. name: the file's, tells JSON and TOML. others: whole files to splice with."""
    if data[:4] == b"PK\3\4" and rng.random() < 0.6:
        return _archive(data, others, rng)
    if name.endswith(".json") and rng.random() < 0.7:
        return _json(data, rng)
    if _is_text(data) and rng.random() < 0.6:
        return _text(data, rng)
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(_BYTES)(data, others, rng)
    return data


def framed(record: bytes) -> bytes:
    """A TFRecord: length and data with their masked checksums."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    head = struct.pack("<Q", len(record))
    return head + struct.pack("<I", masked_crc32c(head)) + record + struct.pack("<I", masked_crc32c(record))


def event_file(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """An event file of which one record is damaged, with checksums that are right again."""
    records, place = [], 0
    while place + 12 <= len(data):
        length = struct.unpack("<Q", data[place : place + 8])[0]
        records.append(data[place + 12 : place + 12 + length])
        place += 16 + length
    at = rng.randrange(len(records))
    records[at] = rng.choice(_BYTES)(records[at], others, rng)
    return b"".join(map(framed, records))


def _at(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data)) if data else 0


def _block(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = _at(data, rng)
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 512, 4096)))


def _flip(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 10))):
        if changed:
            changed[_at(data, rng)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _number(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    start, size = _at(data, rng), rng.choice((1, 2, 4, 8))
    value = rng.choice(_INTERESTING) % (1 << 8 * size)
    return data[:start] + value.to_bytes(size, rng.choice(("little", "big"))) + data[start + size :]


def _cut(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    return data[: _at(data, rng)]


def _delete(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    start, end = _block(data, rng)
    return data[:start] + data[end:]


def _double(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    start, end = _block(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def _overwrite(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    start, end = _block(data, rng)
    filler = rng.choice((b"\0" * (end - start), b"\xff" * (end - start), rng.randbytes(end - start)))
    return data[:start] + filler + data[end:]


def _insert(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    start = _at(data, rng)
    return data[:start] + rng.randbytes(rng.choice((1, 4, 64))) + data[start:]


def _splice(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    other = rng.choice(others) if others else data
    return data[: _at(data, rng)] + other[_at(other, rng) :]


_BYTES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _flip, _number, _cut, _delete, _double, _overwrite, _insert, _splice,
)  # fmt: skip


def _is_text(data: bytes) -> bool:
    return bool(data) and data[:200].isascii() and b"\0" not in data[:200] and data[:5] != b"%PDF-"


def _text(data: bytes, rng: random.Random) -> bytes:
    """One word or number of a text becomes a nasty one, or a line goes, doubles or moves."""
    text = data.decode("utf-8", "surrogateescape")
    if rng.random() < 0.6:
        words = list(re.finditer(r"[^\s,;=\[\]{}\"]+", text[:20_000]))
        if words:
            word = rng.choice(words)
            new = rng.choice(NASTY_TEXTS)
            return (text[: word.start()] + new + text[word.end() :]).encode("utf-8", "surrogateescape")
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    what = rng.randrange(4)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines[at:at] = [lines[at]] * 3
    elif what == 2:
        lines[at] = lines[at].replace(rng.choice((",", " ", "=")), rng.choice((";", "\t", ",,", "")))
    else:
        lines.insert(0, lines.pop(at))
    encoding = rng.choice(("utf-8", "utf-8", "utf-16", "utf-8-sig"))
    return "".join(lines).encode(encoding, "replace")


def _json(data: bytes, rng: random.Random) -> bytes:
    """One value, anywhere in the tree, becomes a nasty one, goes, or is said of itself again, one level down."""
    value = json.loads(data)
    places: list[tuple[Any, Any]] = []
    _places(value, places)
    for _ in range(rng.choice((1, 1, 1, 2))):
        holder, key = rng.choice(places)
        if isinstance(holder, list) and key >= len(holder):
            continue
        if rng.random() < 0.15:
            (holder.pop(key, None) if isinstance(holder, dict) else holder.pop(key))
        else:
            holder[key] = rng.choice(_NASTY_VALUES)
    return json.dumps(value).encode()


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        _places(value[key], found)


def _archive(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """A zip whose frame is whole: a member is damaged, renamed, doubled, left out or another file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = rng.randrange(len(members))
    name, content = members[at]
    what = rng.random()
    if what < 0.6:
        members[at] = (name, damaged(name, content, others, rng))
    elif what < 0.75:
        members[at] = (rng.choice(_NAMES), content)
    elif what < 0.85:
        members.append((name, rng.choice(others) if others else content))
    elif what < 0.95:
        del members[at]
    else:
        members[at] = (name, b"")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name or "?"), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
