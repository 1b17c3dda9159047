"""Notebooks of docs/, run as they stand."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPO


def code_cells(path: Path) -> list[dict]:
    """The cells of a notebook that hold code."""
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def sources(path: Path) -> list[str]:
    """The text of each cell that holds code."""
    return ["".join(cell["source"]) for cell in code_cells(path)]


def keeps_no_outputs(path: Path) -> bool:
    return all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(path))


def printed(path: Path, checks: str, folder: Path) -> str:
    """What a notebook's cells and then the checks print, run in a process of their own in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*sources(path), checks])],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
