"""What all tests of pages share: time enough, on a machine that does ten other things."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from fer_core import data
from fer_core.data.dataset import Dataset, make_dataset
from pages.ui import loaders
from tests.conftest import REPO, tiny_faces

# A wait ends when the page stands, so a long one costs nothing; AppTest's own three seconds are less than
# what the first import of pandas takes on a busy machine.
PATIENCE = 120.0


@pytest.fixture(autouse=True, scope="session")
def _patient_app_test() -> None:
    """No test of a page fails because a machine is slow: the shortest wait is `PATIENCE` seconds."""
    made = AppTest.__init__

    def __init__(self: AppTest, script: Any, *, default_timeout: float, **others: Any) -> None:
        made(self, script, default_timeout=max(default_timeout, PATIENCE), **others)

    AppTest.__init__ = __init__  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _kept_session() -> None:
    """After each run of a page Streamlit clears Keras' session, garbage collection included: a third of a second where
    TensorFlow is loaded. The server does without, see `fer_core.runtime.warm`; so do these tests."""
    script_runner._clean_problem_modules = lambda: None  # type: ignore[assignment]


@pytest.fixture
def few_drawn(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """Drawn faces, but few: whichever test asks first for all 3,500 waits until they are drawn."""
    drawn = data.drawn_dataset(count=42, seed=0)
    monkeypatch.setattr(loaders, "drawn", lambda: drawn)
    monkeypatch.setattr(data.sources, "REPOSITORY_DATA", REPO / "no such folder")
    return drawn


@pytest.fixture
def data_path(tmp_path: Path) -> Path:
    """The tiny set as a file, with FER+ votes, one twin in training and one all-zero picture, and its runs' rows."""
    dataset = tiny_faces()
    path = tmp_path / "tiny.npz"
    votes = np.zeros((len(dataset), 10), np.uint8)
    votes[:, 0] = 10
    np.savez(path, pixels=dataset.pixels, emotion=dataset.labels, usage=dataset.split, votes=votes)
    return path


@pytest.fixture(scope="module")
def some_faces() -> Dataset:
    """42 pictures of noise; two of them black, one a twin of a training picture under another label; with votes."""
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (42, 48, 48), dtype=np.uint8)
    pixels[[3, 4]] = 0
    pixels[30] = pixels[10]
    labels = np.resize(np.arange(7), 42)
    split = np.repeat([0, 1, 2], 14)
    votes = rng.integers(0, 5, (42, 10), dtype=np.uint8)
    return make_dataset("some", pixels, labels, split, "npz", votes=votes)


@pytest.fixture
def with_set(some_faces: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "some.npz"
    np.savez(
        path,
        pixels=some_faces.pixels,
        emotion=some_faces.labels,
        usage=some_faces.split,
        votes=some_faces.votes,
    )
    monkeypatch.setenv("FER_DATA", str(path))
    return path
