"""A choice of one always has a value: a second press on it does not leave a page with none."""

import ast
from pathlib import Path

import pytest

from tests.conftest import REPO

PAGES = (
    "confusion.py", "dataset.py", "explain.py", "fairness.py", "filters.py", "guess.py", "learning.py", "lessons.py",
    "overview.py", "own.py", "playground.py", "predict.py", "robustness.py", "runs.py", "ui",
)  # fmt: skip
MOMENTARY = {"_PRESET"}
"""Boxes that let go of what was pressed, by their keys: Playground's expressions, which set the sliders."""


def _sources(page: str) -> list[Path]:
    return [REPO / "pages" / page, *(REPO / "pages" / f"{Path(page).stem}_parts").rglob("*.py")]


def _choices(path: Path) -> list[dict[str, str]]:
    """The named arguments of each row of buttons of which one is chosen, as they are written."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return [
        {one.arg or "**": ast.unparse(one.value) for one in call.keywords}
        for call in calls
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith((".segmented_control", ".pills"))
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_choice_of_one_is_required(page: str) -> None:
    for source in _sources(page):
        for given in _choices(source):
            several = given.get("selection_mode") == "'multi'" or given.get("key") in MOMENTARY
            assert several or given.get("required") == "True", f"{source}: {given}"


def test_no_page_is_left_out() -> None:
    there = {path.name for path in (REPO / "pages").glob("*.py")}
    assert there - {"__init__.py", "glossary.py"} <= set(PAGES), there - set(PAGES)
    assert sum(len(_choices(source)) for page in PAGES for source in _sources(page)) > 35
