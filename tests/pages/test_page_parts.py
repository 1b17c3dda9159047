"""Smaller parts of pages, called by themselves: what a press means, which picture comes next, what is in view."""

import contextlib
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from fer_core.data.dataset import make_dataset
from fer_core.errors import FerError
from fer_core.evaluation.confusion import Selection
from fer_core.labels import CLASSES
from fer_core.reading import faces as found_faces
from fer_core.runs import load_run
from pages.confusion_parts import epochs, matrix_view, opened, scene, told
from pages.explain_parts import counterfactual, flip_counts
from pages.filters_parts import card, feature_visualization, kept, outputs, scanning
from pages.guess_parts.game import GuessGame
from pages.learning_parts import watching
from pages.lessons_parts import paper
from pages.predict_parts import answering, clips
from pages.robustness_parts import worst
from pages.runs_parts import aligned_predictions, choose, live
from pages.ui import burst, layout, matrix, point_map, queue, selections, source, warmup


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", found)
    return found


# Confusion -----------------------------------------------------------------------------------------------------------

COUNTS = np.diag([10, 20, 30, 40, 50, 60, 70])
COUNTS[1, 4] = 25


@pytest.mark.parametrize(
    "by, top",
    [("true", 1.0), ("predicted", 1.0), ("all", 70 / 305), ("none", 70.0)],
)
def test_the_scale_ends_with_the_largest_class_and_earlier_without_the_diagonal(by: str, top: float) -> None:
    assert matrix_view.scale_top(COUNTS, by, dim=False) == pytest.approx(top)
    assert matrix_view.scale_top(COUNTS, by, dim=True) == pytest.approx(0.4 * top)
    assert matrix_view.scale_top(np.zeros((7, 7), int), by, dim=False) == 1.0


def test_legend_and_file_names_say_what_is_shown() -> None:
    assert matrix_view._legend("true", False) == "share of the true class, the same scale for every run"
    assert matrix_view._legend("all", True).endswith("ends at 40% of the usual")
    assert matrix_view.SAID["all"] == "share of all pictures" and matrix_view.SAID["none"] == "counts"
    cells = (Selection(2, 5), Selection(None, 5), Selection(2, None))
    assert [matrix_view._name(cell) for cell in cells] == ["fear-as-surprise", "any-as-surprise", "fear-as-any"]


def test_only_a_cell_of_pictures_leads_to_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[dict[str, Any]] = []
    monkeypatch.setattr(
        matrix_view.links, "link", lambda page, words, **state: followed.append({"page": page, **state})
    )
    scene: Any = SimpleNamespace(run=SimpleNamespace(name="r", can_be_opened=True), dataset=1, split="public")
    matrix_view._to_explain(scene, Selection(2, 5))
    (link,) = followed
    assert (link["page"], link["run"], link["cell_split"]) == ("explain", "r", "public")
    assert (link["true"], link["taken"]) == ("fear", "surprise")
    for cell in (Selection(None, 5), Selection(2, None)):
        matrix_view._to_explain(scene, cell)
    scene.dataset = None
    matrix_view._to_explain(scene, Selection(2, 5))
    scene.dataset, scene.run.can_be_opened = 1, False
    matrix_view._to_explain(scene, Selection(2, 5))
    assert len(followed) == 1


def test_what_a_matrix_sends_is_checked(session: dict[str, Any]) -> None:
    assert matrix.pressed("m") is None and matrix.shown_frame("m") is None
    sent = ([1, 4], Selection(1, 4)), ([0, None], Selection(0, None)), ([7, 3], Selection(None, 3)), ([1], None)
    for cell, found in (*sent, ("14", None), ([-1, 6], Selection(None, 6)), (None, None)):
        session["m"] = {"cell": cell, "frame": 3.0}
        assert matrix.pressed("m") == found
    assert matrix.shown_frame("m") == 3
    session["m"] = {"cell": [2, 3], "frame": "3"}
    assert matrix.pressed("m", size=3) == Selection(2, None) and matrix.shown_frame("m") is None


def test_the_epoch_in_view_is_the_named_one_the_kept_one_or_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, kept = np.array([1, 2, 5, 9]), {}
    scene: Any = SimpleNamespace(run=SimpleNamespace(best_epoch=5))
    state = SimpleNamespace(value=lambda name, default: kept.get(name, default), put=kept.__setitem__)
    monkeypatch.setattr(epochs, "CONFUSION", state)
    assert epochs._frame(scene, numbers) == 2
    kept["epoch"] = 2
    assert epochs._frame(scene, numbers) == 1
    kept["epoch"] = 7
    assert epochs._frame(scene, numbers) == 3
    for frame, epoch in ((0, 1), (3, 9), (4, 9), (None, 9), (-1, 9)):
        monkeypatch.setattr(epochs, "shown_frame", lambda key, frame=frame: frame)
        epochs._stopped(numbers)
        assert kept["epoch"] == epoch


