"""What the pages about faces open with: Predict, Playground, Guess, Our own faces, Robustness, as accepted."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.data.dataset import Dataset
from tests.pages.transcript import agrees, opened

VIEWS: dict[str, tuple[str, dict[str, Any]]] = {
    "predict-example": ("predict.py", {}),
    "predict-example-map": ("predict.py", {"method": "grad-cam", "flip": True, "sure": False}),
    "predict-upload": ("predict.py", {"way": "Upload"}),
    "predict-snapshot": ("predict.py", {"way": "Snapshot"}),
    "predict-live": ("predict.py", {"way": "Live camera", "live_map": True, "live_faces": 3}),
    "playground": ("playground.py", {}),
    "playground-units": ("playground.py", {"look": "What each unit gives", "face": "12_0.9", "person": 3}),
    "playground-sweep": ("playground.py", {"look": "Sweep one unit", "yaw": 12, "gamma": 0.75}),
    "guess-drawn": ("guess.py", {"set": "drawn", "game": 3}),
    "own": ("own.py", {}),
    "robustness": ("robustness.py", {"level": 2}),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_page_shows_what_was_accepted(
    name: str, model_root: Path, monkeypatch: pytest.MonkeyPatch, few_drawn: Dataset
) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    page, state = VIEWS[name]
    agrees(opened(page, **state), name, exact=False)
