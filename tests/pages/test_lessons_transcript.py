"""What the pages of words show, each lesson's steps, notes and worksheet among them, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.data.dataset import Dataset
from tests.pages.transcript import agrees, opened

VIEWS: dict[str, tuple[str, dict[str, Any]]] = {
    "glossary": ("glossary.py", {}),
    "glossary-word": ("glossary.py", {"word": "recall"}),
    "learning": ("learning.py", {}),
    "learning-other": ("learning.py", {"pictures": 350, "mirrored": True, "start": 4}),
    "lessons": ("lessons.py", {}),
    "lesson-1": ("lessons.py", {"lesson": "1-what-does-it-see"}),
    "lesson-2-step-5": ("lessons.py", {"lesson": "2-what-does-it-confuse", "step": 5}),
    "lesson-3-notes": ("lessons.py", {"lesson": "3-where-does-it-look", "view": "For the teacher"}),
    "lesson-4-worksheet": ("lessons.py", {"lesson": "4-how-does-it-learn", "view": "Worksheet"}),
    "lesson-5-step-2": ("lessons.py", {"lesson": "5-fair-to-whom", "step": 2}),
    "overview": ("overview.py", {}),
    "overview-sad": ("overview.py", {"expression": "sad", "person": 7}),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_page_shows_what_was_accepted(
    name: str, runs_root: Path, monkeypatch: pytest.MonkeyPatch, few_drawn: Dataset
) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    page, state = VIEWS[name]
    agrees(opened(page, **state), name)
