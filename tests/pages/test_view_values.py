"""The arithmetic and the sentences of views, called by themselves and worked out by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from fer_core.comparison import tables
from fer_core.data.averages import Averages
from fer_core.data.dataset import make_dataset
from fer_core.evaluation.confusion import Selection
from fer_core.runs.folder import Predictions
from fer_core.training.classroom import ClassroomSettings
from pages.confusion_parts import gallery
from pages.dataset_parts import chosen, classes, review, samples
from pages.explain_parts import hiding
from pages.learning_parts import watching
from pages.lessons_parts import checked
from pages.own_parts.memory import Memory
from pages.playground_parts import controls
from pages.predict_parts import results
from pages.runs_parts import flips_view, report_view, significance_view, table_view
from pages.runs_parts.aligned_predictions import Gathered
from pages.ui import drawing, film, picker, tiles


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every sentence that a view writes, in its order."""
    found: list[str] = []
    for kind in ("caption", "info", "warning", "success", "markdown", "subheader"):
        monkeypatch.setattr(st, kind, lambda text, **options: found.append(text))
    return found


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", found)
    return found


class Kept(dict[str, Any]):
    """In the place of a page's State: what was put into it."""

    def value(self, name: str, **options: Any) -> Any:
        return self.get(name)

    def put(self, name: str, value: Any) -> None:
        self[name] = value

    def put_all(self, **values: Any) -> None:
        self.update(values)

    def drop(self, name: str) -> None:
        self.pop(name, None)


# Data ----------------------------------------------------------------------------------------------------------------


def test_how_uneven_the_classes_are_is_said(said: list[str]) -> None:
    classes._rarest({"train": {"angry": 8, "happy": 20, "fear": 5, "sad": 0, "unlabelled": 7}, "public": {"sad": 9}})
    classes._rarest({"test": {"sad": 4, "fear": 4}})
    classes._rarest({"test": {"sad": 4, "fear": 0}})  # one class: nothing to compare
    assert said == [
        "In train, happy has 4.0 times as many pictures as fear; a network that always says happy is right 50.0% of "
        "the time.",
        "In test, each class has 4 pictures.",
    ]


def test_faces_of_classes_are_stretched_each_by_its_kind() -> None:
    mean, deviation = np.zeros((7, 48, 48)), np.zeros((7, 48, 48))
    mean[0], mean[1], mean[0, 0, :3], mean[1, 0, :3] = 100, 150, (50, 100, 150), (100, 200, 100)
    deviation[0], deviation[1], deviation[0, 0, 0], deviation[1, 0, 0] = 20, 30, 10, 60
    means = Averages(np.array([3, 1, 0, 0, 0, 0, 0]), mean, deviation)
    assert classes._pictures(means, "mean")[:2, 0, :4].tolist() == [[0, 128, 255, 128], [0, 255, 0, 128]]
    # all on one scale, from 10 to 60
    assert classes._pictures(means, "deviation")[:2, 0, :2].tolist() == [[0, 51], [255, 102]]
    # less the mean of all: a quarter of the difference one way, three quarters the other; 75 at most
    assert classes._pictures(means, "against")[:2, 0, :4].tolist() == [[106, 85, 149, 106], [191, 255, 64, 191]]


def small_set() -> Any:
    pixels = np.arange(6, dtype=np.uint8)[:, None, None] * np.ones((6, 48, 48), np.uint8) * 20
    pixels[4] = pixels[1]
    return make_dataset("small", pixels, np.array([0, 1, 2, 3, 4, -1]), np.array([0, 0, 1, 1, 2, 2]), "npz")


