"""What every layout of a data set is: a way to recognise it, and a way to read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fer_core.data.dataset import Dataset
from fer_core.data.folders import Folder, join


@dataclass
class FolderView:
    """One folder inside a `Folder`, as a layout looks at it."""

    root: str
    """Its path, "" for the top."""
    files: dict[str, str] = field(default_factory=dict)
    """The files that lie right here: name in lower case -> path."""
    folders: dict[str, "FolderView"] = field(default_factory=dict)
    """The folders that lie right here: name -> place."""

    def below(self) -> Iterator[str]:
        """Paths of all files here and deeper."""
        yield from self.files.values()
        for place in self.folders.values():
            yield from place.below()


def places(folder: Folder) -> list[FolderView]:
    """All places of a folder, from the top down."""
    top = FolderView("")
    found = [top]
    for path in folder.files():
        *parts, last = path.split("/")
        place = top
        for part in parts:
            if part not in place.folders:
                place.folders[part] = FolderView(join(place.root, part))
                found.append(place.folders[part])
            place = place.folders[part]
        place.files[last.lower()] = path
    return sorted(found, key=lambda place: (place.root.count("/") + bool(place.root), place.root))


class Layout:
    """One way in which people keep such a set. A subclass in a file of its own, named in `layouts.LAYOUTS`, is all
    that a new one needs: folders, archives, uploads, messages and tests find it there."""

    name: str
    """Its key, a word or two."""
    described: str
    """What it looks like, for the sentence that lists what can be read."""

    def find(self, place: FolderView) -> str | None:
        """What `load` is to be given where this place holds the layout, else None.

        Places are looked at from the top down, at each the layouts in their order.
        """
        raise NotImplementedError

    def takes(self, member: str, start: bytes) -> bool:
        """Whether a single file is of this layout, by its name and its first 512 bytes; what no layout takes is
        opened as an archive or read as a csv."""
        return False

    def is_archive(self, names: list[str]) -> bool:
        """Whether a zip with these members is a file of this layout rather than a folder of files."""
        return False

    def load(self, folder: Folder, at: str) -> Dataset:
        """The data set at what `find` gave, or in the single file that `takes` took. Raises FerError."""
        raise NotImplementedError
