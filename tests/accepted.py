"""Texts compared with those that somebody read and accepted.

Where the product is meant to say something else, `FER_ACCEPT=1 python -m pytest FILE` writes the accepted texts anew;
the difference between old and new is what a reviewer reads.
"""

import difflib
import os
import re
from pathlib import Path


def as_accepted(written: str, path: Path) -> None:
    """Fails with the first differing lines where a text is not the one that the file keeps."""
    written = written.rstrip()
    if os.environ.get("FER_ACCEPT") and not os.environ.get("CI"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(written + "\n", encoding="utf-8")
        return
    there = path.read_text(encoding="utf-8") if path.is_file() else ""
    differs = list(difflib.unified_diff(there.splitlines(), written.splitlines(), "accepted", "now", lineterm="", n=1))
    assert not differs, "\n".join(differs[:60])


def masked(text: str) -> str:
    """Without decimals, percents and sums over pictures: a network's last digits depend on the processor."""
    hidden = re.sub(r"[-+]?\d+\.\d+(e-?\d+)?|\d+%|(?<=sum )[0-9a-f]{8}", "#", text)
    return re.sub(r"(?<=\S) +", " ", hidden)  # columns are as wide as their numbers