def test_pictures_are_ordered_and_copies_found() -> None:
    data = small_set()  # brightness 0, 20, 40, 60, 20, 100
    every = np.arange(6)
    assert samples._ordered(data, every, "row").tolist() == [0, 1, 2, 3, 4, 5]
    assert samples._ordered(data, every, "darkest").tolist() == [0, 1, 4, 2, 3, 5]
    assert samples._ordered(data, every[1:], "brightest").tolist() == [5, 3, 2, 1, 4]
    once, again = (samples._ordered(data, every, "random").tolist() for _ in range(2))
    assert once == again != every.tolist() and sorted(once) == every.tolist()
    assert samples._same(data, 4) == [1] and samples._same(data, 1) == [4] and samples._same(data, 2) == []


def test_the_pressed_picture_is_found_on_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    data, here = small_set(), np.array([5, 2, 3])
    for row, place in ((int(data.rows[2]), 1), (int(data.rows[0]), None), (None, None)):
        monkeypatch.setattr(samples, "DATASET", Kept(row=row))
        assert samples._picked(data, here, "key") == place


def test_the_reader_goes_through_the_list_and_round_its_end() -> None:
    data, queue = small_set(), np.array([4, 1, 3])
    row = {position: int(data.rows[position]) for position in range(6)}
    assert [review._place(queue, position) for position in (4, 1, 3, 0)] == [0, 1, 2, -1]
    assert [review._beside(data, queue, position, 1) for position in (4, 1, 3, 0)] == [row[1], row[3], row[4], row[4]]
    assert [review._beside(data, queue, position, -1) for position in (4, 1, 3)] == [row[3], row[4], row[1]]
    assert review._beside(data, queue[:0], 1, 1) is None
    assert review._next(data, queue, 4, {row[1]: "right"}) == row[3]
    assert review._next(data, queue, 3, {}) == row[4] and review._next(data, queue, 0, {}) == row[4]
    assert review._next(data, queue, 4, {row[1]: "x", row[3]: "x"}) is None  # the one in view is no next one
    assert review._decided(data, queue, {row[1]: "x", row[0]: "x"}).tolist() == [False, True, False]


