"""TensorBoard event files: the scalars in them, and nothing else.

Records are taken apart here, messages by tensorboard's own definitions. Its file loaders are not used: they bring in
TensorFlow as soon as it is installed, and end without a word where a file is damaged. An event file is a TFRecord file
of serialised Event messages. A record: length u64, masked CRC-32C of the length u32, the data, masked CRC-32C of the
data u32, all little endian (tensorflow/core/lib/io/record_writer.h).
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from fer_core.errors import FerError

_CHECKED_BYTES = 1 << 16
"""Scalars are small: longer records (graphs, images) are passed over, unread."""
MOST_RECORDS = 2_000_000
MOST_SCALARS = 500_000
MOST_SMALL_BYTES = 1 << 26
"""Bytes of small records in a file; checksums over more take longer than anybody waits."""


@dataclass(frozen=True)
class Scalar:
    """One logged number. step: as logged. wall_time: seconds since 1970."""

    tag: str
    step: int
    wall_time: float
    value: float


def is_event_file(head: bytes) -> bool:
    """Whether a file whose first bytes (12 or more) are these is made of such records."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    return len(head) >= 12 and masked_crc32c(head[:8]) == struct.unpack("<I", head[8:12])[0]


def read_scalars(source: bytes | BinaryIO, name: str = "the file") -> list[Scalar]:
    """All scalars of one event file, in its order. A last record cut short by a kill is left out.

    Large records are never in memory. Raises FerError, naming the file and the byte, where it is no event file, is
    damaged, or holds more than is read: MOST_RECORDS, MOST_SCALARS, MOST_SMALL_BYTES.
    """
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.event_pb2 import Event

    scalars: list[Scalar] = []
    for place, record in _records(io.BytesIO(source) if isinstance(source, bytes) else source, name):
        try:
            event = Event.FromString(record)
        except DecodeError:
            raise FerError(f"{name} holds at byte {place:,} a record that is no TensorBoard event.") from None
        for value in event.summary.value:
            number = _number(value)
            if number is not None:
                scalars.append(Scalar(value.tag, event.step, event.wall_time, number))
        if len(scalars) > MOST_SCALARS:
            raise FerError(f"{name} holds more than {MOST_SCALARS:,} scalars; log by epoch, or every hundredth step.")
    return scalars


def _records(stream: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """Where each small record stands, and its bytes."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    end = stream.seek(0, io.SEEK_END)
    place = small = count = stream.seek(0)
    while place + 12 <= end:
        stream.seek(place)
        head = stream.read(12)
        length, check = struct.unpack("<QI", head)
        if masked_crc32c(head[:8]) != check:
            what = "is no TensorBoard event file" if place == 0 else f"is damaged at byte {place:,}"
            raise FerError(f"{name} {what}; choose a file named events.out.tfevents.*.")
        if place + 16 + length > end:
            return  # the writer was killed, or still writes
        if length <= _CHECKED_BYTES:
            record = stream.read(length)
            if masked_crc32c(record) != struct.unpack("<I", stream.read(4))[0]:
                raise FerError(f"{name} is damaged at byte {place + 12:,}: a record's checksum is wrong.")
            yield place, record
            small += length
        count += 1
        if small > MOST_SMALL_BYTES or count > MOST_RECORDS:
            raise FerError(f"{name} holds more than {MOST_SMALL_BYTES >> 20} MB of records; that is no log of one run.")
        place += 16 + length
    if place == 0:
        raise FerError(f"{name} is no TensorBoard event file: it has {end} bytes.")


def _number(value: Any) -> float | None:
    """A Summary.Value's number where it is a scalar: simple_value, which TensorFlow 1 and PyTorch write, or a tensor of
    one number, from TensorFlow 2; else None."""
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return float(value.simple_value)
    if kind != "tensor" or any(dimension.size != 1 for dimension in value.tensor.tensor_shape.dim):
        return None
    from tensorboard.util.tensor_util import make_ndarray

    try:
        array = make_ndarray(value.tensor)
    except (KeyError, TypeError, ValueError):
        return None  # a type without numbers, or content of another size than the shape says
    return float(array.item()) if array.size == 1 and array.dtype.kind in "fiub" else None
