"""What a run may be called: one rule for training, imports, jobs, the logger and renaming."""

import re
import unicodedata

from fer_core.errors import FerError

PARTIAL = ".partial"
"""Ending of the folder of a run in training."""

LONGEST = 100
_RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_name(name: str) -> str:
    """The name itself, which is also its folder's. Raises FerError where it can't be one.

    Letters a to z in either case, digits, dots, dashes and underscores, the first a letter or a digit, at most 100 of
    them, not ending in .partial: the same folder on every system, never a path, never one of a run in training.
    """
    if not is_name(name):
        shown = name if len(name) <= 60 else f"{name[:57]}..."
        raise FerError(
            f"A run's name is made of letters (a to z), digits, dots, dashes and underscores, starts with a letter or "
            f"digit, has at most {LONGEST} of them and does not end in {PARTIAL}; {shown!r} is not."
        )
    return name


def is_name(name: str) -> bool:
    """Whether a run may be called so; see `check_name`."""
    return bool(_RULE.fullmatch(name)) and len(name) <= LONGEST and not name.lower().endswith(PARTIAL)


def plain_words(text: str, most: int = 80) -> str:
    """A text from outside without what Markdown or HTML would take for markup: letters, digits, spaces, .,+-_()."""
    return re.sub(r"[^\w .,+()-]", "", text)[:most].strip() or "unknown"


def as_name(text: str) -> str:
    """A name that says what a text says: "grüße (2).csv" without its ending becomes "grusse-2"; "run" for nothing."""
    plain = unicodedata.normalize("NFKD", text.casefold() if not text.isascii() else text)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain.encode("ascii", "ignore").decode())
    plain = plain.strip("-._")[:LONGEST]
    plain = re.sub(r"\.partial(?=\.|$)", "-partial", plain, flags=re.IGNORECASE)
    return plain or "run"