def test_the_curves_table_has_each_cell_s_share_of_its_true_class() -> None:
    counts = np.stack([COUNTS, COUNTS * 0 + np.arange(7)])
    table = epochs._table(counts, np.array([3, 8]))
    assert table["epoch"].tolist() == [3, 8] and len(table.columns) == 50
    assert table["disgust as sad"].tolist() == pytest.approx([25 / 45, 4 / 21])
    assert table["sad as disgust"].tolist() == pytest.approx([0, 1 / 21])
    then: Any = SimpleNamespace(rows=np.array([7, 1234]), labels=np.array([2, -1]), predicted=np.array([5, 0]))
    says = epochs._says(then, 8)
    assert says(0) == "Row 7, label fear: taken for surprise at epoch 8."
    assert says(1) == "Row 1,234, label not given: taken for angry at epoch 8."


# Runs ----------------------------------------------------------------------------------------------------------------


def test_accuracies_leave_out_what_has_no_label() -> None:
    def said(labels: list[int], predicted: list[int]) -> Any:
        return SimpleNamespace(labels=np.array(labels), predicted=np.array(predicted))

    runs: Any = {"a": said([0, 1, 2, -1, 3], [0, 1, 5, 4, 5]), "b": said([-1, -1], [0, 1])}
    found = aligned_predictions.Gathered("public", runs, {"a": "x", "b": "x"}, ("k",))
    assert found.score("a", "accuracy") == 0.5 and found.score("b", "accuracy") is None
    assert found.classes == tuple(CLASSES) and found.says("So.") == "So." and found.merged(None) is found


def test_merged_runs_have_the_groups_and_a_key_of_their_own() -> None:
    groups: Any = SimpleNamespace(names=("good", "bad"), merge=lambda one: one * 10, told="good: happy")
    runs: Any = {"a": 1, "b": 2}
    found = aligned_predictions.Gathered("public", runs, {}, ("k",)).merged(groups)
    assert found.predictions == {"a": 10, "b": 20} and found.key == ("k", ("good", "bad"))
    assert found.classes == ("good", "bad") and found.says("So.") != "So." and "good: happy" in found.says("So.")


def test_splits_of_other_sets_are_read_from_them(monkeypatch: pytest.MonkeyPatch) -> None:
    other = SimpleNamespace(
        predictions=lambda own: f"other {own}", scores={"test": {"accuracy": 0.25}}, fingerprint="o", when="then"
    )
    run: Any = SimpleNamespace(scores={"public": {"accuracy": 0.5}, "private": None}, fingerprint="own")
    monkeypatch.setattr(aligned_predictions.loaders, "elsewhere", lambda run: {"on other: test": (other, "test")})
    monkeypatch.setattr(aligned_predictions.loaders, "splits", lambda run: ["public", "private"])
    monkeypatch.setattr(aligned_predictions.loaders, "predictions", lambda run, split: f"own {split}")
    there = aligned_predictions.kept_splits(run)
    assert there == ["public", "private", "on other: test"]
    assert [aligned_predictions.kept_predictions(run, split) for split in there] == [
        "own public", "own private", "other test",
    ]  # fmt: skip
    assert [aligned_predictions.kept_accuracy(run, split) for split in there] == [0.5, None, 0.25]
    assert [aligned_predictions.judged_on(run, split) for split in there] == ["own", "own", "o"]


def test_a_training_says_where_it_is() -> None:
    progress = live.jobs.Progress
    assert live._words(progress()) == "Starting: the first batches are on their way."
    slow = progress(epoch=3, epochs=40, batch=7, batches=225, images_per_second=9.94, seconds_left=89.4)
    assert live._words(slow) == "Epoch 3 of 40, batch 7 of 225, 9.9 images/s, at most 89 s left."
    fast = progress(epoch=3, epochs=40, batch=7, batches=225, images_per_second=1234.5)
    assert live._words(fast) == "Epoch 3 of 40, batch 7 of 225, 1,234 images/s."
    assert live.duration(7140) == "119 min" and live.duration(7500) == "2 h 5 min"


