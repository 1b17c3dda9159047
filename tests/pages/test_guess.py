"""Guess the label: ten pictures, then who agreed with whom."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data.dataset import Dataset
from fer_core.labels import CLASSES
from pages.ui import loaders
from pages.ui.states import GUESS
from tests.conftest import REPO, tiny_faces
from tests.pages.state import ask
from tests.pages.transcript import agrees


def with_votes() -> Dataset:
    """Tiny faces of which people always say "happy"."""
    faces = tiny_faces(per_class=3)
    votes = np.zeros((len(faces), 10), np.uint8)
    votes[:, 1] = 10
    return Dataset(**{**faces.__dict__, "votes": votes})


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, model_root: Path) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    monkeypatch.setattr(loaders, "dataset", with_votes)
    made = AppTest.from_file(REPO / "pages" / "guess.py", default_timeout=120).run()
    assert not made.exception, made.exception[0].message
    return made


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception[0].message
    return app


def text(app: AppTest) -> str:
    return " ".join([*(e.proto.body for e in app.get("html")), *(e.value for e in app.caption)])


def test_nothing_is_given_away_before_the_guess(app: AppTest) -> None:
    assert {button.label for button in app.button} >= set(CLASSES)
    assert "The label:" not in text(app) and "Picture 1 of 10" in text(app)
    press(app, "fear")
    said = text(app)
    assert "<strong>You:</strong> fear" in said and "<strong>The label:</strong>" in said and "Ten people" in said
    assert not any(button.label == "fear" for button in app.button)


def test_after_ten_it_says_who_agreed_with_whom(app: AppTest) -> None:
    for _ in range(9):
        press(press(app, "happy"), "Next picture")
    press(press(app, "happy"), "Who agreed with whom")
    (shown,) = app.dataframe
    table = {(row["who"], row["with"]): (row["same"], row["of"]) for _, row in shown.value.iterrows()}
    (game,) = app.session_state["guess_games"].values()
    happy = int(np.sum(game.dataset.labels == CLASSES.index("happy")))
    assert table["you", "people"] == (10, 10)
    assert table["you", "the label"] == table["people", "the label"] == (happy, 10)
    assert "3 of 21 pictures (14.3%)" in text(app)
    press(app, "Ten others")
    assert app.query_params["game"] == "1" and "Picture 1 of 10" in text(app)
    agrees(app, "guess-next-game", exact=False)


def test_a_number_gives_the_same_pictures_again(app: AppTest) -> None:
    def rows(game: int) -> list[int]:
        ask(app, GUESS, game=game)
        app.run()
        return list(app.session_state["guess_games"].values())[-1].dataset.rows.tolist()

    first, second = rows(3), rows(4)
    assert first != second
    app.session_state["guess_games"] = {}
    assert rows(3) == first


def test_without_a_data_set_the_drawn_faces_are_asked(monkeypatch: pytest.MonkeyPatch, model_root: Path) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    monkeypatch.setattr(loaders, "drawn", lambda: tiny_faces(per_class=2))
    made: Any = AppTest.from_file(REPO / "pages" / "guess.py", default_timeout=120).run()
    assert not made.exception, made.exception[0].message
    assert any("FER2013 is not here" in note.value for note in made.info)
    press(made, "sad")
    assert "no votes of people" in text(made)
