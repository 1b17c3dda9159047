"""One sentence a view, against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from fer_core.evaluation import headlines, per_class
from fer_core.evaluation.calibration import Reliability


def counts(**cells: int) -> np.ndarray:
    """A matrix from angry_sad=3 and the like; the diagonal from angry=5."""
    names = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    made = np.zeros((7, 7), np.int64)
    for cell, value in cells.items():
        true, _, taken = cell.partition("_")
        made[names.index(true), names.index(taken or true)] = value
    return made


def test_the_matrix_names_what_is_known_and_what_is_confused_most() -> None:
    found = headlines.matrix(counts(happy=9, happy_sad=1, fear=5, fear_surprise=5, sad=80, sad_neutral=20))
    assert found == ("It knows happy best: 90% recognised. Its greatest confusion: 50% of fear is taken for surprise.")
    assert headlines.matrix(counts(sad=3)).endswith("Nothing is confused.")
    assert headlines.matrix(counts()) == "There is no labelled picture here."


def test_a_class_is_worst_only_where_that_can_be_shown() -> None:
    many = per_class.table(counts(happy=900, happy_fear=100, fear=300, fear_happy=700))
    assert headlines.per_class(many).startswith("It is best at happy (F1 69%) and worst at fear (43%).")
    few = per_class.table(counts(happy=3, fear=2, fear_happy=1))
    assert headlines.per_class(few).endswith("could be chance.")
    assert "one class at most" in headlines.per_class(per_class.table(counts(happy=3)))


def test_two_runs_are_told_apart_by_the_test_alone() -> None:
    assert headlines.two_runs("a", "b", 20, 40, 0.01) == (
        "a alone is right on 20 pictures, b alone on 40: b is better."
    )
    assert headlines.two_runs("a", "b", 30, 40, 0.3).endswith("no difference is shown.")


def test_over_epochs_it_says_when_most_was_known_and_what_came_late() -> None:
    film = np.stack([
        counts(happy=5, happy_sad=5, sad=5, sad_happy=5),
        counts(happy=9, happy_sad=1, sad=8, sad_happy=2),
        counts(happy=9, happy_sad=1, sad=9, sad_happy=1),
    ])  # fmt: skip
    assert headlines.over_epochs(film, [1, 2, 3]) == (
        "Nine tenths of its best (90%) it reached by epoch 2 of 3; after that sad gained most, from 80% to 90%."
    )
    assert headlines.over_epochs(film[[0, 2]], [1, 3]).endswith("no class was learned much better after that.")


def test_silence_is_worth_what_it_gains() -> None:
    assert headlines.abstaining(50, 100, 0.9, 0.7, 0.8) == (
        "Asked to be 80% sure, it answers 50% of the pictures and is right in 90% of them instead of 70%."
    )
    assert headlines.abstaining(50, 100, 0.7, 0.7, 0.8).endswith("silence buys nothing here.")
    assert headlines.abstaining(0, 100, float("nan"), 0.7, 0.99) == "No answer is as sure as 99%."


def test_doubtful_labels_and_the_votes() -> None:
    assert headlines.doubtful(20, 1000, 15) == (
        "20 of 1,000 labels look wrong to this network; of these, people outvote 75%."
    )
    assert "no people's votes" in headlines.doubtful(20, 1000, None)
    assert headlines.doubtful(0, 1000, 0).startswith("None of the 1,000")


def bins(*accuracy: float, half: float = 0.02) -> pd.DataFrame:
    return pd.DataFrame({
        "low": [10.0 * k for k in range(len(accuracy))], "high": [10.0 * k + 9 for k in range(len(accuracy))],
        "accuracy": accuracy, "accuracy_low": [a - half for a in accuracy],
        "accuracy_high": [a + half for a in accuracy],
    })  # fmt: skip


def test_the_slice_that_matters_most() -> None:
    found = headlines.slices({"brightness": bins(0.6, 0.65), "contrast": bins(0.5, 0.6, 0.7)})
    assert found == ("Contrast matters most: right in 50% of pictures from 0 to 9 and in 70% from 20 to 29.")
    assert "no difference" in headlines.slices({"brightness": bins(0.6, 0.62)})
    assert "too few" in headlines.slices({"brightness": bins(0.6)})


def pairs(best: str, **p: float) -> pd.DataFrame:
    """Each 0.01 below the best."""
    return pd.DataFrame(
        [{"a": name, "b": best, "holm_accuracy": value, "accuracy": -0.01} for name, value in p.items()]
    )


def test_the_best_run_and_who_is_not_shown_to_be_worse() -> None:
    accuracy = {"compact": 0.677, "fast": 0.667, "mini": 0.63}
    assert headlines.best_run(accuracy, pairs("compact", fast=0.2, mini=0.001), "private") == (
        "compact is best on the private split (67.7%); fast is not shown to be worse, mini is."
    )
    assert headlines.best_run(accuracy, pairs("compact", fast=0.01, mini=0.001), "private").endswith(
        "each of the others is shown to be worse."
    )
    assert headlines.best_run({"one": 0.5}, pd.DataFrame(), "test").endswith("no other run to hold against it.")
    both = headlines.best_run(accuracy, pairs("compact", fast=0.2, mini=0.3), "private")
    assert both.endswith("fast and mini are not shown to be worse.")


def test_a_run_that_is_better_on_the_pictures_it_shares_is_not_called_worse() -> None:
    """A run judged on other pictures is not ranked; held against the best on shared ones it may come out ahead."""
    table = pairs("compact", fast=0.2, mini=0.001, few=0.01)
    table["accuracy"] = [-0.01, -0.05, 0.2]
    told = headlines.best_run({"compact": 0.677, "fast": 0.667, "mini": 0.63}, table, "private")
    assert told == (
        "compact is best on the private split (67.7%); fast is not shown to be worse, mini is; on the pictures that "
        "both were judged on, few is better."
    )
    alone = headlines.best_run({"compact": 0.677}, table[2:], "validation")
    assert alone == (
        "compact stands on the validation split (67.7%); on the pictures that both were judged on, few is better."
    )
    assert headlines.best_run({"compact": 0.677}, table[1:2], "validation").endswith(
        "each of the others is shown to be worse."
    )


def test_the_best_run_is_told_in_the_metric_in_view_by_its_own_test() -> None:
    table = pairs("fast", compact=0.001)
    table["holm_macro_f1"], table["macro_f1"] = [0.4], [-0.02]
    told = headlines.best_run({"compact": 0.61, "fast": 0.6254}, table, "private", "macro_f1")
    assert told == "fast is best on the private split (macro F1 0.625); compact is not shown to be worse."


def test_other_sets_name_the_highest_and_the_lowest() -> None:
    assert "yet" in headlines.elsewhere({})
    assert (
        headlines.elsewhere({("a", "ck, test"): 0.5})
        == "Asked about faces from elsewhere, a on ck, test is right in 50.0%."
    )
    found = headlines.elsewhere({("a", "x, test"): 0.25, ("b", "x, test"): 0.755, ("c", "y, all"): 0.5})
    assert found == "Of 3 answers about faces from elsewhere, b on x, test is right in 75.5%, a on x, test in 25.0%."


def test_merged_classes_are_called_by_their_names() -> None:
    counts = np.array([[8, 2], [3, 1]])
    assert headlines.matrix(counts, ["bad", "good"]) == (
        "It knows bad best: 80% recognised. Its greatest confusion: 75% of good is taken for bad."
    )


def test_curves_name_the_highest_and_the_widest_gap() -> None:
    assert headlines.curves({"a": (0.6, 4), "b": (0.7, 9)}, {"a": 0.2, "b": 0.01}) == (
        "b comes highest on pictures held out: 70.0%, at epoch 9. a learned its own pictures by heart most: right on "
        "them 20 points more often."
    )
    assert headlines.curves({"a": (0.6, 4)}, {"a": 0.01}).endswith("None of them learned its pictures by heart.")
    assert "yet" in headlines.curves({}, {})
    assert headlines.curves({"a": (0.6, 4)}, {}, ["v", "w"]).endswith(
        "at epoch 4. v and w: judged by other targets, so not compared."
    )


def test_settings() -> None:
    assert "one setting alone, seed" in headlines.settings(["seed"], 2)
    assert headlines.settings(["a", "b", "c", "d"], 3).startswith(
        "These 3 runs differ in 4 settings, a, b and c and more"
    )
    assert "the same settings" in headlines.settings([], 2) and "second one" in headlines.settings([], 1)


@pytest.mark.parametrize(
    ("accuracy", "says"), [(0.6, "too sure of itself"), (0.8, "at their word"), (0.95, "surer than it dares to say")]
)
def test_calibration(accuracy: float, says: str) -> None:
    one = Reliability(
        np.array([0.0, 0.5, 1.0]), np.array([0, 10]), np.array([np.nan, 0.8]), np.array([np.nan, accuracy])
    )
    assert says in headlines.calibration("compact", one)
    assert f"compact says 80% on average and is right in {accuracy:.0%}" in headlines.calibration("compact", one)


def test_the_report() -> None:
    lines = pd.DataFrame({
        "variant": ["baseline", "final"], "seeds": [3, 3], "mean": [0.6, 0.65], "quoted": [0.61, 0.69],
        "difference": [-0.01, -0.04], "low": [-0.03, -0.06], "high": [0.01, -0.02],
    })  # fmt: skip
    assert headlines.report(lines) == (
        "1 of 2 networks differ from the report by more than chance; most of all final, 4.0 points below it."
    )
    assert "none differs" in headlines.report(lines[:1])
    assert "None of the report's" in headlines.report(lines.assign(seeds=0))


def test_the_table() -> None:
    assert headlines.table({"a": 0.5, "b": 0.6, "c": float("nan")}, "private") == (
        "Of 2 runs on the same pictures, b is right most often: 60.0% on the private split."
    )
    assert "yet" in headlines.table({}, "private")


def test_maps_and_answers() -> None:
    shares, areas = {"mouth": 0.35, "eyes": 0.06, "rest": 0.59}, {"mouth": 0.08, "eyes": 0.1, "rest": 0.82}
    assert headlines.map_part("Gradient", shares, areas, "happy") == (
        "Why happy? By Gradient, the mouth: 35% of the map lies on 8% of the picture."
    )
    assert "hardly more" in headlines.map_part("Gradient", {"mouth": 0.09}, {"mouth": 0.08}, "happy")
    assert headlines.answer([0.1, 0, 0.2, 0.7, 0, 0, 0]) == "It says happy (70%); next comes fear (20%)."


@pytest.mark.parametrize(
    ("after", "says"), [(0.1, "marks what counts"), (0.85, "tells nothing"), (0.95, "does not count")]
)
def test_hiding(after: float, says: str) -> None:
    assert headlines.hiding("Gradient", "happy", 0.99, after, (0.8, 0.9)).endswith(f"{says}.")
