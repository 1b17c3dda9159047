"""The rules of "Show me surprise"."""

from itertools import pairwise

import numpy as np
import pytest

from fer_core.labels import CLASSES
from fer_core.reading.game import FULL, LAST, PAUSE, ROUNDS, SECONDS, ExpressionGame, askable, order
from fer_core.runs import load_run
from tests.conftest import write_run


def face(where: float, label: int, p: float = 1.0, size: float = 100.0) -> tuple[float, float, np.ndarray]:
    rest = np.full(7, (1 - p) / 6)
    rest[label] = p
    return where, size, rest


def play(game: ExpressionGame, since: float, until: float, *faces: tuple, step: float = 0.25) -> None:
    for when in np.arange(since, until + 1e-9, step):
        game.update(float(when), list(faces))


def test_nothing_counts_before_the_round_begins() -> None:
    game = ExpressionGame([3, 5])
    play(game, 0.0, PAUSE, face(0.5, 3))
    assert game.fill == [0.0] and game.told(PAUSE - 0.5)["wait"] == 0.5 and game.told(1.0)["asked"] == 3


def test_a_sure_face_fills_the_bar_in_a_second_and_half_as_sure_in_two() -> None:
    game = ExpressionGame([3, 5])
    play(game, 0.0, PAUSE + 0.75, face(0.5, 3, 0.5))
    assert game.fill == [pytest.approx(0.375)]
    play(game, PAUSE + 1.0, PAUSE + 2.0, face(0.5, 3, 0.5))
    assert game.place == 1 and game.points == [round(FULL - (FULL - LAST) * 2 / SECONDS)]


def test_another_expression_or_none_fills_nothing_and_time_runs_out() -> None:
    game = ExpressionGame([3, 5])
    play(game, 0.0, PAUSE + 4, face(0.5, 5))
    assert game.fill == [0.0] and game.place == 0
    play(game, PAUSE + 4.25, PAUSE + SECONDS)
    assert game.place == 1 and game.points == [0]


def test_two_players_have_a_side_each_and_the_round_waits_for_both() -> None:
    game = ExpressionGame([3, 5], players=2)
    play(game, 0.0, PAUSE + 1, face(0.2, 3), face(0.8, 5), face(0.9, 3, size=20.0))
    assert game.fill == [1.0, 0.0] and game.place == 0
    first = game.points[0]
    play(game, PAUSE + 1.25, PAUSE + 3, face(0.8, 3))
    assert game.place == 1 and first == game.points[0] > game.points[1] > LAST


def test_a_gap_between_frames_fills_at_most_half_a_second() -> None:
    game = ExpressionGame([3, 5])
    game.update(0.0, [])
    game.update(PAUSE + 0.1, [])
    game.update(PAUSE + 5.0, [face(0.5, 3)])
    assert game.fill == [pytest.approx(0.5)]


def test_it_ends_after_its_rounds() -> None:
    game = ExpressionGame([3, 5])
    play(game, 0.0, 2 * (PAUSE + SECONDS) + 1)
    assert game.over and game.told(99)["asked"] is None and game.told(99)["round"] == 2
    game.update(100.0, [face(0.5, 3)])
    assert game.points == [0]


def test_what_is_asked_for_is_what_the_run_finds(tmp_path) -> None:
    recall = dict(zip(CLASSES, (0.4, 0.2, 0.1, 0.9, 0.3, 0.8, 0.95), strict=True))
    run = load_run(write_run(tmp_path, "one", scores={"validation": {"n": 9, "accuracy": 0.5, "recall": recall}}))
    assert [CLASSES[k] for k in askable(run)] == ["happy", "surprise", "angry", "sad"]
    asked = order([3, 5], seed=1)
    assert len(asked) == ROUNDS and set(asked) == {3, 5}
    assert all(one != other for one, other in pairwise(asked))
