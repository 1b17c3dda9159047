"""Presses and sentences of Robustness, Fairness, Own classes, Playground, Data and lessons, against numbers by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from fer_core.data.augmentation import Augmentation
from fer_core.data.dataset import make_dataset
from fer_core.evaluation.intervals import wilson
from pages.dataset_parts import inputs, left_out, outlier_list, review_kept
from pages.explain_parts import counterfactual
from pages.fairness_parts import found as fairness_found
from pages.own_parts import learn, neighbour
from pages.own_parts.memory import Memory
from pages.playground_parts import controls
from pages.robustness_parts import curves, worst
from pages.ui import layout, lesson_bar


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    for kind in ("caption", "info", "warning", "success", "markdown", "subheader", "html"):
        monkeypatch.setattr(st, kind, lambda text, **options: found.append(text))
    return found


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    class Session(dict):  # keys and attributes alike, as Streamlit's
        __getattr__, __setattr__ = dict.get, dict.__setitem__

    found = Session()
    monkeypatch.setattr(st, "session_state", found)
    return found


class Kept(dict):
    def value(self, name: str, **options: Any) -> Any:
        return self.get(name)

    def put(self, name: str, value: Any) -> None:
        self[name] = value

    def put_all(self, **values: Any) -> None:
        self.update(values)


# Robustness, Fairness ------------------------------------------------------------------------------------------------


def test_a_pressed_point_is_a_strength(session: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(row=7)
    monkeypatch.setattr(curves, "ROBUSTNESS", kept)
    for event in (None, {"selection": {"points": []}}):
        session["k"] = event
        curves._pressed("noise", "k")
    assert kept == {"row": 7}
    for x, level in ((4, 4), (1, 1), (0, 1)):  # nothing disturbed stands for the weakest
        session["k"] = {"selection": {"points": [{"x": x}]}}
        curves._pressed("noise", "k")
        assert kept == {"row": None, "what": "noise", "level": level}


def test_worst_pictures_say_both_answers_and_open_at_a_press(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[str, Any] = {}
    kept = Kept()
    monkeypatch.setattr(worst, "ROBUSTNESS", kept)
    monkeypatch.setattr(worst.tiles, "tiles", lambda *given, **options: drawn.update(given=given, options=options))
    clean, now = np.full((3, 7), 0.05), np.full((3, 7), 0.02)
    clean[:, 3], now[1, 5], now[2, 0] = 0.7, 0.8, 0.6
    found: Any = SimpleNamespace(rows=np.array([10, 20, 30]), labels=np.array([3, 3, 3]))
    found.answers = lambda name=None, level=0: clean if name is None else now
    pictures, shown = np.zeros((2, 4, 4), np.uint8), np.array([2, 1])
    worst._tiles(found, None, shown, pictures, pictures + 9, "noise", 2)  # type: ignore[arg-type]
    together, rows, says, *_, press = drawn["given"]
    assert together.shape == (2, 4, 8) and together[0, 0].tolist() == [0] * 4 + [9] * 4 and list(rows) == [30, 20]
    assert says == [
        "row 30, labelled happy: 70% before, 2% now; read as angry, 60%",
        "row 20, labelled happy: 70% before, 2% now; read as surprise, 80%",
    ]
    assert drawn["options"]["picked"] is None
    for tile, row in ((1, 20), (0, 30), (0, None), (2, None), (None, None)):
        monkeypatch.setattr(st, "session_state", {"robustness_tiles": {"tile": tile}})
        press()
        assert kept.get("row") == row


def test_the_pair_that_moved_most_says_from_what_to_what(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    p = np.array([[0.1, 0.0, 0.0, 0.6, 0.3, 0, 0], [0.1, 0.2, 0.0, 0.1, 0.6, 0, 0]])
    audit: Any = SimpleNamespace(run=SimpleNamespace(name="r"), ask=lambda faces: p)
    factor: Any = SimpleNamespace(name="age", low="20", high="70")
    monkeypatch.setattr(fairness_found.fairness, "pair", lambda *given, **options: [np.zeros((2, 2), np.uint8)] * 2)
    shown: list[Any] = []
    monkeypatch.setattr(fairness_found.downloads, "picture", lambda face, name, **o: shown.append((name, o["alt"])))
    fairness_found._pair(audit, factor, {"most": 7 * 12 + 4})
    # half of 0.2 + 0.5 + 0.3
    assert said[0] == "**r**, person 12, drawn sad: 50% of the probability moves, from *happy* to *sad*."
    assert [name for name, _ in shown] == ["r-age-20", "r-age-70"]
    assert shown[1][1] == "A drawn sad face, 70; read as sad."


# Own classes ---------------------------------------------------------------------------------------------------------


def test_neighbours_are_counted_against_those_it_knew(said: list[str]) -> None:
    taught: Any = SimpleNamespace(accuracy=0.9)
    own = Memory(tally=[("a", "a"), ("b", "a"), ("a", "b"), ("b", "a")])
    low, high = wilson(1, 4)  # 5% to 70%: below what it reached on people that it knew
    neighbour._tally(own, taught)
    assert said[0] == (
        f"**Neighbours: right in 1 of 4** (95% interval {low:.0%} to {high:.0%}); on people that it knew, 90%."
    )
    assert len(said) == 2 and "worse on people that it never saw" in said[1]
    said.clear()
    neighbour._tally(Memory(tally=[("a", "a"), ("b", "a")]), taught)
    assert len(said) == 1 and "right in 1 of 2" in said[0]
    neighbour._tally(Memory(), taught)
    assert len(said) == 1


def test_an_answer_is_heard_counted_and_put_away(monkeypatch: pytest.MonkeyPatch) -> None:
    taught: Any = SimpleNamespace(head=SimpleNamespace(names=("x", "y")))
    own = Memory(answer=np.array([0.2, 0.8]), face=np.zeros((2, 2)))
    monkeypatch.setattr(neighbour, "memory", lambda: own)
    assert neighbour._heard(own, taught) == "It says y"
    neighbour._was("x", "y")
    assert own.tally == [("x", "y")] and own.answer is None and own.face is None
    assert neighbour._heard(own, taught) == ""
    bar = neighbour._bar("<b>", 0.256, True)
    assert "&lt;b&gt;" in bar and "width:25.6%" in bar and ">26%<" in bar and 'fer-pbar best"' in bar
    assert "best" not in neighbour._bar("b", 0.1, False)


def test_what_was_taught_is_held_against_the_lot(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn.downloads, "figure", lambda *given, **options: None)
    monkeypatch.setattr(learn, "own_heatmap", lambda *given: None)
    monkeypatch.setattr(learn, "_cells", lambda *given: None)
    taught: Any = SimpleNamespace(accuracy=0.75, interval=(0.375, 0.875), by_take=True, counts=np.zeros((4, 4)))
    taught.head = SimpleNamespace(names=tuple("abcd"))
    learn._outcome(Memory(), taught)
    assert said[0].startswith("**It tells your 4 classes apart in 75% of") and "by lot: 25%." in said[0]
    assert "(95% interval 38% to 88%)" in said[0] and "not shown to be better" not in said[0]
    assert said[1].startswith("Cross-validated")
    taught.interval, taught.by_take = (0.25, 0.9), False
    said.clear()
    learn._outcome(Memory(), taught)
    assert said[0].endswith("It is not shown to be better than that.") and said[1].startswith("This looks too good")


def test_the_fullest_wrong_cells_come_first(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.array([[9, 1, 0], [4, 9, 2], [0, 0, 9]])
    taught: Any = SimpleNamespace(counts=counts, head=SimpleNamespace(names=("x", "y", "z")))
    learn._cells(Memory(), taught)
    assert said == ["**y taken for x**: 4", "**y taken for z**: 2", "**x taken for y**: 1"]
    assert counts[0, 0] == 9  # the table is not changed
    taught.counts = np.diag([1, 2, 3])
    said.clear()
    learn._cells(Memory(), taught)
    assert said == ["Nothing was confused. Try it on a neighbour."]


# Playground, Explain -------------------------------------------------------------------------------------------------


def test_a_group_of_sliders_stays_open_once_a_unit_of_it_moved(session: dict[str, Any]) -> None:
    first, second = list(controls.UNIT_GROUPS)[:2]
    unit = controls.UNIT_GROUPS[first][-1]
    assert not controls._is_open(first, {unit: 0.0})
    assert controls._is_open(first, {unit: 0.1}) and not controls._is_open(second, {unit: 0.1})
    assert controls._is_open(first, {})


def test_sliders_become_the_face_and_reset_keeps_the_run(session: dict[str, Any], monkeypatch) -> None:
    fields = controls.PLAYGROUND.fields
    kept = Kept(run="r", face="12_1", person=3)
    kept.fields = fields  # type: ignore[attr-defined]
    monkeypatch.setattr(controls, "PLAYGROUND", kept)
    session.update(dict.fromkeys(controls.unit_keys(), 0.0))
    session["playground:au12"], session["playground:au6"] = 0.35, 1.0
    controls._moved_unit()
    assert sorted(kept["face"].split("-")) == ["12_0.35", "6_1"]
    controls._reset()
    assert kept["run"] == "r" and kept["face"] is None and set(kept) == set(fields)
    session[controls._PRESET] = "sad"
    controls._apply_preset()
    assert controls.drawing.read_units(kept["face"]) == pytest.approx(dict(controls.EXPRESSIONS["sad"]))


def test_a_change_says_what_to_raise_and_what_to_lower(said: list[str]) -> None:
    before, after = np.full(7, 0.05), np.full(7, 0.04)
    before[3], after[5] = 0.7, 0.64
    change: Any = SimpleNamespace(changed={12: (0.9, 0.35), 1: (0.0, 0.5)}, before=before, after=after, alone=False)
    counterfactual._said(change, "happy")
    units = counterfactual.ACTION_UNITS
    assert said[0] == (
        f"Lower AU12 {units[12]} from 0.90 to 0.35 and raise AU1 {units[1]} from 0.00 to 0.50, and happy (70%) is "
        "surprise (64%)."
    )
    assert "No unit alone is enough" in said[1]
    change.alone = True
    counterfactual._said(change, "happy")
    assert said[3].startswith("The smallest change of one unit alone")
    assert counterfactual._answer(after) == "surprise 64%"


# Data ----------------------------------------------------------------------------------------------------------------


def test_an_augmentation_in_words_names_what_it_does() -> None:
    none = Augmentation(rotation=7.5, shift=0.25, zoom=0, contrast=0, brightness=0, erase=0, flip=False)
    assert inputs._words(none).endswith("16 epochs: up to 7.5 degrees either way, shifts up to 25% of the side.")
    every = Augmentation(rotation=0, shift=0, zoom=0.1, contrast=0.2, brightness=0.3, erase=0.4, flip=True)
    assert inputs._words(every).split(": ")[1].split(", ")[2:] == [
        "scale 0.9 to 1.1", "half of them mirrored", "contrast changed by up to 20%", "brightness by up to 30%",
        "a rectangle erased in 40%.",
    ]  # fmt: skip


def test_outliers_are_checked_by_the_voters(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    votes = np.zeros((8, 10), np.uint8)
    votes[:, 1] = 10
    votes[[2, 5], 1], votes[[2, 5], 9] = 1, 9
    data: Any = SimpleNamespace(votes=votes)
    monkeypatch.setattr(outlier_list, "FIRST", 4)
    outlier_list._checked(data, np.arange(8), np.array([0, 0, 9, 8, 7, 6, 0, 0.0]))  # the first four: 2, 3, 4, 5
    assert "call **50%** of the first 4" in said[0] and "and 25.00% of all 8." in said[0]
    low, high = wilson(2, 4)
    assert f"{low:.0%} to {high:.0%}" in said[0]
    # a part of the set: its own pictures are judged
    outlier_list._checked(data, np.array([5, 6]), np.array([1.0, 0.0]))
    assert "call **50%** of the first 2" in said[1]
    outlier_list._checked(SimpleNamespace(votes=None), np.arange(8), np.zeros(8))  # type: ignore[arg-type]
    assert "stays unchecked" in said[2]


def small() -> Any:
    pixels = (np.arange(6) * 10).astype(np.uint8)[:, None, None] * np.ones((6, 48, 48), np.uint8)
    return make_dataset("small", pixels, np.array([0, 1, 2, 3, 4, 5]), np.array([0, 0, 0, 0, 1, 1]), "npz")


def test_statistics_without_the_left_out_are_of_the_others(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Any] = []
    monkeypatch.setattr(left_out, "image_row", lambda pictures, words, **options: rows.append(words))
    left = np.array([False, False, False, True, True, False])
    left_out._statistics(small(), left)
    assert "training pictures: 4, of which 1 would be left out" in said[0]
    # the mean of 0, 10, 20, 30 is 15, of 0, 10, 20 it is 10; deviations 11.18 and 8.16
    assert rows[0][2] == "change: at most 5.00 of 255, on average 5.00"
    assert rows[1][2] == "change: at most 3.02 of 255, on average 3.02"
    said.clear()
    left_out._statistics(small(), np.array([False] * 4 + [True] * 2))
    assert said[1].startswith("None of them is among those")
    left_out._statistics(small(), np.array([True] * 4 + [False] * 2))
    assert said[-1] == "Nothing would be left to take the mean of."


def test_a_run_is_scored_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    data, tables = small(), []
    kept = {
        "validation": SimpleNamespace(rows=data.rows[:4], labels=np.arange(4), predicted=np.array([0, 9, 2, 9])),
        "public": SimpleNamespace(rows=data.rows[4:], labels=np.array([4, -1]), predicted=np.array([4, 5])),
    }
    monkeypatch.setattr(left_out.picker, "pick_run", lambda *given, **options: SimpleNamespace(name="r"))
    monkeypatch.setattr(left_out.loaders, "splits", lambda run: list(kept))
    monkeypatch.setattr(left_out.loaders, "predictions", lambda run, split: kept[split])
    monkeypatch.setattr(left_out.downloads, "table", lambda frame, *given, **options: tables.append(frame))
    left_out._scores(data, np.array([False, True, False, False, False, True]))
    first, second = tables[0].to_dict("records")
    assert (first["pictures"], first["left out"], first["accuracy"]) == (4, 1, 0.5)
    assert (first["without them"], first["points"]) == (pytest.approx(2 / 3), pytest.approx(100 / 6))
    assert (second["split"], second["pictures"], second["left out"], second["points"]) == ("public", 1, 0, 0)


def test_decisions_are_counted_by_their_word(said: list[str]) -> None:
    data: Any = SimpleNamespace(votes=None)
    review_kept._counted(data, {1: "right", 2: "sad", 3: "right"})
    review_kept._counted(data, {})
    assert said == ["**3 pictures decided on**: right 2, sad 1.", "**0 pictures decided on**: none."]


# Lessons, the folder of runs -----------------------------------------------------------------------------------------


def test_a_guess_is_kept_by_its_place(session: dict[str, Any]) -> None:
    step: Any = SimpleNamespace(choices=("yes", "no", "both"))
    own: Any = SimpleNamespace(choices=())
    lesson: Any = SimpleNamespace(name="l")
    work = lesson_bar.work(lesson)
    work.take(step, 2, "no")
    work.take(own, 3, "because")
    assert work.guesses == {2: 1, 3: "because"} and lesson_bar.work(lesson) is work
    other: Any = SimpleNamespace(choices=("oui", "non", "les deux"))  # the same step in another language
    assert (work.guess(other, 2), work.guess(own, 3), work.guess(step, 1)) == ("non", "because", "")
    lesson_bar.under_way(lesson, 2)
    assert session[lesson_bar._NOW] == (lesson, 2)
    lesson_bar.leave()
    lesson_bar.leave()
    assert lesson_bar._NOW not in session and lesson_bar.work(lesson).guesses
    lesson_bar.begin_again(lesson)
    assert not lesson_bar.work(lesson).guesses
    assert lesson_bar.tame("![a](b) [c](d)") == "!\\[a](b) [c](d)"


def test_a_folder_that_can_not_be_opened_leaves_the_runs_as_they_were(session, tmp_path, monkeypatch) -> None:
    shared: dict[str, Any] = {}
    monkeypatch.setattr(layout.address, "share", shared.__setitem__)
    monkeypatch.setattr(layout.fer_runs, "may_be_opened", lambda path: path.name != "closed")
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
    layout._use_root(f"  {tmp_path / 'open'} ")
    assert session["runs_root"] == shared[layout.address.FOLDER] == str(tmp_path / "open")
    assert session["runs_root_problem"] is None
    for wrong in (tmp_path / "closed", tmp_path / "none", "x\0y", "a" * 90):
        layout._use_root(str(wrong))
        assert (
            session["runs_root"] == str(tmp_path / "open")
            and "no folder that this server opens" in session["runs_root_problem"]
        )
    assert session["runs_root_problem"].startswith("a" * 60 + "… is")
    layout._use_root("")
    assert session["runs_root"] is None and session["runs_root_problem"] is None
    assert shared[layout.address.FOLDER] is None
