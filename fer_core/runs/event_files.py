"""TensorBoard event files, read without TensorBoard or TensorFlow: the scalars in them, and nothing else.

An event file is a TFRecord file of serialised Event messages. A record: length u64, masked CRC-32C of the length
u32, the data, masked CRC-32C of the data u32, all little endian (tensorflow/core/lib/io/record_writer.h). The
fields read here are from tensorflow's event.proto, summary.proto and tensor.proto.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fer_core.errors import FerError

_CHECKED_BYTES = 1 << 16
"""Scalars are small: longer records (graphs, images) are passed over, so their checksum is not worth its time."""

_TYPES = {1: np.dtype("<f4"), 2: np.dtype("<f8"), 3: np.dtype("<i4"), 9: np.dtype("<i8")}
"""TensorProto dtype -> numpy, for the types that scalars come in."""


@dataclass(frozen=True)
class Scalar:
    """One logged number. step: as logged. wall_time: seconds since 1970."""

    tag: str
    step: int
    wall_time: float
    value: float


def read_scalars(data: bytes, name: str = "the file") -> list[Scalar]:
    """All scalars of one event file, in its order. A last record cut short by a kill is left out.

    Raises FerError, naming the file and the byte, where it is no event file or is damaged.
    """
    scalars = []
    for record in _records(data, name):
        try:
            scalars.extend(_scalars_of_event(record))
        except (ValueError, IndexError, struct.error, UnicodeDecodeError) as error:
            raise FerError(
                f"{name} holds a record that is no TensorBoard event ({error}); it may be damaged."
            ) from None
    return scalars


def _records(data: bytes, name: str) -> Iterator[bytes]:
    place = 0
    while place + 12 <= len(data):
        length, length_check = struct.unpack_from("<QI", data, place)
        if masked_crc(data[place : place + 8]) != length_check:
            what = "is no TensorBoard event file" if place == 0 else f"is damaged at byte {place:,}"
            raise FerError(f"{name} {what}; choose a file named events.out.tfevents.*.")
        start, end = place + 12, place + 12 + length
        if end + 4 > len(data):
            return  # the writer was killed, or still writes
        record = data[start:end]
        if length <= _CHECKED_BYTES:
            (check,) = struct.unpack_from("<I", data, end)
            if masked_crc(record) != check:
                raise FerError(f"{name} is damaged at byte {start:,}: a record's checksum is wrong.")
            yield record
        place = end + 4
    if place == 0:
        raise FerError(f"{name} is no TensorBoard event file: it has {len(data)} bytes.")


def _scalars_of_event(record: bytes) -> Iterator[Scalar]:
    wall_time, step, summaries = 0.0, 0, []
    for number, value in _fields(record):
        if number == 1:
            (wall_time,) = struct.unpack("<d", value)
        elif number == 2:
            step = value - (1 << 64) if value >> 63 else value
        elif number == 5:
            summaries.append(value)
    for summary in summaries:
        for number, value in _fields(summary):
            if number == 1:
                tag, scalar = _value(value)
                if scalar is not None:
                    yield Scalar(tag, step, wall_time, scalar)


def _value(message: bytes) -> tuple[str, float | None]:
    """Summary.Value: its tag and, where it is a scalar, its number."""
    tag, scalar = "", None
    for number, value in _fields(message):
        if number == 1:
            tag = value.decode()
        elif number == 2:  # simple_value, from TensorFlow 1 and PyTorch writers
            (scalar,) = struct.unpack("<f", value)
        elif number == 8:  # tensor, from TensorFlow 2 writers
            scalar = _tensor(value)
    return tag, scalar


def _tensor(message: bytes) -> float | None:
    """TensorProto: its number, or None where it is not a single one."""
    kind, found = 0, []
    values: dict[int, bytes] = {}
    for number, value in _fields(message):
        if number == 1:
            kind = value
        elif number == 2:
            if any(size != 1 for size in _shape(value)):
                return None
        elif number in (4, 5, 6, 7, 10):
            values[number] = value
    if kind not in _TYPES:
        return None
    if 4 in values:  # tensor_content: the array's bytes
        found = np.frombuffer(values[4], _TYPES[kind])
    elif 5 in values and isinstance(values[5], bytes):
        found = np.frombuffer(values[5], "<f4")
    elif 6 in values and isinstance(values[6], bytes):
        found = np.frombuffer(values[6], "<f8")
    else:
        found = [next(_varints(v)) if isinstance(v, bytes) else v for n, v in values.items() if n in (7, 10)]
        found = [v - (1 << 64) if v >> 63 else v for v in found]
    return float(found[0]) if len(found) == 1 else None


def _shape(message: bytes) -> list[int]:
    sizes = []
    for number, dimension in _fields(message):
        if number == 2:
            sizes.append(next((size for n, size in _fields(dimension) if n == 1), 0))
    return sizes


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Fields of a protocol buffer message: (number, varint as int or anything else as bytes)."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, place = _varint(message, place)
            yield number, value
            continue
        if kind == 2:
            size, place = _varint(message, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if place + size > len(message):
            raise ValueError("a field runs over the end")
        yield number, message[place : place + size]
        place += size


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value & (1 << 64) - 1, place
        shift += 7
        if shift > 63:
            raise ValueError("a number runs over 64 bits")


def _varints(data: bytes) -> Iterator[int]:
    place = 0
    while place < len(data):
        value, place = _varint(data, place)
        yield value


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def masked_crc(data: bytes) -> int:
    """CRC-32C (Castagnoli), rotated and shifted as TFRecord does, so that a CRC of CRCs stays sound."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
