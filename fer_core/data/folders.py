"""One view of a folder, a zip and a tar: names of files, and a way to open each."""

import gzip
import io
import os
import re
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from fer_core.errors import FerError

MOST_FILES = 300_000
_DEEPEST = 6
_MOST_NESTED_BYTES = 480_000_000
_DEEPEST_INSIDE = 40
_LEFTOVERS = ("__macosx", "thumbs.db", "desktop.ini")


class Folder:
    """Files by their path, relative and with forward slashes. `title` names the whole in messages."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._files: list[str] | None = None

    @property
    def stem(self) -> str:
        """The folder's or archive's name without its endings."""
        return PurePosixPath(self.title).name.split(".")[0]

    def files(self) -> list[str]:
        """All files but hidden ones and what operating systems leave behind, in natural order."""
        if self._files is None:
            self._files = sorted((name for name in self._names() if _counts(name)), key=natural)
        return self._files

    def shown(self, member: str) -> str:
        """A file's name for messages."""
        return f"{self.title}: {member}"

    def open(self, member: str) -> BinaryIO:
        """The file's bytes as a stream; a csv.gz comes unpacked."""
        stream = self._open(member)
        return _Unpacked(stream) if member.lower().endswith(".csv.gz") else stream  # type: ignore[return-value]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of an archive; a folder has nothing to let go of."""

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _open(self, member: str) -> BinaryIO:
        raise NotImplementedError


class DiskFolder(Folder):
    """A folder on disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.resolve().name)
        self.path = path

    def shown(self, member: str) -> str:
        return member

    def _names(self) -> list[str]:
        names: list[str] = []
        for folder, folders, files in os.walk(self.path, onerror=_refuse):
            inside = Path(folder).relative_to(self.path)
            deep = len(inside.parts) >= _DEEPEST
            folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
            names += [(inside / name).as_posix() for name in files]
            if len(names) > MOST_FILES:
                raise FerError(f"{self.path} holds more than {MOST_FILES:,} files; name the data set's own folder.")
        return names

    def _open(self, member: str) -> BinaryIO:
        return (self.path / member).open("rb")


class LoneFile(Folder):
    """A single file, given as a path or as bytes, with no neighbours but those named."""

    def __init__(self, name: str, source: Path | BinaryIO, neighbours: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.source = source
        self.neighbours = neighbours

    def shown(self, member: str) -> str:
        return member

    def _names(self) -> list[str]:
        return [self.title, *self.neighbours]

    def _open(self, member: str) -> BinaryIO:
        if isinstance(self.source, Path):
            return (self.source.parent / member).open("rb")
        self.source.seek(0)
        return io.BufferedReader(_Unclosed(self.source))


class _Unpacked(gzip.GzipFile):
    """A gzipped stream that closes the one below, too."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(fileobj=stream)
        self._below = stream

    def close(self) -> None:
        super().close()
        self._below.close()


class _Unclosed(io.RawIOBase):
    """Reads from another stream and leaves it open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class ZipFolder(Folder):
    """The files of a zip. Opening one raises FerError where the zip is damaged or needs a password."""

    def __init__(self, title: str, source: Path | BinaryIO) -> None:
        super().__init__(title)
        try:
            self.archive = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, EOFError, ValueError) as error:
            raise FerError(f"{title} is a damaged or truncated zip file; fetch it again.") from error

    def _names(self) -> list[str]:
        infos = [info for info in self.archive.infolist() if info.filename and not info.is_dir()]
        if len(infos) > MOST_FILES:
            raise FerError(f"{self.title} holds more than {MOST_FILES:,} files; that is no data set of this kind.")
        for info in infos:
            if info.flag_bits & 1:
                raise FerError(f"{self.title} is locked with a password; unpack it first.")
        return [info.filename for info in infos]

    def close(self) -> None:
        self.archive.close()

    def _open(self, member: str) -> BinaryIO:
        try:
            return self.archive.open(member)  # type: ignore[return-value]
        except (ValueError, KeyError) as error:  # zipfile seeks to wherever the damaged directory points
            raise zipfile.BadZipFile(str(error)) from error


class TarFolder(Folder):
    """The files of a tar, packed with gzip or not."""

    def __init__(self, title: str, source: Path | BinaryIO) -> None:
        super().__init__(title)
        try:
            path, stream = (source, None) if isinstance(source, Path) else (None, source)
            self.archive = tarfile.open(path, fileobj=stream)  # noqa: SIM115 - stays open as long as the folder
            self._members = {}
            for number, info in enumerate(self.archive):
                if number >= MOST_FILES:
                    raise FerError(f"{title} holds more than {MOST_FILES:,} files; that is no data set of this kind.")
                if info.isfile():
                    self._members[info.name] = info
        except FerError:
            raise
        except Exception as error:  # gzip, zlib and tarfile raise many kinds on damage
            if isinstance(error, PermissionError):
                raise
            raise FerError(f"{title} is a damaged or truncated tar file; fetch it again.") from error

    def _names(self) -> list[str]:
        return list(self._members)

    def close(self) -> None:
        self.archive.close()

    def _open(self, member: str) -> BinaryIO:
        return self.archive.extractfile(self._members[member])  # type: ignore[return-value]


def join(root: str, name: str) -> str:
    """The path of a file in a folder of a Folder, whose own root is "" or "."."""
    return name if root in ("", ".") else f"{root}/{name}"


def seekable(stream: BinaryIO, folder: Folder, member: str) -> BinaryIO:
    """The stream itself, at its start, or its bytes in memory where it comes out of an archive.

    Raises FerError for a member of more than 480 MB.
    """
    stream.seek(0)
    if isinstance(folder, DiskFolder | LoneFile):
        return stream
    data = stream.read(_MOST_NESTED_BYTES + 1)
    if len(data) > _MOST_NESTED_BYTES:
        raise FerError(f"{folder.shown(member)} is larger than {_MOST_NESTED_BYTES / 1e6:.0f} MB; unpack it first.")
    return io.BytesIO(data)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts picture_2 before picture_10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    bare = [(part, part.lstrip("0")) for part in parts]  # by length, then digits: int() refuses 4,300 of them
    return [(0, len(digits), digits) if part[0] in "0123456789" else (1, 0, part) for part, digits in bare]


def _counts(name: str) -> bool:
    parts = name.lower().split("/")
    if not parts[-1] or len(parts) > _DEEPEST_INSIDE:
        return False
    return not any(part.startswith(".") or part in _LEFTOVERS for part in parts)


def _refuse(error: OSError) -> None:
    raise error
