"""FER+'s own folders: FER2013Train, FER2013Valid and FER2013Test, in each a label.csv with ten people's votes and the
pictures that it names (github.com/microsoft/FERPlus)."""

import re

import numpy as np

from fer_core.data.csv_columns import small_table
from fer_core.data.dataset import Dataset, make_dataset
from fer_core.data.folders import Folder, join
from fer_core.data.layouts.base import FolderView, Layout
from fer_core.data.layouts.image_files import read_pictures
from fer_core.data.layouts.tree_names import split_of
from fer_core.data.votes import VOTE_NAMES, vote_targets
from fer_core.errors import FerError

_LABELS = "label.csv"
_COLUMNS = 2 + len(VOTE_NAMES)
_NUMBER = re.compile(r"fer0*(\d{1,9})\.")


class FerPlusFolders(Layout):
    """Folders by the split's name, in each a label.csv with votes and the pictures that it names."""

    name = "ferplus"
    described = "FER2013Train/label.csv with FER+ votes and its pictures"

    def find(self, place: FolderView) -> str | None:
        return place.root if _parts(place) else None

    def load(self, folder: Folder, at: str) -> Dataset:
        """The pictures of the files that exist, labelled by the class with most votes of FER+'s ten people.

        Pictures for which contempt, unknown or not a face has the most votes have none of the seven labels; they and
        those whose file is missing are left out and counted. Row numbers are those in the pictures' names, which are
        fer2013.csv's, where all have one. Raises FerError for a label.csv that is damaged or names no picture there.
        """
        members, splits, votes = _listed(folder, at)
        there = set(folder.files())
        found = np.array([member in there for member in members])
        shares, known = vote_targets(votes)
        keep = np.flatnonzero(found & known)
        if not keep.size:
            example = folder.shown(members[0])
            raise FerError(
                f"None of the {len(members):,} pictures that {_LABELS} names has a file and a label ({example}, for "
                "one); FER+ holds votes alone, its pictures are written by its generate_training_data.py from "
                "fer2013.csv."
            )
        pixels, whole = read_pictures(folder, [members[i] for i in keep.tolist()])
        kept = keep[whole]
        taken = [
            "the labels are those that most of FER+'s voters gave",
            *_left_out(int(np.sum(~found)) + int(np.sum(~whole)), "without a picture"),
            *_left_out(int(np.sum(found & ~known)), "for which contempt, unknown or not a face has the most votes"),
        ]
        labels = shares[kept].argmax(1)
        rows = _rows([members[i] for i in kept.tolist()])
        return make_dataset(folder.stem, pixels[whole], labels, splits[kept], self.name, rows, votes[kept], taken)


def _parts(place: FolderView) -> list[tuple[int, str]]:
    """Split and path of each folder that has a label.csv; a tree of classes may hold a file of that name, too."""
    holding = {name: below for name, below in place.folders.items() if _LABELS in below.files and not below.folders}
    inner = ((split_of(name), below) for name, below in holding.items())
    return [(split, below.root) for split, below in inner if split is not None]


def _listed(folder: Folder, root: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Paths of the pictures that the csv files name, their splits u8 (N,) and votes u8 (N, 10)."""
    members: list[str] = []
    splits: list[int] = []
    votes: list[np.ndarray] = []
    prefix = f"{root}/" if root else ""
    for split, path in _label_files(folder, prefix):
        rows = small_table(folder, path)
        members += [join(path.rpartition("/")[0], row[0].strip()) for row in rows]
        splits += [split] * len(rows)
        votes += [_votes(row, i, folder.shown(path)) for i, row in enumerate(rows)]
    return members, np.array(splits, np.uint8), np.array(votes, np.uint8).reshape(-1, len(VOTE_NAMES))


def _label_files(folder: Folder, prefix: str) -> list[tuple[int, str]]:
    """Split and path of each label.csv right below a folder of a split's name, training first."""
    found = []
    for path in folder.files():
        parts = path.removeprefix(prefix).split("/")
        split = split_of(parts[0]) if path.startswith(prefix) and len(parts) == 2 else None
        if split is not None and parts[1].lower() == _LABELS:
            found.append((split, path))
    return sorted(found)


def _votes(row: list[str], number: int, shown: str) -> np.ndarray:
    cells = [cell.strip() for cell in row[2:]]
    if len(row) != _COLUMNS or not all(cell.isdecimal() and len(cell) < 4 and int(cell) < 256 for cell in cells):
        raise FerError(
            f"{shown}, row {number}: '{','.join(row)[:60]}' is not a picture's name, a box and ten counts of votes "
            f"({', '.join(VOTE_NAMES)})."
        )
    return np.array([int(cell) for cell in cells], np.uint8)


def _left_out(count: int, which: str) -> list[str]:
    return [f"{count:,} row{'s' * (count != 1)} {which} {'were' if count != 1 else 'was'} left out"] if count else []


def _rows(members: list[str]) -> np.ndarray | None:
    """The row numbers in the pictures' names; None where one has none, or two have the same."""
    found = [_NUMBER.search(member.rsplit("/", 1)[-1]) for member in members]
    rows = [int(match[1]) for match in found if match]
    return np.array(rows, np.int64) if len(set(rows)) == len(members) else None