def test_only_whole_folders_of_trainings_are_listed(tmp_path: Path) -> None:
    for name in ("b.partial", "a.partial", "c", "d.partial"):
        (tmp_path / name).mkdir()
        if name != "d.partial":
            (tmp_path / name / "run.json").write_text('{"logged_by": "them"}' if name == "c" else "{}")
    assert live._folders(tmp_path) == ["a.partial", "b.partial"] and live._folders(tmp_path / "none") == []
    assert live._logged(tmp_path / "c") and not live._logged(tmp_path / "b.partial")
    assert not live._logged(tmp_path / "d.partial")


# What pages share ----------------------------------------------------------------------------------------------------


def test_points_of_a_lasso_are_those_of_the_map(session: dict[str, Any]) -> None:
    session["map"] = {"lasso": [4, 2, 4, 0, 7, -1, "x", None, [3], float("nan")]}
    assert point_map.lassoed("map", 7).tolist() == [0, 2, 4]
    for nothing in (None, {}, {"lasso": None}, {"lasso": []}):
        session["map"] = nothing
        assert point_map.lassoed("map", 7).tolist() == []
    assert point_map.lassoed("another", 7).tolist() == []


def test_the_place_in_line_is_said_in_its_number() -> None:
    assert queue.words(1) == "One computation of other visitors goes first; yours begins by itself."
    assert queue.words(3).startswith("3 computations of other visitors go first")


def test_work_inside_work_does_not_wait_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    own = queue.Line(1, 2)
    monkeypatch.setattr(queue, "line", lambda: own)
    with queue.turn(), queue.turn():
        assert own.before("other") == 1
    assert own.before("other") == 0
    own.leave("other")
    with queue.look("work") as mine:
        assert mine and own.before("next") == 1
    assert own.before("next") == 1  # until the work has ended
    queue.leave("work")
    assert own.before("next") == 0


def test_a_take_of_the_camera_is_read_or_refused(session: dict[str, Any]) -> None:
    assert burst.taken("c") is None and burst.frame("c") is None
    session["c"] = {"take": {"id": "x" * 40, "jpegs": ["AAEC", "/w=="]}, "frame": {"number": 7.0, "jpeg": "AQ=="}}
    assert burst.taken("c") == ("x" * 32, [b"\x00\x01\x02", b"\xff"]) and burst.frame("c") == (7, b"\x01")
    for jpegs in ([], ["AAEC"] * 13, "AAEC", ["?"], [3], ["A" * 400_004]):
        session["c"] = {"take": {"id": "x", "jpegs": jpegs}}
        with pytest.raises(FerError, match="reload the page"):
            burst.taken("c")
    session["c"] = {"take": {"id": "x", "jpegs": ["AAEC"] * 12}}
    assert len(burst.taken("c")[1]) == 12  # type: ignore[index]


# Filters, Explain ----------------------------------------------------------------------------------------------------


def faces(split: list[int]) -> Any:
    count = len(split)
    pixels = np.arange(count, dtype=np.uint8)[:, None, None] * np.ones((count, 48, 48), np.uint8)
    return make_dataset("some", pixels, np.zeros(count, int), np.array(split), "npz")


def test_pictures_that_are_looked_through_are_spread_evenly() -> None:
    data = faces([0] * 101)
    assert scanning.sample(data, 5).tolist() == [0, 25, 50, 75, 100]
    assert len(scanning.sample(data, 101)) == 101
    some = faces([0, 1, 1, 0, 2, 0, 1])  # held: 1, 2, 4, 6
    assert flip_counts.test_pictures(some)[:, 0, 0].tolist() == [1, 2, 4, 6]
    assert flip_counts.test_pictures(some, 2)[:, 0, 0].tolist() == [1, 6]
    assert flip_counts.test_pictures(faces([0, 0, 0]), 9)[:, 0, 0].tolist() == [0, 1, 2]


def test_seven_units_are_the_classes_and_others_have_numbers() -> None:
    def layer(filters: int) -> Any:
        return SimpleNamespace(filters=filters)

    assert outputs._unit(layer(7), 4) == "sad" and outputs._unit(layer(8), 4) == "unit 4"


def test_more_filters_than_fit_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    many = np.arange(2 * outputs.MOST + 3)
    asked: list[str] = []
    monkeypatch.setattr(outputs.st, "number_input", lambda title, **rest: asked.append(title) or 3)
    assert outputs._page(many, Any).tolist() == many[-3:].tolist() and asked == ["Part of 3"]
    whole = np.arange(outputs.MOST)
    assert outputs._page(whole, Any) is whole and asked == ["Part of 3"]


# Predict, Guess ------------------------------------------------------------------------------------------------------


