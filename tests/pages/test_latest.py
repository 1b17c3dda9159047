"""The run that was begun last, as an address."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import REPO, write_run


@pytest.fixture
def three_runs(tmp_path, monkeypatch):
    for name, created in (("old", "2026-01-05"), ("new", "2026-03-01"), ("middle", "2026-02-01")):
        path = write_run(tmp_path, name) / "run.json"
        record = json.loads(path.read_text())
        path.write_text(json.dumps({**record, "created": f"{created}T00:00:00+00:00"}))
    monkeypatch.setenv("FER_RUNS", str(tmp_path))
    return tmp_path


def open_page(page: str, **query) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_latest_is_the_run_begun_last(three_runs):
    assert open_page("confusion", run="latest").selectbox(key="confusion:run").value == "new"


def test_latest_is_among_the_runs_compared_and_may_be_the_reference(three_runs):
    app = open_page("runs", runs=["old", "latest"], ref="latest", view="Curves")
    assert app.multiselect(key="runs:runs").value == ["old", "new"]
    assert app.selectbox(key="runs:ref").value == "new"


def test_a_run_that_is_called_latest_is_that_run(three_runs):
    write_run(three_runs, "latest")
    assert open_page("confusion", run="latest").selectbox(key="confusion:run").value == "latest"
