"""Where the pictures are, and which reader takes them."""

import functools
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fer_core.data import cache
from fer_core.data.csv_columns import VOTES_FILE
from fer_core.data.dataset import Dataset
from fer_core.data.folders import DiskFolder, Folder, LoneFile, TarFolder, ZipFolder, seekable
from fer_core.data.layouts import LAYOUTS, Layout, described, places
from fer_core.errors import FerError

REPOSITORY_DATA = Path(__file__).resolve().parents[2] / "data"
WORTH_A_COPY = 1 << 23
"""Sources of fewer bytes are read anew each time: that takes no longer."""
_DEEPEST = 4
"""Archives within archives."""
_ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


def load(path: str | Path) -> Dataset:
    """The data set in a file or folder, in any layout, zipped or not; a converted copy is kept for the next time.

    In a folder the set is looked for at the top first, then deeper: fer2013.csv or icml_face_data.csv, the
    homework's csv files, an .npz, a tree of images, an archive with one of these. FER+ votes join where
    fer2013new.csv lies beside the csv and has the same rows. Raises FerError, one sentence, for what is missing or
    damaged.
    """
    path = Path(path).expanduser()
    try:
        if not path.exists():
            raise FerError(f"There is no file or folder {path}; give the path of FER2013 in one of its layouts.")
        folder = _on_disk(path)
        sources = _sources(folder, path)
        key = cache.key_of(sources)
        worthwhile = sum(source.stat().st_size for source in sources) >= WORTH_A_COPY
        dataset = cache.read(key) if worthwhile else None
        if dataset is None:
            dataset = _read(folder)
            if worthwhile:
                cache.write(key, dataset)
                dataset = cache.read(key) or dataset  # the map takes no memory of its own
        return dataset
    except PermissionError as error:
        raise FerError(f"{error.filename or path} may not be read; its permissions refuse it.") from error


def load_upload(name: str, data: bytes | BinaryIO) -> Dataset:
    """The data set in a file that somebody sent: a csv, an .npz, or an archive of any layout. Nothing is kept.

    `name` is the file's name, `data` its bytes or a stream of them. Raises FerError like `load`.
    """
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    return _read(LoneFile(PurePosixPath(name.replace("\\", "/")).name or "upload", stream))


def find() -> Path | None:
    """The path of the data set: the environment variable FER_DATA, else data/ of the repository where it holds one."""
    named = os.environ.get("FER_DATA")
    if named:
        return Path(named).expanduser()
    if REPOSITORY_DATA.is_dir() and _holds_a_set(REPOSITORY_DATA, REPOSITORY_DATA.stat().st_mtime_ns):
        return REPOSITORY_DATA
    return None


@functools.lru_cache(maxsize=4)
def _holds_a_set(folder: Path, changed: int) -> bool:
    """Whether a set lies in the folder. Remembered until something comes into it or goes: pages ask at every click."""
    return _locate(DiskFolder(folder)) is not None


def open_default() -> Dataset | None:
    """The data set that `find` finds, or None where there is none. Raises FerError where it can't be read."""
    path = find()
    return None if path is None else load(path)


def _on_disk(path: Path) -> Folder:
    if path.is_dir():
        return DiskFolder(path)
    beside = (VOTES_FILE,) if path.name != VOTES_FILE and (path.parent / VOTES_FILE).exists() else ()
    return LoneFile(path.name, path, beside)


def _sources(folder: Folder, path: Path) -> list[Path]:
    """The files on disk that the data set depends on."""
    root = path if path.is_dir() else path.parent
    return [root / name for name in folder.files()]


def _read(folder: Folder, depth: int = 0) -> Dataset:
    """The set in a folder, archive or lone file; what goes wrong inside an archive becomes one sentence."""
    try:
        if isinstance(folder, LoneFile):
            return _read_file(folder, folder.title, depth)
        found = _locate(folder)
        if found is None:
            there = ", ".join(folder.files()[:4]) or "nothing"
            more = ", ..." if len(folder.files()) > 4 else ""
            raise FerError(f"{folder.title} holds no data set known here ({described()}); it holds {there}{more}.")
        layout, at = found
        # A file is read by what it is, not by its name: what is called fer2013.csv may be a zip of it.
        return _read_file(folder, at, depth) if layout is None or at in folder.files() else layout.load(folder, at)
    except _DAMAGE as error:
        if isinstance(error, PermissionError):
            raise
        raise FerError(f"{folder.title} is damaged or truncated ({error}); fetch it again.") from error


def _read_file(folder: Folder, member: str, depth: int = 0) -> Dataset:
    """A file by what its first bytes say it is, whatever its name."""
    shown = folder.shown(member)
    if depth > _DEEPEST:
        raise FerError(f"{shown[-200:]} lies in more than {_DEEPEST} archives, one in the other; unpack it first.")
    with folder.open(member) as stream:
        start = stream.read(512)
    for layout in LAYOUTS.values():
        if layout.takes(member, start):
            return layout.load(folder, member)
    ending = member.lower()
    with folder.open(member) as stream:
        if start[:4] == b"PK\3\4" or ending.endswith(".zip"):
            with ZipFolder(shown, seekable(stream, folder, member)) as archive:
                for layout in LAYOUTS.values():
                    if layout.is_archive(archive.files()):
                        return layout.load(folder, member)
                return _read(archive, depth + 1)
        if (start[:2] == b"\x1f\x8b" and not ending.endswith(".csv.gz")) or start[257:262] == b"ustar":
            with TarFolder(shown, seekable(stream, folder, member)) as archive:
                return _read(archive, depth + 1)
    return LAYOUTS["csv"].load(folder, member)


def _locate(folder: Folder) -> tuple[Layout | None, str] | None:
    """What a folder or archive holds, nearest to its top: a layout and what it loads, or None and an archive's path."""
    for place in places(folder):
        for layout in LAYOUTS.values():
            at = layout.find(place)
            if at is not None:
                return layout, at
        archives = [path for name, path in place.files.items() if name.endswith(_ARCHIVES)]
        if archives:
            return None, _preferred(archives)
    return None


def _preferred(archives: list[str]) -> str:
    """Of several archives the one that sounds most like FER2013."""
    return min(archives, key=lambda name: ("fer2013" not in name.lower(), "archive" not in name.lower(), name))
