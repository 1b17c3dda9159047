"""Pictures of a set under a name: tags and saved selections, which are one thing seen from two sides.

A tag is a name that pictures bear, a selection the pictures that bear a name. Kept in a small JSON file beside the set
by row number, {"format": 1, "sets": {FINGERPRINT: {NAME: [row, ...]}}}, written whole or not at all.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from fer_core.data.dataset import Dataset
from fer_core.data.verdicts import beside
from fer_core.errors import FerError
from fer_core.parsed import parse_json
from fer_core.types import Integers

SUFFIX = ".tags.json"
MOST = 200
MOST_ROWS = 500_000
"""Of all names together, each picture counted under each of its names: what a file of some MB holds."""
EVERY = "all pictures"
"""What a box calls no selection at all; no selection is called so."""
_MOST_LETTERS = 60
_writing = threading.Lock()


def file_for(dataset: Dataset, source: Path | None) -> Path:
    """Where a set's tags lie: beside its file or folder, as its verdicts do."""
    return beside(dataset, source, "tags", SUFFIX)


def read(path: Path, fingerprint: str) -> dict[str, Integers]:
    """Name -> rows i64 (K,), ascending, of one set; by name. Empty where there is no file.

    Raises FerError for a file that is something else.
    """
    kept = _sets(path).get(fingerprint, {})
    return {name: np.array(rows, np.int64) for name, rows in sorted(kept.items(), key=lambda one: one[0].lower())}


def names_of(kept: Mapping[str, np.ndarray], row: int) -> list[str]:
    """The names that a picture bears."""
    return [name for name, rows in kept.items() if row in rows]


def keep(path: Path, fingerprint: str, name: str, rows: Iterable[int]) -> str:
    """Adds pictures to those of a name, which is made where it is new; gives the name as it is kept.

    Raises FerError for an empty or long name, one too many, or a folder that can't be written.
    """
    name = _checked(name)
    with _writing:
        sets = _sets(path)
        own = sets.setdefault(fingerprint, {})
        own[name] = sorted({*own.get(name, ()), *map(int, rows)})
        _write(path, sets, fingerprint)
    return name


def tag(path: Path, fingerprint: str, row: int, names: Iterable[str]) -> None:
    """Gives a picture these names and no others; a name without pictures is forgotten."""
    wanted = {_checked(name) for name in names}
    with _writing:
        sets = _sets(path)
        own = sets.setdefault(fingerprint, {})
        for name in {*own, *wanted}:
            rows = {*own.get(name, ())} - {int(row)} | ({int(row)} if name in wanted else set())
            own[name] = sorted(rows)
        sets[fingerprint] = {name: rows for name, rows in own.items() if rows}
        _write(path, sets, fingerprint)


def forget(path: Path, fingerprint: str, name: str) -> None:
    """Leaves a name out from now on; the pictures stay. Raises FerError where there is no such name."""
    with _writing:
        sets = _sets(path)
        if name not in sets.get(fingerprint, {}):
            raise FerError(f"No pictures of this set are kept as {name!r}.")
        del sets[fingerprint][name]
        _write(path, sets, fingerprint)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _MOST_LETTERS:
        raise FerError(f"A tag or a selection has a name of 1 to {_MOST_LETTERS} letters, not {len(name)}.")
    if name.lower() == EVERY:
        raise FerError(f"{EVERY!r} means the whole set; choose another name.")
    return name


def _sets(path: Path) -> dict[str, dict[str, list[int]]]:
    """Fingerprint -> name -> rows."""
    try:
        found = parse_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FerError(f"{path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise FerError(f"{path} is no file of tags: {error}.") from None
    sets = found.get("sets") if isinstance(found, dict) else None
    if not isinstance(sets, dict) or not all(_is_named_rows(one) for one in sets.values()):
        raise FerError(f"{path} is no file of tags: it does not say which rows of which set bear which name.")
    return sets


def _is_named_rows(one: object) -> bool:
    return isinstance(one, dict) and all(
        isinstance(rows, list) and all(type(row) is int and 0 <= row < 2**40 for row in rows) for rows in one.values()
    )


def _write(path: Path, sets: Mapping[str, Mapping[str, list[int]]], fingerprint: str) -> None:
    if len(sets[fingerprint]) > MOST:
        raise FerError(f"{MOST} names are kept for this set already; forget one first.")
    if sum(len(rows) for own in sets.values() for rows in own.values()) > MOST_ROWS:
        raise FerError(f"{path.name} would hold more than {MOST_ROWS:,} rows; forget a large selection first.")
    text = json.dumps({"format": 1, "sets": sets}, ensure_ascii=False, separators=(",", ":"))
    half = path.with_name(f".{path.name}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(text + "\n", encoding="utf-8")
        half.replace(path)
    except OSError as error:
        raise FerError(f"The tags could not be kept in {path}: {error.strerror}.") from error