def test_the_timeline_has_each_class_at_its_time_and_takes_presses() -> None:
    p = np.full((3, 7), 0.05, np.float32)
    p[0, 2], p[1, 5], p[2, 3] = 0.7, 0.7, 0.7
    sights: Any = [SimpleNamespace(time=t, probabilities=one) for t, one in zip((0.5, 0.75, 2.0), p, strict=True)]
    figure = clips.timeline(sights, 0.25, 0.75, least=0.0)
    *areas, bars = figure.data
    assert [area.name for area in areas] == list(CLASSES) and all(list(area.x) == [0.5, 0.75, 2.0] for area in areas)
    assert list(areas[5].y) == pytest.approx([0.05, 0.7, 0.05])
    assert bars.width == 0.25 and list(bars.y) == [1, 1, 1] and figure.layout.shapes[0].x0 == 0.75
    assert [name for name, _ in bars.customdata] == ["fear", "surprise", "happy"]
    unsure = clips.timeline(sights, 0.0, 0.5, least=0.71).data[-1]
    assert unsure.width == 1e-3 and {name for name, _ in unsure.customdata} == {"not sure"}


def test_a_frame_stands_for_the_median_step() -> None:
    assert clips._step(SimpleNamespace(times=[0.0, 0.1, 0.3, 1.3])) == pytest.approx(0.2)  # type: ignore[arg-type]
    assert clips._step(SimpleNamespace(times=[0.4])) == 1.0  # type: ignore[arg-type]
    found: Any = SimpleNamespace(sights=[SimpleNamespace(number=number) for number in (1, 2, 1, 4)])
    assert clips._count(found) == "3 faces so far"
    found.sights = found.sights[:1]
    assert clips._count(found) == "1 face so far"


def test_a_game_goes_from_guess_to_answer_to_the_next_picture() -> None:
    data = make_dataset("two", np.zeros((2, 48, 48), np.uint8), np.array([3, 5]), np.array([0, 0]), "npz")
    game = GuessGame(data, np.eye(7)[[4, 5]])
    game.go_on()
    assert game.place == 0 and not game.answered  # nothing was guessed yet
    game.guess(2)
    game.guess(6)
    assert game.guesses == [2] and game.answered and not game.over
    game.go_on()
    assert game.place == 1 and not game.answered
    game.guess(5)
    game.go_on()
    game.guess(1)
    assert game.over and game.guesses == [2, 5]
    assert [(turn.label, turn.guess, turn.network) for turn in game.turns()] == [(3, 2, 4), (5, 5, 5)]
    assert all(turn.votes is None for turn in game.turns())


def test_a_set_opens_on_a_happy_face_that_no_network_was_trained_on():
    pixels = np.zeros((6, 48, 48), np.uint8)
    there = make_dataset("six", pixels, np.array([3, 0, 3, 5, 3, 6]), np.array([0, 0, 0, 1, 2, 2]), "npz")
    assert source._unseen(there, there.rows) == 4
    assert source._unseen(there, np.array([1, 3, 5])) == 3  # none is happy
    assert source._unseen(there, np.array([1, 2])) == 2  # all were trained on
    assert source._unseen(there, np.array([1])) == 1


def test_of_a_picture_the_largest_face_is_taken_and_several_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def face(side: int, how: str) -> SimpleNamespace:
        return SimpleNamespace(square=SimpleNamespace(side=side), crop=np.full((48, 48), side, np.uint8), how=how)

    there = [face(40, found_faces.HAAR), face(90, found_faces.YUNET), face(60, found_faces.HAAR)]
    monkeypatch.setattr(found_faces, "find_faces", lambda image, whole: there)
    monkeypatch.setattr(source.pictures, "decode", lambda data, name: None)
    crop, words = source._face(b"three", "a_b.png")
    assert crop[0, 0] == 90 and words.endswith(": found by YuNet, the largest face of several")
    del there[1:]
    crop, words = source._face(b"one", "c.png")
    assert crop[0, 0] == 40 and words == f"c.png: {found_faces.HOW[found_faces.HAAR]}"


# Lessons and Filters -------------------------------------------------------------------------------------------------


def test_a_teachers_notes_have_answers_and_the_links_of_the_steps_that_open_a_page(monkeypatch) -> None:
    said: list[str] = []
    opened: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr(st, "markdown", said.append)
    monkeypatch.setattr(paper, "_sheet", lambda lesson, answers, label, kind: said.append(f"{kind}: {answers}"))
    monkeypatch.setattr(paper.links, "link", lambda page, text, **state: opened.append((page, text, state)))
    ask = {"ask": "Why?", "minutes": 1, "title": "One", "answer": "", "teacher": "", "open": "", "press": ""}
    first = SimpleNamespace(**{**ask, "answer": "Because.", "open": "runs?view=Table", "press": "Look"})
    second = SimpleNamespace(**{**ask, "title": "Two", "minutes": 5, "teacher": "Wait."})
    paper.notes(SimpleNamespace(minutes=6, summary="Sum.", before="", after="Home.", steps=[first, second]))
    assert opened == [("runs", "Look", {"view": "Table"})]
    assert said == [
        "6 minutes in 2 steps. Sum.", "notes: True",
        "**1. One** · 1 minute", "Why?", "Answer: Because.",
        "**2. Two** · 5 minutes", "Why?", ":material/school: Wait.",
        "**After.** Home.",
    ]  # fmt: skip


