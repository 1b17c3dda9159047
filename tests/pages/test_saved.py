"""Saved views: kept from the sidebar, opened by their address."""

from streamlit.testing.v1 import AppTest

from fer_core.runs import views
from tests.conftest import REPO, write_run


def open_app(monkeypatch, root, page: str = "", **query) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    app = AppTest.from_file(str(REPO / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def test_what_is_in_view_is_kept_under_a_name_and_opened_by_its_address(tmp_path, monkeypatch):
    for name in ("one", "two"):
        write_run(tmp_path, name)
    app = open_app(monkeypatch, tmp_path, "confusion")
    app.query_params["view"] = "Per class"
    app.run()
    app.text_input(key="saved_view_name").set_value("by class").run()
    assert not app.exception
    kept = views.read(tmp_path)["by class"]
    assert kept.page == "confusion" and kept.query["view"] == ["Per class"]
    assert app.text_input(key="saved_view_name").value == ""
    again = open_app(monkeypatch, tmp_path, saved="by class")
    assert again.title[0].value == "Confusion"


def test_a_view_can_be_forgotten_and_an_unknown_one_is_said(tmp_path, monkeypatch):
    write_run(tmp_path, "one")
    views.save(tmp_path, "mine", "runs", {})
    app = open_app(monkeypatch, tmp_path, "confusion")
    app.button(key="saved_forget_mine").click().run()
    assert views.read(tmp_path) == {}
    app = open_app(monkeypatch, tmp_path, saved="mine")
    assert "No view is saved as mine." in [one.value for one in app.warning]
