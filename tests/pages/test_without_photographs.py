"""Without a data set, pages that disturb or lay out drawn faces open on the network that learned from such."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.states import of
from tests.conftest import REPO
from tests.pages.state import ask


@pytest.mark.parametrize(
    ("page", "label", "asked"),
    [("robustness", "Run", {}), ("fairness", "Run", {}), ("dataset", "Network", {"view": "map"})],
)
def test_the_network_of_drawn_faces_comes_first(
    page: str, label: str, asked: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("compact", "drawn"):
        shutil.copytree(REPO / "checkpoints" / name, tmp_path / name, ignore=shutil.ignore_patterns("epochs"))
    monkeypatch.setenv("FER_RUNS", str(tmp_path))
    monkeypatch.delenv("FER_DATA", raising=False)
    app = AppTest.from_file(str(REPO / "pages" / f"{page}.py"), default_timeout=240)
    ask(app, of(page), **asked)
    app.run()
    assert not app.exception, app.exception[0].message
    assert next(one for one in app.selectbox if one.label == label).value == "drawn"
    assert any("photographs" in one.label for one in app.button), "the contrast is one press away"