def test_naming_the_label_is_calling_it_right(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    data, given, kept = small_set(), [], Kept()
    monkeypatch.setattr(review, "DATASET", kept)
    monkeypatch.setattr(review.verdicts, "give", lambda path, print_, row, word, who: given.append((row, word, who)))
    for position, word in ((1, "disgust"), (1, "angry"), (5, "neutral")):
        review._decide(data, position, word, (tmp_path, "ann"), 77 + position)
    rows = data.rows
    assert given == [(rows[1], review.RIGHT, "ann"), (rows[1], "angry", "ann"), (rows[5], "neutral", "ann")]
    assert kept == {"row": 82}


def test_the_picture_in_view_is_the_named_one_or_the_next_that_waits(monkeypatch, said: list[str]) -> None:
    data, queue = small_set(), np.array([4, 1, 3])
    rows = [int(row) for row in data.rows]
    kept = Kept(row=rows[2])
    monkeypatch.setattr(review, "DATASET", kept)
    assert review._in_view(data, queue, {}) == 2
    kept["row"] = 4711
    assert review._in_view(data, queue, {rows[4]: "x"}) == 1 and "no row 4711" in said.pop()
    assert "row" not in kept and review._in_view(data, queue[:0], {}) is None
    assert review._in_view(data, queue, {rows[i]: "x" for i in (1, 3, 4)}) == 4
    assert said == ["All 3 pictures of this list are decided."]


def test_labels_are_described_by_the_names_of_their_numbers() -> None:
    described = [chosen.describe_picture(small_set(), position) for position in (3, 5)]
    assert "happy, public" in described[0] and "private" in described[1]


# Confusion -----------------------------------------------------------------------------------------------------------


def test_an_address_with_a_row_leads_to_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, asked = np.arange(1000, 1101), []  # 101 pictures: three pages
    bound: Any = Kept()
    bound.bind = lambda name, default, high: asked.append((default, high)) or {}  # type: ignore[func-returns-value]
    monkeypatch.setattr(gallery, "CONFUSION", bound)
    monkeypatch.setattr(st, "pagination", lambda pages, **options: asked[-1][0], raising=False)
    found = []
    for row in (1000, 1047, 1048, 1100, 5, None):
        bound["row"] = row
        found.append(gallery._page(rows).start)
    assert found == [0, 0, 48, 96, 0, 0] and {high for _, high in asked} == {3}
    assert gallery._page(rows[:48]) == slice(0, 48) and len(asked) == 6  # one page needs no numbers


def test_a_tile_says_its_label_and_what_it_was_taken_for() -> None:
    view: Any = SimpleNamespace(labels=np.array([2, 2, -1]), predicted=np.array([2, 5, 5]))
    assert [gallery._caption(view, index) for index in range(3)] == ["fear", "fear > surprise", "? > surprise"]


def test_only_the_number_of_a_tile_that_is_there_is_a_press(session: dict[str, Any]) -> None:
    assert tiles.pressed("here", 4) is None
    nan = float("nan")
    for sent, tile in ((3.0, 3), (0, 0), (4, None), (99, None), (-1, None), ("3", None), (nan, None), (None, None)):
        session["here"] = {"tile": sent}
        assert tiles.pressed("here", 4) == tile
    session["here"] = {}
    assert tiles.pressed("here", 4) is None


# Explain -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_map, word", [(0.1, "below"), (0.55, "within"), (0.95, "above")])
def test_hiding_on_one_picture_is_placed_in_its_range(by_map: float, word: str, said: list[str]) -> None:
    p = np.full((41, 7), 0.01)
    p[0, 4], p[1:, 4] = by_map, np.linspace(0.4, 0.8, 40)
    request: Any = SimpleNamespace(target=4, probabilities=np.eye(7)[4] * 0.9)
    hiding._here(request, 0.25, p)
    (words,) = said
    assert f"hiding 25% by this map takes sad from 90% to {by_map:.0%}: {word} what as many" in words
    assert "41% to 79% in 95% of 40" in words


@pytest.mark.parametrize(
    "verdict, mean, ends",
    [
        ("better", 0.125, "takes the class 12.5 points further down than"),
        ("worse", -0.04, "takes the class 4.0 points less far down than"),
        ("too few", 0.0, "takes the class 0.0 points further down than"),
    ],
)
def test_hiding_on_many_says_its_interval(verdict: str, mean: float, ends: str, said: list[str]) -> None:
    found: Any = SimpleNamespace(count=24, mean=mean, low=mean - 0.0625, high=mean + 0.25, verdict=verdict)
    request: Any = SimpleNamespace(kind=SimpleNamespace(label="Grad-CAM"))
    hiding._verdict(found, request, 0.3, "small")
    (words,) = said
    assert words.startswith("On 24 pictures of small, hiding 30% by Grad-CAM") and ends in words
    assert f"(95% interval {100 * mean - 6.25:+.1f} to {100 * mean + 25:+.1f})" in words
    assert ("A verdict needs" in words) == (verdict == "too few")


# Runs ----------------------------------------------------------------------------------------------------------------


def test_the_reports_lines_are_percents_and_points() -> None:
    given = ("quoted", "mean", "sd", "difference", "low", "high", "quoted_step", "step")
    lines = pd.DataFrame({"variant": ["x"], "seeds": [3]} | {name: [(i + 1) / 64] for i, name in enumerate(given)})
    shown = report_view._lines(lines)
    assert shown.iloc[0].tolist() == ["x", 1.5625, 3.125, 4.6875, 3, 6.25, 7.8125, 9.375, 10.9375, 12.5]
    formats = {name: column["type_config"]["format"] for name, column in report_view._shapes(shown).items()}
    assert set(formats) == set(shown.columns) - {"variant", "runs"}
    signed = {"difference, points", "95% from", "95% to", "report's step", "our step"}
    assert {name for name, shape in formats.items() if "+" in shape} == signed


def test_groups_are_counted_and_narrow_networks_named(said: list[str]) -> None:
    table = pd.DataFrame({"group": ["a", "b", "b"], "width": [1.0, 0.5, 0.25], "epochs": [200, 40, 60]})
    assert [report_view._counted(table)(group) for group in "ab"] == ["a (1 run)", "b (2 runs)"]
    report_view._sizes(table[:1])
    assert not said
    report_view._sizes(table)
    assert "2 of these 3 runs train the report's network at 0.25, 0.5 of its width, for at most 60 epochs" in said[0]


def test_laid_over_are_these_runs_and_their_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, names = Kept(), [q.name for q in report_view.reference.ALL if q.val_accuracy]
    monkeypatch.setattr(report_view, "RUNS", kept)
    table = pd.DataFrame({"run": ["r1", "r2", "r3"], "variant": [names[1], names[0], names[1]]})
    report_view._lay_over(table)
    assert kept == {"runs": ["r1", "r2", "r3"], "quoted": names[:2], "group": "recipe", "view": "Curves"}
    report_view._lay_over(table[:2])
    assert kept["group"] == "" and kept["runs"] == ["r1", "r2"]


def test_words_on_a_pair_go_by_its_own_p_and_sign() -> None:
    row = pd.Series({"a": "x", "b": "y", "accuracy": 0.02, "macro_f1": -0.03, "holm_accuracy": 0.0499})
    row["holm_macro_f1"] = 0.01
    assert significance_view.verdict(row, "accuracy") == "x is better than y."
    assert significance_view.verdict(row, "macro_f1") == "y is better than x."
    row["holm_accuracy"] = 0.05
    assert significance_view.verdict(row, "accuracy") == "No difference shown between x and y."


def test_in_short_parts_better_worse_and_open() -> None:
    frame = pd.DataFrame(
        {"run": list("abcd"), "accuracy": [0.031, -0.02, 0.5, 0.01], "p_holm": [0.01, 0.02, 0.05, 0.04]}
    )
    better, worse, open_ = significance_view._in_short(frame, "ref", "accuracy").split("  \n")
    assert better == ":material/check: Better than ref in accuracy: **a** (+3.1 points), **d** (+1.0 points)."
    assert worse == ":material/check: Worse than ref in accuracy: **b** (-2.0 points)."
    assert open_ == ":material/question_mark: No difference in accuracy shown: **c**."


def test_the_forest_says_on_how_many_pictures() -> None:
    found: Any = SimpleNamespace(says=lambda words: words)
    one, more = ({"n": [3589, 3589]}, {"n": [3589, 1200, 2000]})
    assert "on the 3,589 labelled" in significance_view._forest_note(pd.DataFrame(one), "accuracy", found)
    said = significance_view._forest_note(pd.DataFrame(more), "macro_f1", found)
    assert "on the 1,200 to 3,589 labelled" in said and "permutation" in said and "the 3 comparisons" in said
    assert significance_view._short("x" * 48) == "x" * 48
    assert significance_view._short("lr 0.1, " * 7) == ("lr 0.1, " * 6)[:47].rstrip(", ") + "…"


def test_a_flip_says_both_runs_answers() -> None:
    table = pd.DataFrame({"row": [7, 9], "label": [0, 2], "predicted_a": [0, 1], "predicted_b": [2, 2]})
    table["confidence_a"], table["confidence_b"] = [0.914, 0.5], [0.25, 0.75]
    names = ["angry", "disgust", "fear"]
    assert flips_view._said(table, "b", names) == ["fear 0.25", "fear 0.75"]
    assert flips_view._says(table, ("one", "two"), names) == [
        "Row 7, angry. one: angry 0.91. two: fear 0.25.",
        "Row 9, fear. one: disgust 0.50. two: fear 0.75.",
    ]


def test_a_run_of_other_data_leaves_the_ones_behind_it_in_view() -> None:
    def judged(rows: list[int]) -> Predictions:
        return Predictions(np.array(rows), np.zeros(len(rows), np.int8), np.eye(7, dtype=np.float32)[[0] * len(rows)])

    predictions = {"ref": judged([1, 2, 3]), "other": judged([1, 2]), "away": judged([8]), "last": judged([3, 2])}
    data = {"ref": "p", "other": "q", "away": "p", "last": "p"}
    shared, why = flips_view._shared(Gathered("public", predictions, data, ()), "ref")
    assert {name: sorted(one.rows.tolist()) for name, one in shared.items()} == {"last": [2, 3]}
    assert why["other", "ref"] == "other and ref were judged on different data sets."
    assert set(why) == {("other", "ref"), ("away", "ref")}


def test_columns_of_numbers_and_words_have_an_order_and_a_title() -> None:
    mixed = tables.sortable(pd.Series(["sgd", 10, None, 2.5, "Adam"], dtype=object))
    assert mixed.tolist()[:2] == [3, 1] and np.isnan(mixed[2]) and mixed.tolist()[3:] == [0, 2]
    numbers = pd.Series([3, 1])
    assert tables.sortable(numbers) is numbers
    titles = [table_view.title(column) for column in ("val_loss", "multiply_adds", "public_accuracy")]
    assert titles == ["validation loss", "multiply-adds", "public accuracy"]


def test_edits_go_to_the_run_of_their_row(session: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    kept, noted = Kept(), []
    monkeypatch.setattr(table_view, "RUNS", kept)
    monkeypatch.setattr(st, "toast", lambda *given, **options: None)
    monkeypatch.setattr(table_view.runs, "annotate", lambda run, note, tags: noted.append((run, note, tags)))
    choice: Any = SimpleNamespace(chosen={"a": 1, "b": 2}, every={"a": "A", "b": "B", "c": "C"})
    edits = {0: {"compare": True}, 2: {"compare": False, "tags": " x, ,y "}, 1: {"note": None}}
    session["runs_editor"] = {"edited_rows": edits}
    table_view._edited(choice, ["c", "b", "a"])
    assert kept == {"runs": ["b", "c"]} and noted == [("A", None, ["x", "y"]), ("B", "", None)]
    assert "runs_editor" not in session
    session["runs_editor"] = {"edited_rows": {1: {"tags": ""}}}
    kept.clear()
    table_view._edited(choice, ["c", "b", "a"])
    assert not kept and noted[-1] == ("B", None, [])


# What pages share ----------------------------------------------------------------------------------------------------


def a_run(name: str, accuracy: float | None, data: str = "fer2013", split: str = "private", **about: Any) -> Any:
    scores = {} if accuracy is None else {split: {"accuracy": accuracy}}
    return SimpleNamespace(name=name, scores=scores, dataset_name=data, status="finished", config=about)


def test_a_run_is_labelled_with_what_says_most() -> None:
    run = a_run("r", 0.691)
    run.scores["public"] = {"accuracy": 0.7}
    assert picker.label(run) == "r · 69.1% private"
    run.scores["private"] = {}
    assert picker.label(run) == "r · 70.0% public"
    drawn = a_run("d", None, "drawn")
    drawn.status = "training"
    assert picker.label(drawn) == "d · training · drawn faces" and picker.accuracy_words(drawn) == ""


def test_the_best_comes_first_of_the_kind_in_view() -> None:
    runs = [a_run("low", 0.5), a_run("drawn", 0.9, "drawn"), a_run("none", None), a_run("high", 0.6)]
    runs.append(a_run("tested", 0.55, split="test"))
    assert [run.name for run in picker.best_first(runs)] == ["high", "tested", "low", "none", "drawn"]
    assert [run.name for run in picker.best_first(runs, drawn=True)] == ["drawn", "high", "tested", "low", "none"]
    dated = [a_run("a", 0.1, created="2026-02"), a_run("b", 0.2, created="2026-01"), a_run("c", 0.3)]
    assert picker.latest(dated) == {"latest": "a"}
    assert picker.latest([*dated, a_run("latest", 0.1)]) == picker.latest([]) == {}


def test_units_go_through_an_address_and_back() -> None:
    assert drawing.units_text({6: 0.8, 12: 0.0, 1: 1.0}) == "6_0.8-1_1" and drawing.units_text({6: 0.0}) == "rest"
    assert drawing.read_units("6_0.8-12_1.5-1_-0.1-x_1-4711_0.5-2_1-4_0") == {6: 0.8, 2: 1.0, 4: 0.0}
    assert drawing.read_units("rest") == {} and drawing.read_units("") == drawing.read_units(
        drawing.units_text(drawing.EXPRESSIONS["happy"])
    )


def test_traits_that_are_out_of_reach_are_the_persons_own() -> None:
    own = drawing.traits(5, "")
    tuned = drawing.traits(5, "skin_0.25~beard_1.5~glasses_2~eye_size_1.2~nothing_1~lid_x")
    assert {name for name in own if own[name] != tuned[name]} <= {"skin", "eye_size"}
    assert (tuned["skin"], tuned["eye_size"]) == (0.25, 1.2)
    turned = {**own, "glasses": not own["glasses"], "skin": 0.25}
    assert drawing.traits(5, drawing.traits_text(5, turned)) == turned and drawing.traits_text(5, own) == ""
    changed = {**own, "beard": 0.75, "glasses": not own["glasses"], "jaw_width": 1.05}
    assert sorted(drawing.traits_text(5, changed).split("~")) == [
        "beard_0.75",
        f"glasses_{changed['glasses']:d}",
        "jaw_width_1.05",
    ]


def test_a_face_at_rest_moved_nothing_and_a_smile_its_mouth() -> None:
    assert drawing.drawing({"face": "rest"}).moved() is None
    smile = drawing.drawing({"face": "12_1"})
    moved, regions = smile.moved(), smile.regions()
    assert moved is not None and moved[28:].sum() > 5 * moved[:16].sum()
    assert np.array_equal(regions["rest"], ~np.any([part for name, part in regions.items() if name != "rest"], axis=0))
    assert not np.array_equal(drawing.drawing({"face": "12_1", "person": 3}).pixels(), smile.pixels())


def test_a_film_says_which_epoch_is_the_best_and_what_was_not_kept() -> None:
    run: Any = SimpleNamespace(best_epoch=4, name="r", config={"training": {"seed": 3}})
    assert film._when(run, 4, {4: 0.625}) == "Epoch 4, the best: validation 62.5%"
    assert film._when(run, 2, {4: 0.625}) == "Epoch 2" and film._title(run) == "r, seed 3"
    picture = np.zeros((2, 3), np.uint8)
    row = film._Row("r", [{"a": film.Frame(picture, "first")}, None, {"b": film.Frame(picture, "second")}])
    one, other = film._reels(row)
    assert (one["title"], one["words"]) == ("a", ["first", "not kept at this epoch", "not kept at this epoch"])
    assert [frame is None for frame in other["frames"]] == [True, True, False]  # type: ignore[attr-defined]


# Learning, Own classes, Predict --------------------------------------------------------------------------------------


def test_what_was_set_otherwise_before_is_said() -> None:
    now = ClassroomSettings()
    assert watching._differs(now, now) == "the same settings, from the same start"
    before = ClassroomSettings(
        pictures=now.pictures + 1000, mirrored=not now.mirrored, epochs=now.epochs + 2, start=now.start + 1
    )
    first, mirrored, epochs, start = watching._differs(before, now).split(", ")
    assert first == f"{now.pictures + 1000:,} faces" and epochs == f"{now.epochs + 2} epochs"
    assert mirrored == ("none mirrored" if now.mirrored else "half of them mirrored")
    assert start == f"start {now.start + 1}"


def test_a_cell_pressed_twice_is_closed(session: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for cell in (Selection(1, 2), Selection(2, 1), Selection(2, 1), None):
        monkeypatch.setattr(watching, "pressed", lambda key, cell=cell: cell)
        watching._pressed()
        seen.append(session.get(watching._CELL))
    assert seen == [Selection(1, 2), Selection(2, 1), None, None]


def test_what_was_taught_is_fresh_until_the_pictures_change() -> None:
    one: Any = SimpleNamespace()
    memory = Memory()
    assert not memory.fresh
    memory.taught, memory.of = one, memory.collection
    assert memory.fresh
    memory.take(SimpleNamespace())  # type: ignore[arg-type]
    assert not memory.fresh and memory.taught is one


def test_a_new_person_is_never_the_first_and_any_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(tuned="jaw_1.1")
    monkeypatch.setattr(controls, "PLAYGROUND", kept)
    for chance, person in ((0, 1), (7, 8), (controls.MOST_PEOPLE - 1, controls.MOST_PEOPLE)):
        monkeypatch.setattr(controls.secrets, "randbelow", lambda most, chance=chance: min(chance, most - 1))
        controls._new_person()
        assert kept == {"person": person, "tuned": ""}


def test_a_training_waits_starts_and_says_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[float, str]] = []
    monkeypatch.setattr(st, "progress", lambda share, text: shown.append((share, text)))

    def at(**state: Any) -> tuple[float, str]:
        film = {"running": True, "waiting": False, "seconds_left": None, "frames": [], "share": 0.25, **state}
        watching.progress(SimpleNamespace(settings=SimpleNamespace(epochs=8), **film))  # type: ignore[arg-type]
        return shown[-1]

    assert at(waiting=True)[0] == 0 and "Another training is under way" in shown[-1][1]
    assert at() == (0.25, "Epoch 1 of 8. Starting: the first batches take a moment.")
    assert at(seconds_left=12.4, frames=[1, 2, 3], share=1.5) == (1.0, "Epoch 3 of 8. About 12 s left.")
    at(running=False)
    assert len(shown) == 3


def test_only_an_address_of_a_face_is_drawn() -> None:
    smiling, again, other = (checked.face_of(f"playground?face={units}", 24) for units in ("12_0.9", "12_0.9", "4_0.9"))
    assert smiling is not None and smiling.shape == (24, 24)
    assert (smiling == again).all() and (smiling != other).any()
    assert checked.face_of("explain?run=drawn&expression=happy", 24).shape == (24, 24)
    assert [checked.face_of(page, 24) for page in ("explain?run=drawn", "confusion?run=drawn", "runs?view=Table")] == [
        None
    ] * 3


def test_what_was_found_is_counted() -> None:
    def face(how: str, doubt: str = "", turned: int = 0) -> Any:
        return SimpleNamespace(how=how, doubt=doubt, turned=turned)

    ways = list(results.HOW)
    one: Any = SimpleNamespace(size=(640, 480), faces=[face(ways[0])])
    assert results._found(one) == f"640 x 480 pixels; 1 face; {results.HOW[ways[0]]}."
    three: Any = SimpleNamespace(size=(30, 40), faces=[face(ways[1]), face(ways[1], "too small"), face(ways[1])])
    assert results._found(three) == (
        "30 x 40 pixels; 3 faces, numbered from left to right, 1 too small or too blurred to be believed; "
        f"{results.HOW[ways[1]]}."
    )
    how = results._how(face(ways[1], "too blurred", 90))
    assert how.split("; ")[1:] == [
        "the picture lies turned by 90 degrees",
        "<b>too blurred</b> to be read with much certainty",
    ]
    assert results._how(face(ways[0])) == results.HOW[ways[0]]
