"""What each view of the Confusion page shows, with the pictures and without, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.data.dataset import Dataset
from pages.ui.states import CONFUSION
from tests.pages.transcript import agrees, opened

PAGE = "confusion.py"
VIEWS: dict[str, dict[str, Any]] = {
    "matrix": {},
    "matrix-cell": {"true": "fear", "pred": "surprise", "by": "counts", "order": "confused together", "dim": True},
    "matrix-row": {
        "true": "sad",
        "by": "predicted class",
        "order": "by support",
        "sort": "closest call",
        "tile": "small",
    },
    "matrix-narrowed": {"measure": "brightness", "band": (10, 60), "twins": "without twins", "by": "all pictures"},
    "two-runs": {"view": "Two runs", "vs": "weak"},
    "two-runs-run-against-run": {"view": "Two runs", "vs": "strong", "kind": "run against run", "who": "only B"},
    "over-epochs": {"view": "Over epochs"},
    "over-epochs-at-two": {"view": "Over epochs", "epoch": 2, "ceiling": "its own greatest share", "class": "happy"},
    "per-class": {"view": "Per class"},
    "per-class-of-sad": {"view": "Per class", "class": "sad"},
    "abstain": {"view": "Abstain", "threshold": 0.375, "wanted": 0.65},
    "doubtful": {"view": "Doubtful labels"},
    "doubtful-by-entropy": {"view": "Doubtful labels", "rank": "weighted entropy", "doubt_of": "fear"},
    "slices": {"view": "Slices", "bins": 3},
    "merged": {"view": "Merged"},
    "merged-in-two": {"view": "Merged", "merge": True},
}


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("pictures", [True, False], ids=["", "bare"])
def test_a_view_shows_what_was_accepted(
    name: str,
    pictures: bool,
    runs_root: Path,
    data_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    few_drawn: Dataset,
) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    if pictures:
        monkeypatch.setenv("FER_DATA", str(data_path))
    app = opened(PAGE, **{"run": "middling", "split": "private", **VIEWS[name]})
    agrees(app, f"confusion-{name}{'' if pictures else '-bare'}")


def test_no_view_but_the_map_is_left_out() -> None:
    """The map's places are a projection's, whose last digits depend on the processor."""
    assert {state.get("view", "Matrix") for state in VIEWS.values()} == set(CONFUSION.options("view")) - {"Map"}
