"""Writes the README's tables anew from the run folders: what the commands print goes between their markers.

python docs/tables.py
"""

import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
TABLES = {
    "runs": ["runs", "--markdown"],
    "report": ["sweep", "report", "--table"],
}
"""Marker -> arguments of `python -m fer_core`."""


def printed(arguments: list[str]) -> str:
    """What the command prints about the runs in checkpoints/."""
    command = [sys.executable, "-m", "fer_core", *arguments, "--root", str(REPO / "checkpoints")]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True).stdout.strip()


def between(text: str, marker: str) -> tuple[str, str, str]:
    """What stands before, between and behind <!-- marker --> and <!-- /marker -->."""
    before, rest = text.split(f"<!-- {marker} -->\n")
    block, behind = rest.split(f"\n<!-- /{marker} -->")
    return before, block, behind


def main() -> None:
    path = REPO / "README.md"
    text = path.read_text(encoding="utf-8")
    for marker, arguments in TABLES.items():
        before, _, behind = between(text, marker)
        text = f"{before}<!-- {marker} -->\n{printed(arguments)}\n<!-- /{marker} -->{behind}"
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
