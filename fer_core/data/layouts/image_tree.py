"""Folder trees of images: train/CLASS/*, test/CLASS/*."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from fer_core.data.csv_columns import official_name
from fer_core.data.dataset import SPLITS, Dataset, make_dataset
from fer_core.data.folders import Folder
from fer_core.data.layouts.base import FolderView, Layout
from fer_core.data.layouts.image_files import IMAGE_ENDINGS, read_pictures
from fer_core.data.layouts.tree_names import checked_label, is_bare_number, label_of_folder, said_of_numbers, split_of
from fer_core.errors import FerError


@dataclass(frozen=True)
class _Picture:
    member: str
    split: int
    label: int


@dataclass
class _Tree:
    """What was found in a tree: its pictures, the splits and classes that folders stand for, what was left aside."""

    pictures: list[_Picture] = field(default_factory=list)
    numbers: bool = False
    outside: int = 0
    left_out: list[str] = field(default_factory=list)


class ImageTree(Layout):
    """Folders of images: a folder a split, in it a folder a class; or class folders alone."""

    name = "tree"
    described = "train/CLASS/ and test/CLASS/ with images"

    def find(self, place: FolderView) -> str | None:
        splits = [inner for name, inner in place.folders.items() if split_of(name) is not None]
        classes = (inner for split in splits for inner in split.folders.values())
        if any(_holds_images(inner) for inner in classes) or _class_folders(place):
            return place.root
        return None

    def load(self, folder: Folder, at: str) -> Dataset:
        """All pictures of a tree, gray, cut to their middle square and resized to 48 x 48 by area.

        Order: by split, class and name, so that row numbers stay as long as no picture comes or goes. Without split
        folders the tree's own name says which split it is, else all is taken for training. What is no picture is left
        out and said. Raises FerError for a class folder of another name and for a picture that is damaged.
        """
        own = PurePosixPath(at).name or folder.stem
        splits = {split_of(name) for name in _folders(folder, at)} - {None}
        whole = None if splits else split_of(own)
        tree = _tree(folder, at, None if splits else (0 if whole is None else whole))
        pictures = sorted(tree.pictures, key=lambda picture: (picture.split, picture.label))
        pixels, kept = read_pictures(folder, [picture.member for picture in pictures])
        tree.left_out += [folder.shown(pictures[i].member) for i in np.flatnonzero(~kept).tolist()]
        if not kept.any():
            raise FerError(f"{folder.title} holds no picture that can be read in its class folders.")
        split = np.array([picture.split for picture in pictures], np.uint8)[kept]
        labels = np.array([picture.label for picture in pictures], np.int8)[kept]
        guessed = [*(["numbers"] if tree.numbers else []), *(["split"] if not splits else [])]
        taken = _said(tree, None if splits else whole, bool(splits))
        name = official_name(split) or own
        return make_dataset(name, pixels[kept], labels, split, "tree", taken=taken, guessed=guessed)


def _said(tree: _Tree, whole: int | None, has_splits: bool) -> list[str]:
    """What a screen is told of how the tree was read."""
    said = [said_of_numbers()] if tree.numbers else []
    if not has_splits:
        words = "for training" if whole is None else f"for {SPLITS[whole]} pictures, by the folder's name"
        said.append(f"no folder tells training from test pictures; all were taken {words}")
    if tree.left_out:
        some = ", ".join(tree.left_out[:3]) + (", ..." if len(tree.left_out) > 3 else "")
        files = "file that is no picture was" if len(tree.left_out) == 1 else "files that are no pictures were"
        said.append(f"{len(tree.left_out)} {files} left out ({some})")
    if tree.outside:
        lie, was = ("picture lies", "was") if tree.outside == 1 else ("pictures lie", "were")
        said.append(f"{tree.outside:,} {lie} outside the class folders and {was} left out")
    return said


def _holds_images(place: FolderView) -> bool:
    return any(name.lower().endswith(IMAGE_ENDINGS) for name in place.below())


def _class_folders(place: FolderView) -> bool:
    """Whether a place holds class folders with no split above them: at least two, and most of those with pictures."""
    filled = [name for name, inner in place.folders.items() if _holds_images(inner)]
    known = [name for name in filled if label_of_folder(name) is not None]
    return len(known) >= 2 and 2 * len(known) > len(filled)


def _folders(folder: Folder, root: str) -> set[str]:
    """Names of the folders that lie right below the root and hold folders."""
    prefix = f"{root}/" if root else ""
    inside = (member.removeprefix(prefix).split("/") for member in folder.files() if member.startswith(prefix))
    return {parts[0] for parts in inside if len(parts) > 2}


def _tree(folder: Folder, root: str, split: int | None) -> _Tree:
    """The pictures below a root: ROOT/SPLIT/CLASS/..., or, where all are of one `split`, ROOT/CLASS/..."""
    prefix = f"{root}/" if root else ""
    tree = _Tree()
    depth = 2 if split is None else 1
    for member in folder.files():
        if not member.startswith(prefix):
            continue
        parts = member.removeprefix(prefix).split("/")
        own = split_of(parts[0]) if split is None else split
        if own is None or len(parts) <= depth:
            tree.outside += member.lower().endswith(IMAGE_ENDINGS)
            continue
        name = parts[depth - 1]
        if label_of_folder(name) is None and not member.lower().endswith(IMAGE_ENDINGS):
            tree.left_out.append(folder.shown(member))
            continue
        label = checked_label(name, folder.shown(prefix + "/".join(parts[:depth])))
        tree.numbers |= is_bare_number(name)
        tree.pictures.append(_Picture(member, own, label))
    return tree
