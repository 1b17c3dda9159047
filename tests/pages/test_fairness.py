"""The page "Fair to whom?": it says first what drawings can show, audits on a press, and shows the pair that moved."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from fer_core.evaluation import fairness
from fer_core.evaluation.fairness import FACTORS, FIRST_SENTENCE
from pages.ui import language
from pages.ui.states import FAIRNESS
from tests.conftest import REPO
from tests.pages.left_over import left_over
from tests.pages.state import ask
from tests.pages.transcript import agrees


@pytest.fixture
def app(tmp_path, monkeypatch) -> AppTest:
    for name in ("drawn", "fast"):
        shutil.copytree(REPO / "checkpoints" / name, tmp_path / "runs" / name)
    monkeypatch.setenv("FER_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(fairness, "audit", few)
    app = AppTest.from_file(str(REPO / "pages" / "fairness.py"), default_timeout=120)
    ask(app, FAIRNESS, run="drawn")
    return app


def few(ask_network, factors, people, seed, audit=fairness.audit):
    """As the audit, of two people: the page does not care how many there are."""
    return audit(ask_network, factors, 2, seed)


def through(app: AppTest) -> AppTest:
    app.button(key="audit").click().run()
    for _ in range(len(FACTORS) * 2 + 4):
        if not any(one.key == "audit_stop" for one in app.button):
            break
        app.run()
    return app


def words(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption))


def test_the_first_sentence_says_what_drawings_can_show(app: AppTest) -> None:
    app.run()
    assert not app.exception
    lead = next(one.proto.body for one in app.get("html") if "fer-lead" in one.proto.body)
    assert FIRST_SENTENCE in lead.split(">")[1]
    assert "Not audited: sex" in words(app) and not app.dataframe


def test_a_press_audits_and_every_factor_is_there(app: AppTest) -> None:
    app = through(app.run())
    assert not app.exception
    frame = app.dataframe[0].value
    assert set(frame["factor"]) == {factor.name for factor in FACTORS} and set(frame["run"]) == {"drawn"}
    assert list(frame["changed"]) == sorted(frame["changed"], reverse=True)
    assert "**drawn:**" in words(app) and "of the probability moves" in words(app)
    agrees(app, "fairness-audited", exact=False)


def test_what_is_found_is_said_in_another_language(app: AppTest, monkeypatch) -> None:
    monkeypatch.setattr(language, "current", lambda: "zh-TW")  # in AppTest's own thread, too, where labels are compared
    app = through(app.run())
    assert not app.exception and left_over(app) == []
    assert "任何因素" in words(app) and "機率移動了" in words(app)


def test_two_networks_see_the_same_pairs_and_a_factor_is_kept_in_the_address(app: AppTest) -> None:
    ask(app, FAIRNESS, vs="fast", factor="glasses", measure="moved")
    app.run()
    for _ in range(2):
        if any(one.key == "audit" for one in app.button):
            app = through(app)
    assert not app.exception
    assert app.dataframe[0].value["run"].value_counts().to_dict() == {"drawn": 9, "fast": 9}
    assert app.query_params["factor"] in ("glasses", ["glasses"])
    assert words(app).count("of the probability moves") == 2


def test_it_can_be_stopped(app: AppTest) -> None:
    app.run().button(key="audit").click().run()
    app.button(key="audit_stop").click().run()
    assert not app.exception and not app.dataframe and any(one.key == "audit" for one in app.button)
