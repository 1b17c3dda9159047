"""Whether the model.tflite of a run folder is a copy of the model.keras beside it.

run.json carries, under "lite", the sha256 (16 hex digits) of both files as they were when the copy was made:

    {"network": of model.keras, or null where the run has none; "copy": of model.tflite}

A copy whose network was replaced since, or that came from elsewhere, is left aside and said: it would answer for
another network than the one that is scored and explained.
"""

import functools
import hashlib
import stat
from pathlib import Path
from typing import Any

LITE_NAME = "model.tflite"
"""The LiteRT copy of a model, beside model.keras in a run folder."""


def file_fingerprint(path: Path) -> str | None:
    """16 hex digits of the file's sha256; None where there is no such file, or none that can be read."""
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):  # a folder, or a pipe that nobody writes into
            return None
        return _hashed(str(path), state.st_mtime_ns, state.st_size)
    except OSError:
        return None


def lite_record(folder: Path) -> dict[str, str | None]:
    """What run.json keeps under "lite" for the files as they are now."""
    return {
        "network": file_fingerprint(folder / "model.keras"),
        "copy": file_fingerprint(folder / LITE_NAME),
    }


def usable_copy(folder: Path, config: dict[str, Any]) -> tuple[Path | None, str]:
    """The path of model.tflite where it may answer for the run, else None; and what is to be said about it.

    The sentence is empty where there is no copy, or nothing is wrong with it.
    """
    path, network = folder / LITE_NAME, file_fingerprint(folder / "model.keras")
    copy = file_fingerprint(path)
    if copy is None:
        return None, ""
    kept = config.get("lite")
    kept = kept if isinstance(kept, dict) else {}
    again = f"`python -m fer_core export {folder.name}` writes it anew"
    if network is None:  # there is no other network here that it could contradict
        if kept.get("copy") in (None, copy):
            return path, ""
        return None, f"{path} is not the file that run.json tells of: it was replaced, and is not asked."
    if not kept:
        return None, f"{path} is not asked: nothing says that it is a copy of the model.keras beside it; {again}."
    if kept.get("network") != network:
        return None, f"{path} is not asked: it is a copy of another network, model.keras was replaced since; {again}."
    if kept.get("copy") != copy:
        return None, f"{path} is not asked: it was replaced since it was made from model.keras; {again}."
    return path, ""


@functools.lru_cache(maxsize=256)
def _hashed(path: str, changed: int, size: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
