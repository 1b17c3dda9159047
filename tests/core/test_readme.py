"""What the README promises is what is there."""

import re
import sys

import pytest

from pages.ui.listing import PAGES
from tests.conftest import REPO

sys.path.insert(0, str(REPO / "docs"))
import tables

README = (REPO / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("marker", tables.TABLES)
def test_the_tables_are_what_the_run_folders_say(marker: str) -> None:
    assert tables.between(README, marker)[1] == tables.printed(tables.TABLES[marker])


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"\((docs/[^)]+)\)", README) + re.findall(r"python ((?:benchmarks|docs)/\w+\.py)", README)
    assert named
    assert [name for name in named if not (REPO / name).is_file()] == []


def test_every_command_that_the_readme_shows_exists() -> None:
    there = {path.stem for path in (REPO / "fer_core" / "commands").glob("*.py")}
    shown = set(re.findall(r"python -m fer_core (\w+)", README))
    assert shown and shown <= there


def test_every_page_stands_in_the_table() -> None:
    rows = set(re.findall(r"^\| ([^|]+?) \|", README, re.M))
    assert {entry.title for entry in PAGES} <= rows
