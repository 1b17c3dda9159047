"""A run whose network was replaced answers with the new one, on every page that answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from fer_core.reading.inference import add_lite_copy
from fer_core.runs import load_run
from fer_core.runtime import import_keras
from tests.conftest import REPO


def shares(app: AppTest) -> list[str]:
    """The probabilities of the first bars on the page."""
    bars = next(e.proto.body for e in app.get("html") if 'class="fer-pbar' in e.proto.body)
    return re.findall(r"<span>([\d.]+%)</span>", bars)[:7]


@pytest.mark.parametrize("page", ["overview", "predict", "explain", "playground"])
def test_the_answer_is_the_new_networks(
    page: str, model_root: Path, tiny_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    add_lite_copy(load_run(model_root / "tiny"), tiny_model)
    app = AppTest.from_file(REPO / "dashboard.py", default_timeout=120).run()
    if page != "overview":
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    before = shares(app)
    other = import_keras().models.clone_model(tiny_model)  # the same layers, other weights
    other.save(model_root / "tiny" / "model.keras")
    add_lite_copy(load_run(model_root / "tiny"), other)
    app.run()
    assert not app.exception
    assert len(before) == len(shares(app)) == 7
    assert shares(app) != before
