"""The pictures of a class's own classes, in memory; and a zip of them that can be opened again."""

import io
import json
import zipfile
from dataclasses import dataclass, field, replace

import numpy as np

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.parsed import parse_json
from fer_core.types import Bytes, Integers

MOST_CLASSES = 8
LEAST, MOST = 10, 40
"""Pictures of one class: from so many on a class can be taught, and so many are kept at most."""
MOST_LETTERS = 30
SIDE = 48
_LIST = "class.json"
_FORMAT = 1
_MOST_BYTES = 4_000_000
_MOST_LIST_BYTES = 100_000
_MOST_PICTURE_BYTES = 20_000


@dataclass(frozen=True)
class Collection:
    """Named classes with their pictures; never changed, each change gives a new one.

    Attributes:
        names: the classes, in the order in which they were made.
        pixels: u8 (N, 48, 48), as the network sees them.
        labels: i64 (N,), places in `names`.
        takes: i64 (N,): pictures that were taken in one go have one number, because they resemble each other.
    """

    names: tuple[str, ...] = ()
    pixels: Bytes = field(default_factory=lambda: np.zeros((0, SIDE, SIDE), np.uint8))
    labels: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    takes: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    def counts(self) -> dict[str, int]:
        """Pictures by class."""
        return {name: int((self.labels == k).sum()) for k, name in enumerate(self.names)}

    @property
    def ready(self) -> bool:
        """Whether it can be taught: two classes or more, each with enough pictures."""
        return len(self.names) >= 2 and min(self.counts().values()) >= LEAST

    def with_class(self, name: str) -> "Collection":
        """With one more class. Raises FerError for an empty, long or known name, or one too many."""
        name = " ".join(name.split())
        if not name:
            raise FerError("A class needs a name.")
        if not name.isprintable():
            raise FerError("A class's name is made of letters that can be shown.")
        if len(name) > MOST_LETTERS:
            raise FerError(f"A class's name has at most {MOST_LETTERS} letters, not {len(name)}.")
        if name.casefold() in {known.casefold() for known in self.names}:
            raise FerError(f"There is a class {name!r} already.")
        if len(self.names) >= MOST_CLASSES:
            raise FerError(f"There are {MOST_CLASSES} classes already; take one out first.")
        return replace(self, names=(*self.names, name))

    def without_class(self, name: str) -> "Collection":
        """Without a class and its pictures."""
        place = self._place(name)
        kept = self.labels != place
        labels = self.labels[kept]
        return Collection(
            tuple(one for one in self.names if one != name),
            self.pixels[kept],
            labels - (labels > place),
            self.takes[kept],
        )

    def add(self, name: str, pixels: Bytes) -> "Collection":
        """With more pictures u8 (K, 48, 48) of a class, all of one take; what goes beyond MOST is left out."""
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[1:] != (SIDE, SIDE):
            raise FerError(f"Pictures are u8 (K, {SIDE}, {SIDE}), not {pixels.dtype} {pixels.shape}.")
        place = self._place(name)
        few = pixels[: max(0, MOST - self.counts()[name])]
        take = int(self.takes.max()) + 1 if len(self.takes) else 0
        return replace(
            self,
            pixels=np.concatenate([self.pixels, few]),
            labels=np.concatenate([self.labels, np.full(len(few), place)]),
            takes=np.concatenate([self.takes, np.full(len(few), take)]),
        )

    def without_last(self, name: str) -> "Collection":
        """Without the last take of a class."""
        own = self.labels == self._place(name)
        if not own.any():
            return self
        kept = ~(own & (self.takes == self.takes[own].max()))
        return replace(self, pixels=self.pixels[kept], labels=self.labels[kept], takes=self.takes[kept])

    def of(self, name: str) -> Bytes:
        """The pictures of a class, u8 (K, 48, 48)."""
        own: Bytes = self.pixels[self.labels == self._place(name)]
        return own

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise FerError(f"There is no class {name!r}.")
        return self.names.index(name)

    def to_zip(self) -> bytes:
        """A zip: class.json with names, labels and takes, and each picture as a PNG."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            record = {
                "format": _FORMAT,
                "names": list(self.names),
                "labels": self.labels.tolist(),
                "takes": self.takes.tolist(),
            }
            archive.writestr(_LIST, json.dumps(record, ensure_ascii=False, indent=1))
            for k, picture in enumerate(self.pixels):
                archive.writestr(_picture(k), pictures.encode_png(picture))
        return made.getvalue()

    @classmethod
    def from_zip(cls, data: bytes) -> "Collection":
        """What `to_zip` wrote. Raises FerError, one sentence, for anything else."""
        if len(data) > _MOST_BYTES:
            raise FerError(
                f"This zip is larger than {_MOST_BYTES // 1_000_000} MB; a class downloaded here is smaller."
            )
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                record = parse_json(_member(archive, _LIST, _MOST_LIST_BYTES))
                names, labels, takes = _checked(record)
                pixels = [_face(archive, k) for k in range(len(labels))]
        except FerError:
            raise
        except Exception as error:  # zipfile and zlib raise many kinds at damage
            raise FerError("This is no class that was downloaded here, or the file is damaged.") from error
        whole = np.stack(pixels) if pixels else np.zeros((0, SIDE, SIDE), np.uint8)
        found = cls((), whole, labels, takes)
        for name in names:
            found = found.with_class(name)
        return found


def _picture(k: int) -> str:
    return f"pictures/{k:03d}.png"


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    if archive.getinfo(name).file_size > most:
        raise ValueError(f"{name} is too large")
    with archive.open(name) as stream:
        return stream.read(most)


def _face(archive: zipfile.ZipFile, k: int) -> Bytes:
    found = pictures.gray(pictures.decode(_member(archive, _picture(k), _MOST_PICTURE_BYTES), _picture(k)))
    if found.shape != (SIDE, SIDE):
        raise ValueError(f"{_picture(k)} is not {SIDE} x {SIDE}")
    face: Bytes = found
    return face


def _whole_numbers(values: object) -> Integers:
    """i64 (N,) of a list of small whole numbers."""
    if not isinstance(values, list) or any(type(value) is not int or not 0 <= value < 10**9 for value in values):
        raise ValueError("no whole numbers")
    return np.array(values, dtype=np.int64)


def _checked(record: object) -> tuple[list[str], Integers, Integers]:
    if not isinstance(record, dict) or record.get("format") != _FORMAT:
        raise ValueError("another format")
    names = record["names"]
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names) and len(names) <= MOST_CLASSES):
        raise ValueError("odd names")
    labels, takes = (_whole_numbers(record[key]) for key in ("labels", "takes"))
    if labels.shape != takes.shape or len(labels) > MOST * MOST_CLASSES:
        raise ValueError("odd labels")
    if ((labels < 0) | (labels >= len(names))).any():
        raise ValueError("a label without a name")
    if any((labels == k).sum() > MOST for k in range(len(names))):
        raise ValueError("too many of a class")
    return names, labels, takes
