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
from fer_core.data.csv_layouts import VOTES_FILE, load_csv, load_homework
from fer_core.data.dataset import Dataset
from fer_core.data.folders import DiskFolder, Folder, LoneFile, TarFolder, ZipFolder, join
from fer_core.data.npz import load_npz
from fer_core.data.tree import find_tree, load_tree
from fer_core.errors import FerError

REPOSITORY_DATA = Path(__file__).resolve().parents[2] / "data"
LAYOUTS = (
    "fer2013.csv or icml_face_data.csv, train.csv and test.csv, train/CLASS/ and test/CLASS/ with images, or an .npz"
)
WORTH_A_COPY = 1 << 23
"""Sources of fewer bytes are read anew each time: that takes no longer."""
_WHOLE_SETS = ("fer2013.csv", "icml_face_data.csv")
_HOMEWORK = {"train": "train.csv", "test": "test.csv", "answers": "answers.csv"}
_ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
_MOST_NESTED_BYTES = 1 << 30
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError, EOFError, NotImplementedError, OSError)


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


def _read(folder: Folder) -> Dataset:
    """The set in a folder, archive or lone file; what goes wrong inside an archive becomes one sentence."""
    try:
        if isinstance(folder, LoneFile):
            return _read_file(folder, folder.title)
        found = _locate(folder)
        if found is None:
            there = ", ".join(folder.files()[:4]) or "nothing"
            more = ", ..." if len(folder.files()) > 4 else ""
            raise FerError(f"{folder.title} holds no data set known here ({LAYOUTS}); it holds {there}{more}.")
        kind, at = found
        if kind == "homework":
            files = {part: join(at, name) for part, name in _HOMEWORK.items()}
            return load_homework(folder, at, {part: name for part, name in files.items() if name in folder.files()})
        return load_tree(folder, at) if kind == "tree" else _read_file(folder, at)
    except _DAMAGE as error:
        if isinstance(error, PermissionError):
            raise
        raise FerError(f"{folder.title} is damaged or truncated ({error}); fetch it again.") from error


def _read_file(folder: Folder, member: str) -> Dataset:
    """A file by what its first bytes say it is, whatever its name."""
    shown = folder.shown(member)
    with folder.open(member) as stream:
        start = stream.read(512)
    ending = member.lower()
    with folder.open(member) as stream:
        if ending.endswith(".npz"):
            return load_npz(_seekable(stream, folder, shown), shown)
        if start[:4] == b"PK\3\4" or ending.endswith(".zip"):
            with ZipFolder(shown, _seekable(stream, folder, shown)) as archive:
                if all(name.endswith(".npy") for name in archive.files()):  # an .npz by another name
                    return load_npz(_seekable(stream, folder, shown), shown)
                return _read(archive)
        if (start[:2] == b"\x1f\x8b" and not ending.endswith(".csv.gz")) or start[257:262] == b"ustar":
            with TarFolder(shown, _seekable(stream, folder, shown)) as archive:
                return _read(archive)
    return load_csv(folder, member)


def _seekable(stream: BinaryIO, folder: Folder, shown: str) -> BinaryIO:
    """The stream itself, or its bytes in memory where it comes out of an archive."""
    stream.seek(0)
    if isinstance(folder, DiskFolder | LoneFile):
        return stream
    data = stream.read(_MOST_NESTED_BYTES + 1)
    if len(data) > _MOST_NESTED_BYTES:
        raise FerError(f"{shown} is larger than {_MOST_NESTED_BYTES >> 30} GB; unpack it first.")
    return io.BytesIO(data)


def _locate(folder: Folder) -> tuple[str, str] | None:
    """What a folder or archive holds, nearest to its top: ("file", path), ("homework", root) or ("tree", root)."""
    by_folder: dict[str, dict[str, str]] = {}
    for name in folder.files():
        root, _, last = name.rpartition("/")
        by_folder.setdefault(root, {})[last.lower()] = name
    tree_root = find_tree(folder.files())
    if tree_root is not None:
        by_folder.setdefault(tree_root, {})
    for root in sorted(by_folder, key=lambda root: (root.count("/") + bool(root), root)):
        here = by_folder[root]
        for name in _WHOLE_SETS:
            for packed in (name, f"{name}.gz"):
                if packed in here:
                    return "file", here[packed]
        if "train.csv" in here or "test.csv" in here:
            return "homework", root
        archives = [path for name, path in here.items() if name.endswith(_ARCHIVES)]
        arrays = [path for name, path in here.items() if name.endswith(".npz")]
        if arrays:
            return "file", arrays[0]
        if root == tree_root:
            return "tree", root
        if archives:
            return "file", _preferred(archives)
    return None


def _preferred(archives: list[str]) -> str:
    """Of several archives the one that sounds most like FER2013."""
    return min(archives, key=lambda name: ("fer2013" not in name.lower(), "archive" not in name.lower(), name))
