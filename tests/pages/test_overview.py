"""The Overview page with runs, without any, and with a broken one."""

import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face
from fer_core.data.drawn.person import sample_identity
from fer_core.labels import CLASSES
from fer_core.reading.inference import Predictor
from fer_core.runs import load_run
from tests.conftest import REPO


def open_app(monkeypatch, root) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    return AppTest.from_file(REPO / "dashboard.py", default_timeout=60).run()


def test_lists_each_run_with_its_measured_scores(monkeypatch, runs_root) -> None:
    app = open_app(monkeypatch, runs_root)
    assert not app.exception
    table = app.dataframe[0].value
    assert next(iter(table["run"])) == "strong" and set(table["run"]) == {"weak", "middling", "strong"}
    assert table["private"].is_monotonic_decreasing


def test_says_how_to_make_a_run_where_there_is_none(monkeypatch, tmp_path) -> None:
    app = open_app(monkeypatch, tmp_path)
    assert not app.exception
    assert any("python -m fer_core train" in info.value for info in app.info)


def test_a_broken_run_is_said_and_stops_nothing(monkeypatch, runs_root) -> None:
    (runs_root / "weak" / "run.json").write_text("{")
    app = open_app(monkeypatch, runs_root)
    assert not app.exception
    assert any("weak" in warning.value and "not JSON" in warning.value for warning in app.warning)
    assert set(app.dataframe[0].value["run"]) == {"middling", "strong"}


def test_a_runs_folder_that_is_not_there_is_said(monkeypatch, runs_root) -> None:
    app = open_app(monkeypatch, runs_root)
    app.text_input(key="runs_root_input").set_value("/no/such/folder").run()
    assert any("is no folder" in error.value for error in app.error)
    assert len(app.dataframe[0].value) == 3


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("shipped")
    for name in ("drawn", "compact"):
        shutil.copytree(REPO / "checkpoints" / name, root / name)
    return root


def test_what_opens_first_is_right(monkeypatch, shipped) -> None:
    """Without FER2013 the drawn face is read by the network of drawings; photographs' network is one press away."""
    app = open_app(monkeypatch, shipped)
    assert not app.exception
    assert next(box for box in app.selectbox if box.label == "Read by").value == "drawn"
    html = " ".join(element.proto.body for element in app.get("html"))
    assert "Probabilities: happy" in html
    app.button(key="overview_contrast").click().run()
    assert next(box for box in app.selectbox if box.label == "Read by").value == "compact"
    assert app.button(key="overview_contrast").label == "Ask one trained on drawings"


@pytest.mark.parametrize("expression", CLASSES)
def test_the_first_answer_is_right_for_each_expression(shipped, expression: str) -> None:
    face = draw_face(EXPRESSIONS[expression], identity=sample_identity(np.random.default_rng(4)))
    found = Predictor(load_run(shipped / "drawn")).probabilities(face[None])[0]
    assert CLASSES[int(found.argmax())] == expression


@pytest.mark.parametrize("page", ["confusion", "explain", "filters", "playground", "guess"])
def test_each_page_opens_on_the_network_of_drawings(monkeypatch, shipped, page: str) -> None:
    app = open_app(monkeypatch, shipped)
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception and not app.error
    box = next(box for box in app.selectbox if box.label in ("Run", "Network that is asked"))
    assert box.value == "drawn" and box.options[0].startswith("drawn")
    if page == "confusion":
        assert any("fer2013.csv" in one.value for one in app.caption)


def test_the_doors_lead_to_their_first_steps(monkeypatch, runs_root) -> None:
    app = open_app(monkeypatch, runs_root)
    text = " ".join(one.value for one in app.markdown)
    assert all(who in text for who in ("I teach", "I train", "I am curious"))


def test_a_missing_score_is_a_dash_and_shares_have_one_digit(monkeypatch, runs_root) -> None:
    app = open_app(monkeypatch, runs_root)
    table = app.dataframe[0]
    assert table.proto.placeholder == "–"
    shown = pa.ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas()
    assert shown["test"].tolist() == ["–"] * 3
    assert all(re.fullmatch(r"\d+\.\d%", text) for text in shown["private"])
