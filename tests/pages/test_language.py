"""A page in another language: chosen by the address or the switch, one for each visit, with nothing left in English."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import REPO
from tests.pages.left_over import is_english, left_over

SWITCH = "language_switch"


def open_page(page: str = "overview", lang: str = "zh-TW", **query: str) -> AppTest:
    app = AppTest.from_file(REPO / "dashboard.py")
    for name, value in {"lang": lang, **query}.items():
        if value:
            app.query_params[name] = value
    app.run()
    if page != "overview":
        app.switch_page(f"pages/{page}.py").run()
    return app


def open_at(page: str, **query: str) -> AppTest:
    """A page in Chinese, as a link opens it."""
    app = AppTest.from_file(REPO / "dashboard.py")
    app.switch_page(f"pages/{page}.py")
    for name, value in {"lang": "zh-TW", **query}.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def app(monkeypatch, runs_root) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    return open_page()


def test_the_address_chooses_the_language(app) -> None:
    assert not app.exception
    assert app.title[0].value == "神經網路如何讀取人臉表情"
    assert app.session_state["language"] == "zh-TW"


def test_the_switch_does_and_the_address_follows(monkeypatch, runs_root) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    app = open_page(lang="")
    assert app.title[0].value == "How a network reads faces" and "lang" not in app.query_params
    app.segmented_control(key=SWITCH).set_value("zh-TW").run()
    assert app.title[0].value == "神經網路如何讀取人臉表情" and app.query_params["lang"] == "zh-TW"
    app.switch_page("pages/glossary.py").run()
    assert app.session_state["language"] == "zh-TW"
    app.segmented_control(key=SWITCH).set_value("en").run()
    assert app.title[0].value == "Glossary" and "lang" not in app.query_params


def test_a_language_that_is_not_there_is_said(monkeypatch, runs_root) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    app = open_page(lang="tlh")
    assert app.title[0].value == "How a network reads faces"
    assert any("lang=tlh" in one.value and "en, zh-TW" in one.value for one in app.caption)


def test_each_visit_has_its_own(app) -> None:
    other = open_page(lang="")
    app.run()
    assert other.title[0].value == "How a network reads faces"
    assert app.title[0].value == "神經網路如何讀取人臉表情"
    other.run()
    assert other.title[0].value == "How a network reads faces"


def test_a_page_that_is_not_translated_says_so(app) -> None:
    said = "這一頁目前大多是英文。"
    assert said not in [one.value for one in app.sidebar.caption]
    app.switch_page("pages/guess.py").run()
    assert said in [one.value for one in app.sidebar.caption]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("shipped")
    for name in ("drawn", "compact"):
        shutil.copytree(REPO / "checkpoints" / name, root / name)
    return root


PAGES = {
    "overview": ({},),
    "glossary": ({},),
    "lessons": (
        {},
        {"lesson": "1-what-does-it-see"},
        {"lesson": "2-what-does-it-confuse", "step": "5", "view": "For the teacher"},
        {"lesson": "2-what-does-it-confuse", "view": "Worksheet"},
    ),
    "predict": ({}, {"way": "Upload"}, {"way": "Snapshot"}, {"way": "Live camera"}),
    "playground": ({}, {"look": "What each unit gives"}, {"look": "Sweep one unit"}),
}


@pytest.mark.parametrize(("page", "query"), [(page, query) for page, all_ in PAGES.items() for query in all_], ids=str)
def test_no_english_sentence_is_left(monkeypatch, shipped, page: str, query: dict[str, str]) -> None:
    monkeypatch.setenv("FER_RUNS", str(shipped))
    app = open_at(page, **query)
    assert not app.exception
    assert list(filter(is_english, ["Save", "三個字 of a sentence", "FER Lab", "已經是中文 drawn"])) == [
        "Save",
        "三個字 of a sentence",
    ]
    assert left_over(app) == []
