"""What the names of folders mean: splits and classes, as people call them."""

import re

from fer_core.data.dataset import ORDERS
from fer_core.errors import FerError
from fer_core.labels import CLASSES, class_index, nearest_class

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
NUMBERS = "numbers"
_FER_PLUS = {"fer2013train": 0, "fer2013valid": 1, "fer2013test": 2}
"""How FER+ names its folders: its test pictures are FER2013's private half."""
_AROUND = ("fer2013", "fer", "set", "data", "dataset", "images", "faces")
_WORD = re.compile(r"[a-z]+")


def split_of(name: str) -> int | None:
    """Index into SPLITS of a folder's name, like "train", "FER2013Valid", "test_images"; None for any other."""
    key = re.sub(r"[^a-z0-9]", "", name.lower())
    if key in _FER_PLUS:
        return _FER_PLUS[key]
    key = key.removeprefix("fer2013")
    for around in _AROUND:
        key = key if key in SPLIT_FOLDERS else key.removeprefix(around).removesuffix(around)
    return SPLIT_FOLDERS.get(key)


def label_of_folder(name: str) -> int | None:
    """0 to 6 of a folder's name: a class's ("Happiness"), with a number beside it ("0_angry"), or the number alone,
    which stands for FER2013's order; None for any other."""
    for text in (name, *(found[0] for found in [_WORD.findall(name.lower())] if len(found) == 1)):
        try:
            return class_index(text)
        except KeyError:
            continue
    return int(name) if is_bare_number(name) and int(name) in range(7) else None


def is_bare_number(name: str) -> bool:
    """Whether a class folder is named by a number alone: which class that is, is a guess."""
    return name.strip().isdecimal() and name.strip().isascii() and len(name) < 4


def checked_label(name: str, shown: str) -> int:
    """`label_of_folder`. Raises FerError, with the nearest class where the name is misspelt."""
    label = label_of_folder(name)
    if label is not None:
        return label
    near = nearest_class(" ".join(_WORD.findall(name.lower())))
    if near:
        raise FerError(f"{shown}: '{name}' is none of the seven classes; if it means '{near}', rename the folder so.")
    if is_bare_number(name):
        raise FerError(
            f"{shown}: which class {name} stands for can't be told; the numbers 0 to 6 stand for {', '.join(CLASSES)}. "
            "Rename the folders to their classes."
        )
    raise FerError(
        f"{shown}: '{name}' is none of the seven classes ({', '.join(CLASSES)}); rename the folder or take it away."
    )


def said_of_numbers() -> str:
    """What is said where folders are named by numbers alone."""
    pairs = ", ".join(f"{i} {name}" for i, name in enumerate(ORDERS["FER2013"]))
    return f"folders named by numbers were taken in FER2013's order ({pairs})"
