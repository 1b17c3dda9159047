"""What each section of the Runs page shows of three runs, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.data.dataset import Dataset
from pages.ui.states import RUNS
from tests.pages.transcript import agrees, opened

PAGE = "runs.py"
VIEWS: dict[str, dict[str, Any]] = {
    "curves": {},
    "curves-grouped": {"group": "recipe", "smooth": 0.5, "part": "validation", "metric": ["loss"], "log": True},
    "curves-in-panels": {"panels": True, "x": "time", "quoted": ["baseline"], "best": False, "join": True},
    "table": {"view": "Table"},
    "table-of-what-differs": {"view": "Table", "filter": "private accuracy > 60%", "sort": "seed", "differs": True},
    "settings": {"view": "Settings"},
    "settings-that-mattered": {"view": "Settings", "over": "chosen runs", "mattered": True, "diff": False},
    "is-it-real": {"view": "Is it real?"},
    "is-it-real-by-macro-f1": {
        "view": "Is it real?",
        "of": "macro_f1",
        "ref": "middling",
        "pairs": True,
        "split": "public",
    },
    "is-it-real-merged": {"view": "Is it real?", "merge": True, "quoted_acc": ["baseline"]},
    "flips": {"view": "Flips"},
    "flips-of-a-class": {"view": "Flips", "flip": "weak", "class": "sad", "first": "both least sure", "shown": 6},
    "calibration": {"view": "Calibration"},
    "calibration-scaled": {"view": "Calibration", "bins": 5, "scaled": True, "split": "public"},
    "the-report": {"view": "The report"},
    "the-report-on-public": {"view": "The report", "rsplit": "public", "with_quoted": True},
    "other-sets": {"view": "Other sets"},
    "take-along": {"view": "Take along"},
    "train-and-import": {"view": "Train and import"},
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_section_shows_what_was_accepted(
    name: str, runs_root: Path, monkeypatch: pytest.MonkeyPatch, few_drawn: Dataset
) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    agrees(opened(PAGE, **VIEWS[name]), f"runs-{name}")


def test_no_section_is_left_out() -> None:
    assert {state.get("view", "Curves") for state in VIEWS.values()} == set(RUNS.options("view"))
