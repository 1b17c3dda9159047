"""One writer a run: a lock that a living process holds, and that a dead one leaves behind without harm."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from fer_core.errors import FerError

FOLDER = ".locks"
"""Below the folder of runs; the files stay, what counts is who holds them."""


@contextlib.contextmanager
def writing(root: Path, name: str) -> Iterator[None]:
    """Within it, nobody else writes the run of that name below root.

    The lock is the operating system's, on an open file: it ends with the process that holds it, however that ends.
    Raises FerError where another process, or another thread of this one, holds it.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.lock"
    with path.open("a+") as file:
        if not _take(file):
            file.seek(0)
            holder = file.read(20).strip()
            by = f" (process {holder})" if holder.isdigit() else ""
            raise FerError(f"The run {name!r} is being written by another process{by}; wait for it, or stop it first.")
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
        finally:
            _give_back(file)


def _take(file: IO[Any]) -> bool:
    try:
        if os.name == "nt":  # pragma: no cover - Windows
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _give_back(file: IO[Any]) -> None:
    if os.name == "nt":  # pragma: no cover - Windows
        import msvcrt

        file.seek(0)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(file.fileno(), fcntl.LOCK_UN)
