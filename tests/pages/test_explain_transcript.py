"""What each view of the Explain page shows of a drawn face and an untrained network, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.data.dataset import Dataset
from pages.ui.states import EXPLAIN
from tests.pages.transcript import agrees, opened

PAGE = "explain.py"
VIEWS: dict[str, dict[str, Any]] = {
    "methods": {},
    "methods-all": {"all_methods": True, "slow": False, "why": "sad", "method_scale": "each its own", "opacity": 0.5},
    "classes": {"view": "Classes", "method": "grad-cam", "scale": "each its own"},
    "this-not-that": {"view": "This, not that", "why": "happy", "why_not": "sad"},
    "hide": {"view": "Hide", "hide": 40, "fill": "black"},
    "what-flips-it": {"view": "What flips it", "epsilon": 8},
    "parts": {"view": "Parts"},
    "trust": {"view": "Trust"},
    "cells": {"view": "Cells", "true": "fear", "taken": "sad"},
    "network": {"view": "Network", "layer": "conv2", "channel": 3},
    "over-epochs": {"view": "Over epochs"},
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shows_what_was_accepted(
    name: str, model_root: Path, monkeypatch: pytest.MonkeyPatch, few_drawn: Dataset
) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    agrees(opened(PAGE, **VIEWS[name]), f"explain-{name}", exact=False)


def test_no_view_is_left_out() -> None:
    assert {state.get("view", "Methods") for state in VIEWS.values()} == set(EXPLAIN.options("view"))
