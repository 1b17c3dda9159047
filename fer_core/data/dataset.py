"""The one shape in which pictures travel through the library."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES

SPLITS = ("train", "public", "private", "test")
"""Split names; `Dataset.split` holds indices into this. FER2013's halves are public and private; sets that
have only one test part call it test."""

SIDE = 48

ORDERS = {"FER2013": CLASSES, "alphabet": tuple(sorted(CLASSES))}
"""What the numbers 0 to 6 may stand for, where a source names its classes by numbers alone: FER2013's own order, and
the alphabet's, in which `flow_from_directory` and `ImageFolder` number class folders."""


@dataclass(frozen=True)
class Dataset:
    """Gray 48 x 48 faces with labels.

    Attributes:
        name: "fer2013", "drawn", or the stem of the file or folder.
        pixels: u8 (N, 48, 48), 0 to 255.
        labels: i8 (N,), 0 to 6 in the order of `fer_core.labels.CLASSES`, -1 where not given.
        split: u8 (N,), index into SPLITS.
        rows: i64 (N,), 0-based row number in the source, so that a prediction finds its picture again.
        layout: how the source was laid out: "fer2013.csv", "icml_face_data.csv", "hw3", "tree", "npz", "drawn".
        fingerprint: 16 hex digits of `fingerprint(pixels, labels, split)`.
        votes: u8 (N, 10) FER+ votes (neutral, happiness, surprise, sadness, anger, disgust, fear, contempt,
            unknown, not a face), or None.
        taken: what was unusual about the source and how it was read, a clause each.
        guessed: which readings were guesses that may be changed by `reread`: "numbers", "split".
    """

    name: str
    pixels: np.ndarray
    labels: np.ndarray
    split: np.ndarray
    rows: np.ndarray
    layout: str
    fingerprint: str
    votes: np.ndarray | None = None
    taken: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pixels)

    def has(self, split_name: str) -> bool:
        """Whether any picture belongs to the split."""
        return split_name in SPLITS and bool(np.any(self.split == SPLITS.index(split_name)))

    def subset(self, split_name: str) -> "Dataset":
        """The pictures of one split, in order. Raises FerError where the set has none."""
        if not self.has(split_name):
            there = ", ".join(name for name in SPLITS if self.has(name))
            raise FerError(f"The set {self.name!r} has no {split_name} split; it has: {there}.")
        return self.take(np.flatnonzero(self.split == SPLITS.index(split_name)))

    def take(self, positions: np.ndarray) -> "Dataset":
        """The pictures at the given positions (i64 (K,)), in that order; the fingerprint stays the source's."""
        votes = None if self.votes is None else self.votes[positions]
        return replace(
            self,
            pixels=self.pixels[positions],
            labels=self.labels[positions],
            split=self.split[positions],
            rows=self.rows[positions],
            votes=votes,
        )

    def index_of(self, rows: np.ndarray) -> np.ndarray:
        """Positions i64 (K,) of the pictures with the given row numbers. Raises FerError for an unknown row."""
        order = np.argsort(self.rows, kind="stable")
        found = np.searchsorted(self.rows, rows, sorter=order)
        positions = order[np.minimum(found, len(order) - 1)]
        wrong = np.flatnonzero(self.rows[positions] != rows)
        if wrong.size:
            raise FerError(f"The set {self.name!r} has no row {np.asarray(rows)[wrong[0]]}.")
        return positions

    def counts(self) -> dict[str, int]:
        """Number of pictures per split that has any, in the order of SPLITS."""
        return {name: int(np.sum(self.split == i)) for i, name in enumerate(SPLITS) if self.has(name)}


def make_dataset(
    name: str,
    pixels: np.ndarray,
    labels: np.ndarray,
    split: np.ndarray,
    layout: str,
    rows: np.ndarray | None = None,
    votes: np.ndarray | None = None,
    taken: Iterable[str] = (),
    guessed: Iterable[str] = (),
) -> Dataset:
    """A Dataset with types and fingerprint filled in; rows default to 0 ... N - 1."""
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    labels = np.asarray(labels, dtype=np.int8)
    split = np.asarray(split, dtype=np.uint8)
    rows = np.arange(len(pixels), dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
    key = fingerprint(pixels, labels, split)
    return Dataset(name, pixels, labels, split, rows, layout, key, votes, tuple(taken), tuple(guessed))


def reread(dataset: Dataset, numbers: str | None = None, split: str | None = None) -> Dataset:
    """The set with what was guessed read otherwise.

    numbers: "FER2013" or "alphabet", the order of the classes that folders named 0 to 6 stand for. split: a name in
    SPLITS for all pictures, where the source tells none apart. Raises FerError for a reading that the source leaves no
    room for, or a word that is neither.
    """
    labels, splits = dataset.labels, dataset.split
    for key, value, known in (("numbers", numbers, tuple(ORDERS)), ("split", split, SPLITS)):
        if value is not None and value not in known:
            raise FerError(f"{key} is {value!r}; {', '.join(known)} are known.")
        if value is not None and key not in dataset.guessed:
            raise FerError(f"The set {dataset.name!r} says itself what its {key} mean; there is nothing to choose.")
    if numbers is not None:
        meant = np.array([CLASSES.index(name) for name in ORDERS[numbers]], np.int8)
        labels = np.where(labels < 0, labels, meant[labels])
    if split is not None:
        splits = np.full(len(splits), SPLITS.index(split), np.uint8)
    key = fingerprint(dataset.pixels, labels, splits)
    return replace(dataset, labels=labels, split=splits, fingerprint=key)


def fingerprint(pixels: np.ndarray, labels: np.ndarray, split: np.ndarray) -> str:
    """16 hex digits that change when a pixel, a label or a split does (sha256, cut)."""
    digest = hashlib.sha256()
    for array in (pixels, labels, split):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
