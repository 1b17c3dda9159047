"""What each view of the Filters page shows of an untrained network, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.data.dataset import Dataset
from pages.ui.states import FILTERS
from tests.pages.transcript import agrees, opened

PAGE = "filters.py"
VIEWS: dict[str, dict[str, Any]] = {
    "activations": {"view": "Activations"},
    "activations-by-number": {"view": "Activations", "layer": "conv2", "order": "by number", "scale": "one for all"},
    "feature-visualisation": {"view": "Feature visualisation", "layer": "conv2"},
    "one-filter": {"view": "One filter", "layer": "conv1", "filter": 2},
    "one-class": {"view": "One filter", "layer": "logits", "filter": 3},
    "step-by-step": {"view": "Step by step"},
    "over-epochs": {"view": "Over epochs"},
    "side-by-side": {"view": "Side by side", "layer2": "conv2", "filter2": 5},
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shows_what_was_accepted(
    name: str, model_root: Path, monkeypatch: pytest.MonkeyPatch, few_drawn: Dataset
) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    agrees(opened(PAGE, **VIEWS[name]), f"filters-{name}", exact=False)


def test_no_view_is_left_out() -> None:
    assert {state["view"] for state in VIEWS.values()} == set(FILTERS.options("view"))