def test_the_place_of_the_greatest_activation_is_framed_where_a_layer_has_places(monkeypatch) -> None:
    out = np.zeros((12, 12, 3), np.float32)
    out[2, 5, 1], out[9, 9, 0] = 0.5, 9
    shown: list[tuple[np.ndarray, str]] = []
    monkeypatch.setattr(card.outputs, "outputs", lambda run, layer, pixels: out)
    monkeypatch.setattr(st, "image", lambda image, **options: shown.append((image, "")))
    monkeypatch.setattr(st, "caption", lambda text: shown.append((shown.pop()[0], text)))
    picture: Any = source.Picture(np.full((48, 48), 100, np.uint8), "a face")
    field = SimpleNamespace(box=lambda row, column: (row * 4, column * 4, row * 4 + 8, column * 4 + 6))
    card._seen(None, SimpleNamespace(name="conv", field=field), 1, picture)  # type: ignore[arg-type]
    card._seen(None, SimpleNamespace(name="dense", field=None), 1, picture)  # type: ignore[arg-type]
    (framed, words), (bare, plain) = shown
    assert words == "a face, the receptive field of the greatest activation framed" and plain == "a face"
    marked = np.argwhere((framed == card.MARK).all(axis=-1))
    top, left, bottom, right = 8 * 4, 20 * 4, 16 * 4, 26 * 4
    assert (
        np.abs(marked.min(axis=0) - (top, left)).max() <= 4 and np.abs(marked.max(axis=0) - (bottom, right)).max() <= 4
    )
    assert bare.shape[:2] == framed.shape[:2] and (bare == 100).all()


# Predict, Runs and what the server begins with ------------------------------------------------------------------------


def test_a_clip_says_how_far_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "caption", said.append)
    for name in ("image", "warning", "info", "markdown", "plotly_chart"):
        monkeypatch.setattr(st, name, lambda *args, **options: None)

    def of(finished: bool, times: list[float]) -> str:
        found = SimpleNamespace(
            numbers=list, times=times, finished=finished, read_frames=len(times), sights=[], left_out=[],
            info=SimpleNamespace(width=640, height=360),
        )  # fmt: skip
        with contextlib.suppress(Exception):  # what comes behind the line is another test's
            clips._found(SimpleNamespace(name="a.webm"), SimpleNamespace(found=found), SimpleNamespace())  # type: ignore[arg-type]
        return said[-1] if said else ""

    assert of(True, [0.0, 0.5, 1.25]).startswith("640 x 360 pixels, 3 frames read, read to the end, 1.2 s.")
    assert of(False, [0.0, 0.5]).startswith("640 x 360 pixels, 2 frames read, stopped after 0.5 s.")
    assert "0 frames read, stopped after 0.0 s" in of(False, [])


def test_the_last_eight_frames_of_a_clip_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(clips.video, "frame_at", lambda data, name, frame: read.append(frame) or frame)
    monkeypatch.setattr(clips.video_copy, "small_marked", lambda frame, sights, least: (frame, len(sights)))
    state: Any = SimpleNamespace(frames={}, found=SimpleNamespace(sights=[SimpleNamespace(frame=3)] * 2))
    clip: Any = SimpleNamespace(data=b"", name="a.webm")
    shown = [clips._frame(clip, state, SimpleNamespace(frame=at), 0.5) for at in (*range(11), 10, 3)]  # type: ignore[arg-type]
    assert shown == [(at, 2 if at == 3 else 0) for at in (*range(11), 10, 3)]
    assert list(state.frames) == [3, 4, 5, 6, 7, 8, 9, 10] and read == list(range(11))


def test_a_cached_curve_is_drawn_anew_when_its_history_changes(runs_root: Path) -> None:
    run = load_run(runs_root / "weak")
    chosen = choose.ChosenRuns({"weak": run, "gone": SimpleNamespace(folder=runs_root / "gone")}, {}, "weak")  # type: ignore[dict-item]
    before = chosen.stamp(["weak"])
    assert chosen.stamp(["weak"]) == before and [when for _, _, when in chosen.stamp(["gone"])] == [0, 0]
    history = runs_root / "weak" / "history.csv"
    os.utime(history, ns=(1, history.stat().st_mtime_ns + 5))
    changed = [a != b for a, b in zip(before, chosen.stamp(["weak"]), strict=True)]
    assert changed == [True, False]


