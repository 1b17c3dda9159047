"""Files of images as gray faces of 48 x 48, for every layout that has them."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from fer_core.data.csv_pixels import MOST_PICTURES
from fer_core.data.dataset import SIDE
from fer_core.data.folders import Folder
from fer_core.errors import FerError

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".webp", ".tif", ".tiff", ".gif")
_MOST_BYTES = 1 << 25
"""Bytes of one encoded picture; one of 48 x 48 has a few thousand."""
_MOST_BATCH_BYTES = 1 << 26
_BATCH = 512


def read_pictures(folder: Folder, members: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Pixels u8 (N, 48, 48) of the files, and bool (N,): which of them are pictures; the others' pixels mean nothing.

    Each is made gray, cut to its middle square and resized by area. Raises FerError for more files than a set may
    have, and for a picture that is damaged.
    """
    if len(members) > MOST_PICTURES:
        raise FerError(f"{folder.title} holds more than {MOST_PICTURES:,} pictures; split it into smaller sets.")
    pixels = np.empty((len(members), SIDE, SIDE), np.uint8)
    kept = np.zeros(len(members), bool)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = 0
        for batch in _batches(folder, members):
            for picture in pool.map(_read, batch):
                if picture is not None:
                    pixels[done], kept[done] = picture, True
                done += 1
    return pixels, kept


def _read(pair: tuple[bytes, str]) -> np.ndarray | None:
    """The picture, or None for a file that is something else. Raises FerError for a picture that is damaged."""
    data, shown = pair
    try:
        return decode(data, shown)
    except FerError:
        from fer_core.pictures import kinds

        if kinds.kind(data) == kinds.PICTURE or (not data and shown.lower().endswith(IMAGE_ENDINGS)):
            raise
        return None


def _batches(folder: Folder, members: list[str]) -> Iterator[list[tuple[bytes, str]]]:
    """Bytes and shown names, some hundred at a time, so that only these are in memory together."""
    batch: list[tuple[bytes, str]] = []
    held = 0
    for member in members:
        shown = folder.shown(member)
        with folder.open(member) as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise FerError(f"{shown} is larger than {_MOST_BYTES >> 20} MB; that is no picture of a face.")
        batch.append((data, shown))
        held += len(data)
        if len(batch) == _BATCH or held > _MOST_BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def decode(data: bytes, shown: str) -> np.ndarray:
    """An encoded image as gray u8 (48, 48): the middle square, resized by area.

    Raises FerError where the bytes are no picture that can be read; `shown` names it in the message.
    """
    from fer_core import pictures  # sets OpenCV's size limit, which is read once, by its import

    import cv2  # isort: skip

    pictures.check_header(data, shown)
    try:
        image: np.ndarray | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        image = None
    if image is None:  # the slower way knows more formats, and says what is wrong
        image = pictures.gray(pictures.decode(data, shown))
    height, width = image.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = image[top : top + side, left : left + side]
    if side == SIDE:
        return square
    return cv2.resize(square, (SIDE, SIDE), interpolation=cv2.INTER_AREA if side > SIDE else cv2.INTER_LINEAR)
