"""Folder trees of images: train/CLASS/*, test/CLASS/*."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from fer_core.data.csv_columns import official_name
from fer_core.data.csv_pixels import MOST_PICTURES
from fer_core.data.dataset import SIDE, Dataset, make_dataset
from fer_core.data.folders import Folder
from fer_core.data.layouts.base import Layout, Place
from fer_core.errors import FerError
from fer_core.labels import CLASSES, class_index

SPLIT_FOLDERS = {
    "train": 0,
    "training": 0,
    "public": 1,
    "publictest": 1,
    "val": 1,
    "valid": 1,
    "validation": 1,
    "private": 2,
    "privatetest": 2,
    "test": 3,
    "testing": 3,
}
"""Folder names, in lower case, as indices into SPLITS; a validation folder stands for the public half."""
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".webp", ".tif", ".tiff", ".gif")
_MOST_BYTES = 1 << 25
"""Bytes of one encoded picture; one of 48 x 48 has a few thousand."""
_MOST_BATCH_BYTES = 1 << 26
_BATCH = 512


@dataclass(frozen=True)
class _Picture:
    member: str
    split: int
    label: int


class ImageTree(Layout):
    """Folders of images: a folder a split, in it a folder a class."""

    name = "tree"
    described = "train/CLASS/ and test/CLASS/ with images"

    def find(self, place: Place) -> str | None:
        splits = (inner for name, inner in place.folders.items() if name.lower() in SPLIT_FOLDERS)
        classes = (inner for split in splits for inner in split.folders.values())
        images = (name for inner in classes for name in inner.below() if name.lower().endswith(IMAGE_ENDINGS))
        return next((place.root for _ in images), None)

    def load(self, folder: Folder, at: str) -> Dataset:
        """All pictures of a tree, gray, cut to their middle square and resized to 48 x 48 by area.

        Order: by split, class and name, so that row numbers stay as long as no picture comes or goes.
        Raises FerError for a class folder of another name and for a file that is not a readable picture.
        """
        pictures = sorted(_pictures(folder, at), key=lambda picture: (picture.split, picture.label))
        if len(pictures) > MOST_PICTURES:
            raise FerError(f"{folder.title} holds more than {MOST_PICTURES:,} pictures; split it into smaller sets.")
        pixels = np.empty((len(pictures), SIDE, SIDE), np.uint8)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            done = 0
            for batch in _batches(folder, pictures):
                for picture in pool.map(lambda pair: decode(*pair), batch):
                    pixels[done] = picture
                    done += 1
        split = np.array([picture.split for picture in pictures], np.uint8)
        labels = np.array([picture.label for picture in pictures], np.int8)
        name = official_name(split) or PurePosixPath(at).name or folder.stem
        return make_dataset(name, pixels, labels, split, "tree")


def _pictures(folder: Folder, root: str) -> Iterator[_Picture]:
    prefix = f"{root}/" if root else ""
    for member in folder.files():
        parts = member.removeprefix(prefix).split("/")
        split = SPLIT_FOLDERS.get(parts[0].lower())
        if not member.startswith(prefix) or split is None or len(parts) < 3:
            continue
        try:
            label = class_index(parts[1])
        except KeyError:
            raise FerError(
                f"{folder.shown(prefix + '/'.join(parts[:2]))}: '{parts[1]}' is none of the seven classes "
                f"({', '.join(CLASSES)}); rename the folder or take it away."
            ) from None
        yield _Picture(member, split, label)


def _batches(folder: Folder, pictures: list[_Picture]) -> Iterator[list[tuple[bytes, str]]]:
    """Bytes and shown names, some hundred at a time, so that only these are in memory together."""
    batch: list[tuple[bytes, str]] = []
    held = 0
    for picture in pictures:
        shown = folder.shown(picture.member)
        with folder.open(picture.member) as stream:
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