@pytest.mark.parametrize(("mirror", "left"), [(False, 0), (True, 1)])
def test_of_two_players_the_one_on_the_left_of_what_they_see_plays_first(mirror: bool, left: int) -> None:
    answers = np.eye(7)
    game = answering.ExpressionGame([3], players=2)
    state: Any = SimpleNamespace(game_id="a", game=game, settings={"mirror": mirror})

    def seen(x: float, label: int) -> Any:
        return SimpleNamespace(face=SimpleNamespace(square=SimpleNamespace(x=x, side=80)), probabilities=answers[label])

    faces = [seen(100, 3), seen(540, 0)]  # happy stands on the camera's left
    for when in np.arange(0, 6, 0.25):
        said: dict[str, Any] = {"size": [640, 480]}
        answering._play(state, SimpleNamespace(game="a", players=2, time=float(when)), faces, said)  # type: ignore[arg-type]
    assert said["game"]["points"][left] > 0 and said["game"]["points"][1 - left] == 0


def test_the_server_keeps_keras_from_being_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(warmup.runtime, "warm", lambda server=False: asked.append(server))
    monkeypatch.setattr(warmup, "_FIRST_PAGE_SECONDS", 0)
    warmup._warm()
    assert asked == [True]


def test_each_expression_s_kept_picture_leads_to_where_the_network_looks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    words: list[list[str]] = []
    monkeypatch.setattr(kept.links, "link", lambda page, name, **state: opened.append(f"{page} {name} {state['why']}"))
    monkeypatch.setattr(kept.downloads, "picture", lambda *args, **options: None)
    monkeypatch.setattr(kept, "captioned", lambda pictures, captions, scale: words.append(captions) or pictures)
    monkeypatch.setattr(kept, "sheet", lambda tiles, *args, **options: tiles)
    monkeypatch.setattr(kept, "same_picture", lambda state: {})
    pictures = SimpleNamespace(filters=[2, 0], scores=[3.14, 0.5], noise=[-1.0, 0.26], pictures=np.zeros((2, 8, 8)))
    kept._classes(SimpleNamespace(name="some"), pictures)  # type: ignore[arg-type]
    assert opened == [f"explain {name} {name}" for name in CLASSES]
    assert words == [["fear 3.1 | -1.0", "angry 0.5 | 0.3"]]


@pytest.mark.parametrize(("linear", "where"), [(True, "some, expressions"), (False, "some, conv2")])
def test_what_grows_is_called_by_its_layer_or_as_expressions(monkeypatch, linear: bool, where: str) -> None:
    kept_for_the_visit = SimpleNamespace()
    monkeypatch.setattr(st, "session_state", kept_for_the_visit)
    objective: Any = SimpleNamespace(terms=lambda model: [SimpleNamespace(linear=linear)] * 2)
    monkeypatch.setattr(feature_visualization, "Ascent", lambda *args: args)
    monkeypatch.setattr(feature_visualization.loaders, "model", lambda run: "network")
    monkeypatch.setattr(feature_visualization, "Growing", lambda ascent, named, steps: (named, steps))
    settings: Any = SimpleNamespace(copies=2)
    run: Any = SimpleNamespace(name="some")
    feature_visualization._start(run, SimpleNamespace(name="conv2"), [objective], settings, 30, None)  # type: ignore[arg-type]
    assert kept_for_the_visit.growing == (where, 30)
    with pytest.raises(FerError, match="at once here"):
        feature_visualization._start(run, SimpleNamespace(name="conv2"), [objective] * 999, settings, 30, None)  # type: ignore[arg-type]


def test_the_training_before_is_told_once_the_new_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(st, "markdown", told.append)
    monkeypatch.setattr(st, "caption", told.append)
    monkeypatch.setattr(watching, "verdict", lambda frames: f"{len(frames)} frames")
    monkeypatch.setattr(watching, "_differs", lambda before, now: f"{before} then {now}")
    monkeypatch.setattr(watching, "_views", lambda film, before, number: told.append(f"at {number}"))
    monkeypatch.setattr(watching, "_replayed", lambda film, before: told.append("replay"))
    frames = [SimpleNamespace(number=number) for number in range(3)]

    def of(running: bool, before: Any = None, count: int = 3) -> list[str]:
        told.clear()
        watching.show(SimpleNamespace(frames=frames[:count], running=running, settings="new"), before)  # type: ignore[arg-type]
        return list(told)

    before = SimpleNamespace(frames=frames[:2], settings="old")
    assert of(False, before) == ["**3 frames**", "The training before: old then new. 2 frames", "replay"]
    assert of(True, before) == ["**3 frames**", "at 2"]
    assert of(False) == ["**3 frames**", "replay"] and of(False, count=1) == ["**1 frames**", "at 0"]


