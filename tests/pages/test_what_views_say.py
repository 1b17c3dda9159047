"""What views say of doubtful labels, of two runs, of settings and of curves: the sentences, against numbers by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from fer_core import saliency
from fer_core.data.dataset import make_dataset
from pages.confusion_parts import compare, doubt
from pages.dataset_parts import problems
from pages.runs_parts import choose, curves_view
from pages.ui import explain


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    for kind in ("caption", "info", "warning", "html"):
        monkeypatch.setattr(st, kind, lambda text, **options: found.append(text))
    return found


# Doubtful labels -----------------------------------------------------------------------------------------------------


def test_pictures_of_one_gray_level_are_counted() -> None:
    pixels = np.zeros((3, 48, 48), np.uint8)
    assert doubt._pictures(pixels[:1]) == "1 picture with all pixels zero"
    assert doubt._pictures(pixels) == "3 pictures with all pixels zero"
    pixels[1] = 9
    assert doubt._pictures(pixels) == "3 pictures of one grey level everywhere, 2 of them zero,"


def test_rows_and_labels_are_listed() -> None:
    assert doubt._rows(np.array([1234])) == "Row 1,234" and doubt._rows(np.array([1, 2])) == "Rows 1, 2"
    assert doubt._rows(np.arange(5), most=5) == "Rows 0, 1, 2, 3, 4"
    assert doubt._rows(np.arange(6), most=5) == "Rows 0, 1, 2, 3, 4 and 1 more"
    named = [doubt._named(np.array(labels)) for labels in ([-1], [3, 3, -1], [4, 2, 4, 0])]
    assert named == ["no label", "the label happy", "the labels angry, fear, sad"]


def test_a_doubtful_label_says_what_the_network_and_the_voters_say() -> None:
    scene: Any = SimpleNamespace(labels=np.array([0, 2, 4]), rows=np.array([10, 2000, 30]))
    frame = pd.DataFrame({"position": [1, 0], "suggested": ["happy", "neutral"]})
    says = doubt._says(scene, frame)
    assert says(1) == "Row 2,000: labelled fear, the network suggests happy."
    voted = doubt._says(scene, frame.assign(outvoted=[True, False]))
    assert voted(1).endswith("suggests happy. FER+ outvotes the label.")
    assert voted(0) == "Row 10: labelled angry, the network suggests neutral. FER+ does not outvote it."


# Two runs ------------------------------------------------------------------------------------------------------------


def test_rows_mean_the_same_only_on_the_same_set() -> None:
    def run(name: str, fingerprint: str | None) -> Any:
        return SimpleNamespace(dataset_name=name, fingerprint=fingerprint)

    same = compare._same_data
    assert same(run("a", "x"), run("a", "x")) and same(run("a", "x"), run("a", None))
    assert same(run("a", None), run("a", None))
    assert not same(run("a", "x"), run("a", "y")) and not same(run("a", "x"), run("b", "x"))


def test_a_picture_of_two_runs_has_both_answers() -> None:
    p, q = np.full((2, 7), 0.1), np.full((2, 7), 0.05)
    p[0, 3], q[0, 5] = 0.4, 0.7
    rows, labels = np.array([1001, 2]), np.array([3, -1])
    a: Any = SimpleNamespace(rows=rows, labels=labels, predicted=np.array([3, 0]), probabilities=p)
    b: Any = SimpleNamespace(rows=rows, labels=labels, predicted=np.array([5, 6]), probabilities=q)
    says = compare._both(a, b)
    assert says(0) == "Row 1,001, label happy: A says happy (40.0%), B says surprise (70.0%)."
    assert says(1) == "Row 2, label not given: A says angry (10.0%), B says neutral (5.0%)."


# Settings and maps ---------------------------------------------------------------------------------------------------


def test_settings_go_through_an_address() -> None:
    assert explain._read_settings("samples~50!noise~0.1!broken!a~b~c") == {"samples": "50", "noise": "0.1", "a": "b~c"}
    assert explain._read_settings("") == {}


@pytest.mark.parametrize(
    "text, default, found",
    [("5", 3, 5), ("2", 3, 2), ("9", 3, 9), ("1", 3, 3), ("10", 3, 3), ("x", 3, 3), ("4.5", 3, 3), (None, 3, 3),
     ("4.5", 3.0, 4.5)],
)  # fmt: skip
def test_a_setting_is_read_within_its_ends(text: str | None, default: float, found: float) -> None:
    parameter = SimpleNamespace(low=2, high=9)
    assert explain._setting(parameter, text, None, default) == found


def test_a_choice_is_one_of_its_words() -> None:
    assert explain._setting(None, "black", ("gray", "black"), "gray") == "black"
    assert explain._setting(None, "white", ("gray", "black"), "gray") == "gray"
    assert explain._setting(None, None, ("gray", "black"), "gray") == "gray"


def test_targets_and_ranges_in_words(said: list[str]) -> None:
    p = np.array([0.1, 0.0, 0.0, 0.2, 0.6, 0.05, 0.05])
    targets = (saliency.Difference(3, 4), None, 5, np.int64(2))
    assert [explain.target_words(target) for target in targets] == [
        "happy and not sad", "the predicted class", "surprise", "fear",
    ]  # fmt: skip
    assert explain.target_words(None, p) == "sad"
    assert explain.raw_range(np.array([[-0.5, 3.14159]])) == "-0.5 … +3.1"
    card = explain.Card(np.zeros((2, 2, 3), np.uint8), "<one>", "a & b")
    explain.grid([card, card], least=99)
    assert said[0].count("&lt;one&gt;") == 4 and said[0].count("a &amp; b") == 2 and "--least:99px" in said[0]


# Data ----------------------------------------------------------------------------------------------------------------


def test_labels_of_empty_pictures_are_counted(said: list[str]) -> None:
    for labels in ({}, {"sad": 3}, {"sad": 3, "fear": 1}):
        problems._labels_of_empty({"all_zero": {"labels": labels}})
    assert said == [
        "The all-zero pictures stand under 1 label: sad 3.",
        "The all-zero pictures stand under 2 labels: sad 3, fear 1.",
    ]
    assert problems._joined([]).tolist() == [] and problems._joined([np.array([4, 1]), np.array([3])]).tolist() == [
        4,
        1,
        3,
    ]


def test_disputed_labels_stand_by_their_votes() -> None:
    # columns: neutral happy surprise sad angry disgust fear contempt unknown none; labels: angry ... neutral
    votes = np.zeros((6, 10), np.uint8)
    votes[0, [1, 4]] = 6, 3  # labelled angry, seen happy by six
    votes[1, [1, 4]] = 5, 5  # a tie: nobody outvotes
    votes[2, [0, 3]] = 9, 1  # labelled sad, seen neutral by nine
    votes[3, 9], votes[3, 1] = 8, 2  # no face, say eight
    votes[4, 0] = 10  # no label
    data = make_dataset(
        "d", np.zeros((6, 48, 48), np.uint8), np.array([0, 0, 4, 3, -1, 3]), np.zeros(6, int), "npz", votes=votes
    )
    no_face, disputed = problems._by_votes(data)
    assert no_face.tolist() == [3] and disputed.tolist() == [2, 0]


# Runs ----------------------------------------------------------------------------------------------------------------


def a_run(name: str, status: str = "finished", data: str = "drawn", **config: Any) -> Any:
    return SimpleNamespace(name=name, status=status, dataset_name=data, config={"dataset": {"name": data}, **config})


def test_latest_is_said_by_the_name_on_the_page() -> None:
    order = {"one": a_run("one", created="2026-01"), "other/two": a_run("two", created="2026-03")}
    assert choose._latest(order) == {"latest": "other/two"} and choose._latest({}) == {}


def test_flips_without_photographs_begin_with_two_runs_of_one_drawn_set(monkeypatch: pytest.MonkeyPatch) -> None:
    view, photographs = ["Flips"], [False]
    monkeypatch.setattr(choose, "RUNS", SimpleNamespace(value=lambda name: view[0]))
    monkeypatch.setattr(choose.loaders, "has_photographs", lambda: photographs[0])
    order = {"photo": a_run("photo", data="fer2013"), "a": a_run("a"), "live": a_run("live", "training")}
    order |= {"b": a_run("b"), "c": a_run("c")}
    assert choose._with_pictures(order) == ["a", "b"]
    assert choose._with_pictures({"a": order["a"], "live": order["live"]}) == []
    photographs[0] = True
    assert choose._with_pictures(order) == []
    photographs[0], view[0] = False, "Curves"
    assert choose._with_pictures(order) == []


def test_a_figure_grows_with_its_legend() -> None:
    assert [curves_view._height(runs, None, 0) for runs in (1, 4, 7)] == [416, 416, 488]
    assert curves_view._height(curves_view.SINGLE_LINES + 1, None, 0) == 416  # two names stand for many
    groups = {str(run): str(run % 9) for run in range(40)}
    assert curves_view._height(40, groups, 2) == 320 + 24 * 11 and curves_view._height(12, None, 30) == 320 + 24 * 16


def test_metrics_that_are_lost_are_named(said: list[str]) -> None:
    history = pd.DataFrame({"epoch": [0, 1, 2, 3], "loss": [1.0, 2.0, np.nan, np.nan], "val_loss": [1.0, 2, 3, 4]})
    curves_view._lost({"fine": ({}, history[["epoch", "val_loss"]])})
    assert not said
    curves_view._lost({"a": ({}, history)})
    assert said.pop().startswith("Without a value (NaN or infinite): a: loss from epoch 3 on. A loss")
    curves_view._lost({str(number): ({}, history) for number in range(8)})
    assert "5: loss from epoch 3 on and 2 more." in said[0] and "6: loss" not in said[0]


def test_captions_say_only_what_is_drawn(said: list[str]) -> None:
    plain = {"best": False, "groups": None, "quoted": []}
    curves_view._captions(plain, None, 3, "r")
    assert said.pop() == f"Measured. {curves_view._NOTE}"
    grouped = {"best": True, "groups": {"a": "x", "b": "y"}, "quoted": ["n"]}
    curves_view._captions(grouped, pd.DataFrame({"group": ["x"]}), 3, "r")
    words = said.pop()
    assert "Star:" in words and "Band: one standard" in words and "quoted from the report" in words
    curves_view._captions(grouped, pd.DataFrame(), 3, "r")
    assert "No group here has three runs" in said.pop()
    curves_view._captions(plain, None, curves_view.SINGLE_LINES + 1, "r")
    assert "the reference r and the median" in said.pop()


def test_the_highest_curve_and_the_widest_gap_are_of_the_reference_s_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(curves_view.layout, "headline", lambda text, *terms: heard.append(text))
    first = pd.DataFrame({"epoch": [0, 1, 2], "accuracy": [0.5, 0.8, 0.9], "val_accuracy": [0.5, 0.6, 0.55]})
    second = pd.DataFrame({"epoch": [0, 1], "accuracy": [0.65, 0.7], "val_accuracy": [0.625, 0.5]})
    runs = {"a": a_run("a"), "b": a_run("b"), "votes": a_run("votes", training={"targets": "votes"})}
    histories = {"a": ({}, first), "b": ({}, second), "votes": ({}, second + 0.3)}
    choice: Any = SimpleNamespace(reference="a", every=runs, comparable=runs)
    choice.histories = lambda alike: {name: histories[name] for name in alike}
    curves_view._headline(choice)
    assert heard == [
        "b comes highest on pictures held out: 62.5%, at epoch 1. a learned its own pictures by heart most: right on "
        "them 20 points more often. votes: judged by other targets, so not compared."
    ]
    assert [curves_view._targets(run) for run in runs.values()] == ["labels", "labels", "votes"]
