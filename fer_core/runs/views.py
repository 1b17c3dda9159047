"""Views of the pages that somebody gave a name: kept in a small file beside the runs, .views.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fer_core.errors import FerError
from fer_core.runs.folder import read_json, write_json

FILE = ".views.json"
MOST = 200
_MOST_LETTERS = 60


@dataclass(frozen=True)
class SavedView:
    """A page by its name in the address, and the parameters of its address, each with its values."""

    page: str
    query: dict[str, list[str]]


def read(root: Path) -> dict[str, SavedView]:
    """The views kept in a folder of runs, by name; what is no view there is left out. Raises FerError for a damaged
    file."""
    path = root / FILE
    if not path.is_file():
        return {}
    found = {}
    for name, one in read_json(path).items():
        if not isinstance(one, dict) or not isinstance(one.get("page"), str) or not isinstance(one.get("query"), dict):
            continue
        query = {
            str(key): [str(text) for text in texts] for key, texts in one["query"].items() if isinstance(texts, list)
        }
        found[str(name)] = SavedView(one["page"], query)
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def save(root: Path, name: str, page: str, query: Mapping[str, Sequence[str]]) -> str:
    """Keeps a view under a name, in place of what had it before; gives the name as it is kept.

    Raises FerError for an empty name, one too many, or a folder that can't be written.
    """
    name = " ".join(name.split())
    if not name or len(name) > _MOST_LETTERS:
        raise FerError(f"A view's name has 1 to {_MOST_LETTERS} letters, not {len(name)}.")
    kept = read(root)
    if name not in kept and len(kept) >= MOST:
        raise FerError(f"{MOST} views are kept already; forget one first.")
    kept[name] = SavedView(page, {key: list(texts) for key, texts in query.items()})
    _write(root, kept)
    return name


def forget(root: Path, name: str) -> None:
    """Leaves a view out from now on. Raises FerError where the folder can't be written."""
    _write(root, {other: view for other, view in read(root).items() if other != name})


def _write(root: Path, kept: Mapping[str, SavedView]) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        write_json(root / FILE, {name: {"page": view.page, "query": view.query} for name, view in kept.items()})
    except OSError as error:
        raise FerError(f"The view could not be kept in {root}: {error.strerror}.") from error