@pytest.mark.parametrize(
    ("labels", "other"), [((3,), False), ((3, 3), False), ((1,), True), ((5,), True), ((3, 6), True)]
)
def test_a_twin_in_training_says_whether_it_has_another_label(
    monkeypatch, labels: tuple[int, ...], other: bool
) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "warning", lambda text, icon: said.append(text))
    monkeypatch.setattr(opened, "twins_of", lambda scene, index: np.arange(len(labels)))
    data = SimpleNamespace(rows=np.array([1500, 7]), labels=np.array(labels))
    opened._twins(SimpleNamespace(data=data, labels=np.array([0, 3])), 1)  # type: ignore[arg-type]
    assert f"row 1,500 ({CLASSES[labels[0]]})" in said[0]
    assert ("it carries another label" in said[0]) is other


@pytest.mark.parametrize(("frame", "epoch"), [(None, None), (-1, None), (0, 2), (2, 9), (3, None)])
def test_where_a_film_stops_goes_into_the_address(monkeypatch, frame: int | None, epoch: int | None) -> None:
    put: dict[str, int] = {}
    monkeypatch.setattr(epochs, "shown_frame", lambda key: frame)
    monkeypatch.setattr(epochs, "CONFUSION", SimpleNamespace(put=put.__setitem__))
    epochs._stopped(np.array([2, 5, 9]))
    assert put == ({} if epoch is None else {"epoch": epoch})


@pytest.mark.parametrize(
    ("given", "before", "back", "late", "used"),
    [
        (None, "a", True, False, [""]),  # Back to an entry with the usual folder
        (None, "a", False, False, []),  # a link that names none keeps the visit's
        ("b", "a", False, False, ["b"]),
        ("a", "a", False, False, []),
        ("b", "a", False, True, []),  # the address has not heard of the change yet
    ],
)
def test_the_folder_of_the_address_is_taken_over_where_it_is_new(monkeypatch, given, before, back, late, used) -> None:
    taken: list[str] = []
    query = {} if given is None else {layout.address.FOLDER: given}
    monkeypatch.setattr(st, "query_params", query)

    class Session(dict[str, Any]):
        __setattr__ = dict.__setitem__  # type: ignore[assignment]

    monkeypatch.setattr(st, "session_state", Session(runs_root=before))
    monkeypatch.setattr(layout.address, "by_history", lambda: back)
    monkeypatch.setattr(layout.address, "is_late", lambda: late)
    monkeypatch.setattr(layout, "_use_root", taken.append)
    layout._follow_address()
    assert taken == used


@pytest.mark.parametrize(
    ("here", "every", "labels", "said"),
    [
        (1, 1, [3], "1 picture, 100.0% recognised"),
        (2, 2, [3, 4], "2 pictures, 50.0% recognised"),
        (0, 0, [], "0 pictures"),
        (1, 3, [4], "Slice: 1 of 3 pictures, 0.0% recognised"),
        (1, 1, [-1], "1 picture"),
    ],
)
def test_a_slice_says_how_many_pictures_it_has(here: int, every: int, labels: list[int], said: str) -> None:
    counts = np.zeros((7, 7), np.int64)
    for label in labels:
        if label >= 0:
            counts[label, 3] += 1
    own = SimpleNamespace(every=range(every), counts=counts, accuracy=counts.trace() / max(1, counts.sum()))
    own = type("Own", (), {**vars(own), "__len__": lambda self: here})()
    text = scene.SliceInView.summary(own)
    assert text.startswith(said) and ("95% interval" in text) == bool(counts.sum())


