"""What all tests of pages share: time enough, on a machine that does ten other things."""

from typing import Any

import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from fer_core import data
from fer_core.data.dataset import Dataset
from pages.ui import loaders
from tests.conftest import REPO

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
