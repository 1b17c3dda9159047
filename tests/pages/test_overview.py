"""The Overview page with runs, without any, and with a broken one."""

from streamlit.testing.v1 import AppTest

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
