"""The Robustness page: it measures, stops, shows what turned wrong, and lays two runs side by side."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.states import ROBUSTNESS
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.state import ask
from tests.pages.transcript import agrees


@pytest.fixture
def app(tmp_path: Path, tiny_model: Any, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    root = tmp_path / "runs"
    data = tiny_faces(2)
    saved = tmp_path / "model.keras"
    tiny_model.save(saved)
    for seed, name in enumerate(("one", "two")):
        folder = write_run(root, name, data, seed)
        shutil.copy(saved, folder / "model.keras")  # byte for byte the same network under two names
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=data.pixels, emotion=data.labels, usage=data.split)
    monkeypatch.setenv("FER_RUNS", str(root))
    monkeypatch.setenv("FER_DATA", str(path))
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    app = AppTest.from_file(str(REPO / "pages" / "robustness.py"), default_timeout=120)
    ask(app, ROBUSTNESS, run="one")
    return app


def test_a_press_measures_and_the_worst_are_shown(app: AppTest) -> None:
    app.run()
    assert not app.exception
    app.button(key="measure").click().run()
    for _ in range(60):
        if not any(one.key == "measure_stop" for one in app.button):
            break
        app.run()
    assert not app.exception
    assert not any(one.key == "measure" for one in app.button)
    words = " ".join(one.value for one in app.markdown)
    assert "Undisturbed: **one**" in words and "points (" in words
    assert len(app.dataframe) == 1 and len(app.dataframe[0].value) == 35


def test_two_runs_stand_side_by_side_from_what_was_kept(app: AppTest) -> None:
    import os

    from fer_core import data, robustness, runs
    from fer_core.reading.inference import Predictor

    there = robustness.sample(data.load(os.environ["FER_DATA"]).subset("private"), 14)
    for name in ("one", "two"):
        run = runs.find_run(name, os.environ["FER_RUNS"])
        found = list(robustness.measure(name, Predictor(run).probabilities, there, "private", find_points=False))[-1]
        robustness.write(robustness.key_of(run, there, "private"), found)
    ask(app, ROBUSTNESS, vs="two", what="rotation", level=5)
    app.run()
    assert not app.exception
    assert not any(one.key == "measure" for one in app.button)
    assert "What turned wrong, one" in [one.value for one in app.subheader]
    assert "one less two" in [one.value for one in app.subheader]
    assert set(app.dataframe[1].value["difference"]) == {0.0}
    assert any("Turned by 60 degrees" in one.value for one in app.markdown)
    agrees(app, "robustness-two-runs", exact=False)
