"""A page in another language: chosen by the address or the switch, one for each visit, with nothing left in English."""

import shutil
from pathlib import Path

import pytest
from streamlit.string_util import clean_text
from streamlit.testing.v1 import AppTest

from fer_core.runs import views
from pages.ui import language, loaders, source
from tests.conftest import REPO
from tests.pages.left_over import is_english, left_over, texts

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
    "learning": ({},),
    "fairness": ({},),
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


def test_a_figure_is_named_and_a_state_is_said_in_the_language(monkeypatch, shipped) -> None:
    monkeypatch.setenv("FER_RUNS", str(shipped))
    found = list(texts(open_at("playground", look="Sweep one unit", sweep="12")))
    assert [one for one in found if "縱軸" in one] and not [one for one in found if one.startswith("Sweep")]
    table = next(one.value for one in open_at("overview").dataframe)
    assert {str(state) for state in table["state"]} <= {"已完成", "已提早停止"}


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def test_a_lesson_goes_on_where_the_language_changes(monkeypatch, shipped) -> None:
    """The guess made in English is the same guess in Chinese, and right there as well; the bar speaks it, too."""
    monkeypatch.setenv("FER_RUNS", str(shipped))
    app = open_at("lessons", lesson="1-what-does-it-see", step="2", lang="en")
    app.radio[0].set_value("2,304")
    app = press(press(app, "That is our guess"), "We have looked: what comes out?")
    assert any("As you guessed: **2,304**" in one.value for one in app.success)
    app.segmented_control(key=SWITCH).set_value("zh-TW").run()
    assert any("和你們猜的一樣：**2,304 個**" in one.value for one in app.success)
    assert left_over(app) == []
    app.switch_page("pages/glossary.py").run()
    assert any("你們的猜測：2,304 個" in one.value for one in app.markdown) and left_over(app) == []
    app.segmented_control(key=SWITCH).set_value("en").run()
    assert any("Your guess: 2,304" in one.value and "個" not in one.value for one in app.markdown)


def test_an_address_with_a_mistake_is_said_in_the_language(monkeypatch, shipped) -> None:
    monkeypatch.setenv("FER_RUNS", str(shipped))
    app = open_at("playground", roll="90")
    assert any("它是 -30 到 30 的數字" in one.value for one in app.caption)


def test_a_file_with_a_mistake_is_said_in_the_language() -> None:
    from fer_core.errors import FerError
    from fer_core.languages import catalogue
    from fer_core.pictures import decode

    with pytest.raises(FerError) as raised:
        decode(b"%PDF-1.4 and more", "homework.pdf")
    assert str(raised.value) == "homework.pdf is a PDF, not a picture; save the page as JPEG or PNG."
    assert catalogue("zh-TW").say(raised.value.args[0]) == "homework.pdf 是 PDF，不是圖片；請把頁面存成 JPEG 或 PNG。"


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_report_is_written_in_the_language_of_the_visit(monkeypatch, shipped, lang: str) -> None:
    monkeypatch.setenv("FER_RUNS", str(shipped))
    app = open_at("runs", view="Take along", lang=lang)
    assert not app.exception
    assert next(box for box in app.selectbox if box.label == "Language").value == lang


def test_a_saved_view_has_no_language(monkeypatch, runs_root) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    app = open_at("overview", expression="sad")
    app.run()
    app.text_input(key="saved_view_name").set_value("mine").run()
    assert views.read(runs_root)["mine"].query == {"expression": ["sad"]}
    assert app.session_state["language"] == "zh-TW"


def test_a_switch_that_says_nothing_leaves_the_language_as_it_is(monkeypatch) -> None:
    """A browser that is still drawing it sends None; the address must not come to say lang=None."""
    from pages.ui import language_switch

    said: list[str] = []
    monkeypatch.setattr(language_switch.language, "use", said.append)
    monkeypatch.setattr(language_switch.address, "rewrite", lambda: None)
    for given in (None, "zh-TW"):
        monkeypatch.setattr(language_switch.st, "session_state", {"language_switch": given})
        language_switch._switched()
    assert said == ["zh-TW"]


@pytest.mark.parametrize(
    ("module", "cache"), [(loaders, "drawn"), (loaders, "_dataset"), (loaders, "_model"), (source, "_face")]
)
def test_a_spinner_is_said_in_the_language_of_the_visit_that_waits(monkeypatch, module, cache) -> None:
    text = getattr(module, cache)._info.show_spinner
    assert clean_text(text) == text
    monkeypatch.setattr(language, "current", lambda: "zh-TW")
    assert is_english(text) and not is_english(clean_text(text))