@pytest.mark.parametrize(("named", "place"), [(None, None), (40, 2), (9, 0), (41, None)])
def test_of_what_turned_wrong_the_named_row_alone_is_open(monkeypatch, named: int | None, place: int | None) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(worst.tiles, "tiles", lambda *args, picked, **options: shown.append((picked, args[2])))
    monkeypatch.setattr(worst, "_card", lambda part, position, *rest: shown.append(position))
    monkeypatch.setattr(worst, "ROBUSTNESS", SimpleNamespace(value=lambda name: named))
    answers = {None: np.eye(7)[[3, 3, 3, 3]], "blur": np.eye(7)[[0, 4, 4, 3]] * 0.75}
    found: Any = SimpleNamespace(
        rows=np.array([7, 9, 25, 40]), labels=np.array([3, 3, 3, 3]), answers=lambda name=None, level=0: answers[name]
    )
    pixels = np.zeros((3, 48, 48), np.uint8)
    worst._tiles(found, SimpleNamespace(), np.array([1, 2, 3]), pixels, pixels, "blur", 2)  # type: ignore[arg-type]
    picked, says = shown[0]
    assert picked == place and shown[1:] == ([] if place is None else [[1, 2, 3][place]])
    assert says[0] == "row 9, labelled happy: 100% before, 0% now; read as sad, 75%"


@pytest.mark.parametrize(
    ("cell", "true", "taken"),
    [
        (Selection(2, None), "fear", "any class"),
        (Selection(None, 5), "any class", "surprise"),
        (Selection(0, 6), "angry", "neutral"),
        (None, None, None),
    ],
)
def test_a_press_on_a_cell_or_a_name_chooses_it_in_the_boxes(monkeypatch, cell, true, taken) -> None:
    put: dict[str, Any] = {}
    monkeypatch.setattr(told, "pressed", lambda key, classes: cell if classes == 7 else None)
    monkeypatch.setattr(told, "CONFUSION", SimpleNamespace(put_all=put.update))
    told.told_apart(None).press("matrix")
    assert put == ({} if cell is None else {"true": true, "pred": taken, "page": None, "row": None})


def test_the_search_for_another_answer_shows_how_far_it_is_and_gives_what_it_found(monkeypatch) -> None:
    shown: list[Any] = []
    bar = SimpleNamespace(progress=lambda share, text: shown.append((share, text)), empty=lambda: shown.append("gone"))
    monkeypatch.setattr(st, "progress", lambda share, text: bar)
    given: list[Any] = []

    def search(draw: Any, units: Any, ask: Any, towards: Any) -> Any:
        given.extend([draw, units, ask(np.zeros((2, 48, 48))), towards])
        yield SimpleNamespace(share=0.5, asked=40, found=None)
        yield SimpleNamespace(share=1, asked=81, found="a change")

    monkeypatch.setattr(counterfactual, "search", search)
    monkeypatch.setattr(counterfactual.explain, "probabilities", lambda run, faces: (run, len(faces)))
    drawing: Any = SimpleNamespace(scene=SimpleNamespace(draw="draw"), units={12: 0.5})
    assert counterfactual._searched(SimpleNamespace(run="run"), drawing, 4) == "a change"  # type: ignore[arg-type]
    assert given == ["draw", {12: 0.5}, ("run", 2), 4]
    assert shown == [(0.5, "Drawing faces and asking: 40"), (1, "Drawing faces and asking: 81"), "gone"]


def test_tags_are_listed_with_how_many_pictures_bear_them(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Column:
        def __enter__(self) -> "Column":
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def markdown(self, text: str) -> None:
            said.append(text)

        def button(self, label: str, **options: Any) -> None:
            said.append(f"{options['key']} {options['args'][1]}")

    found = {"dark": np.array([4]), "by lasso": np.arange(1200)}
    monkeypatch.setattr(selections, "kept", lambda dataset: found)
    monkeypatch.setattr(selections, "_say_problem", lambda: None)
    monkeypatch.setattr(st, "columns", lambda widths, **options: [Column() for _ in widths])
    monkeypatch.setattr(st, "caption", said.append)
    monkeypatch.setattr(selections.downloads, "button", lambda label, data, name, key: said.append(name))
    selections.manage(SimpleNamespace(name="set"))  # type: ignore[arg-type]
    assert said == [
        "**dark**, 1 picture", "set-dark.csv", "selection_forget_dark dark",
        "**by lasso**, 1,200 pictures", "set-by lasso.csv", "selection_forget_by lasso by lasso",
    ]  # fmt: skip
    found.clear()
    said.clear()
    selections.manage(SimpleNamespace(name="set"))  # type: ignore[arg-type]
    assert said == ["No picture of this set bears a tag yet."]


def test_the_pupils_sheet_has_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "markdown", said.append)
    monkeypatch.setattr(paper, "_sheet", lambda lesson, answers, label, kind: said.append(f"{kind}: {answers}"))
    steps = [SimpleNamespace(ask="Why?", answer="Because."), SimpleNamespace(ask="How?", answer="So.")]
    paper.worksheet(SimpleNamespace(steps=steps))  # type: ignore[arg-type]
    assert said[1:] == ["worksheet: False", "1. Why?", "2. How?"]
