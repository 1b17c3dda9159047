"""What each view of the Data page shows of a set of 42 pictures of noise, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from pages.ui.states import DATASET
from tests.pages.transcript import agrees, opened

PAGE = "dataset.py"
VIEWS: dict[str, dict[str, Any]] = {
    "classes": {},
    "classes-against": {"kind": "against", "face_split": "train"},
    "classes-deviation": {"kind": "deviation"},
    "pictures": {"view": "pictures", "order": "row"},
    "pictures-of-fear": {"view": "pictures", "order": "darkest", "class": "fear", "split": "train", "row": 2},
    "problems": {"view": "problems"},
    "review": {"view": "review", "list": "empty", "who": "Ann", "votes": True},
    "review-blind": {"view": "review", "list": "empty"},
    "inputs": {"view": "inputs", "measure": "contrast"},
    "open": {"view": "open"},
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shows_what_was_accepted(
    name: str,
    with_set: Path,
    runs_root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    agrees(opened(PAGE, **VIEWS[name]), f"dataset-{name}")


def test_no_view_but_the_map_is_left_out() -> None:
    """The map's places are a projection's, whose last digits depend on the processor."""
    assert {state.get("view", "classes") for state in VIEWS.values()} == set(DATASET.options("view")) - {"map"}
