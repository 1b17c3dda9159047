"""Watch it learn: a training is started, shown, stopped and replayed."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import loaders
from pages.ui.states import LEARNING
from tests.conftest import REPO
from tests.core.training.test_classroom import halves
from tests.pages.state import ask


@pytest.fixture
def app(monkeypatch, runs_root) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    big = halves(2900)
    monkeypatch.setattr(loaders, "drawn", lambda: big)
    monkeypatch.setattr("pages.learning_parts.watching.loaders.drawn", lambda: big)
    return AppTest.from_file(REPO / "pages" / "learning.py", default_timeout=120)


def words(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.info, *app.error))


def ended(app: AppTest) -> AppTest:
    film = app.session_state["learning_film"]
    for _ in range(1200):
        if not film.running:
            return app.run()
        time.sleep(0.1)
    raise AssertionError("the training did not end")


def test_a_training_is_watched_and_replayed(app) -> None:
    app.run()
    assert "Nothing is written" in words(app) and not app.exception
    app.selectbox[0].set_value(350).run()
    ask(app, LEARNING, epochs=5)
    app.run()
    app.button[0].click().run()
    assert not app.exception
    app = ended(app)
    assert "After 5 epochs" in words(app) and not app.exception
    assert app.slider[0].value == 5
    app.slider[0].set_value(0).run()
    assert "At epoch 0" in words(app)
    assert any(one.label == "Train again from the same start" for one in app.button)
    assert any(one.label == "Figure as HTML" for one in app.get("download_button"))  # once it stands still


def test_stop_keeps_what_was_seen(app) -> None:
    app.run()
    app.button[0].click().run()
    film = app.session_state["learning_film"]
    film.stop()
    app = ended(app)
    assert not app.exception and len(film.frames) <= 15
