"""What the README promises is what is there."""

import re
import subprocess
import sys

from tests.conftest import REPO

README = (REPO / "README.md").read_text(encoding="utf-8")


def test_the_table_of_runs_is_generated_from_the_run_folders() -> None:
    command = [sys.executable, "-m", "fer_core", "runs", "--markdown", "--root", str(REPO / "checkpoints")]
    shown = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True).stdout.strip()
    block = README.split("<!-- runs -->")[1].split("<!-- /runs -->")[0].strip()
    assert block == shown


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"\((docs/[^)]+)\)", README) + re.findall(r"python ((?:benchmarks|docs)/\w+\.py)", README)
    assert named
    assert [name for name in named if not (REPO / name).is_file()] == []


def test_every_command_that_the_readme_shows_exists() -> None:
    there = {path.stem for path in (REPO / "fer_core" / "commands").glob("*.py")}
    shown = set(re.findall(r"python -m fer_core (\w+)", README))
    assert shown and shown <= there
