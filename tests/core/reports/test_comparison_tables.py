"""Tables of the comparison page: each cell in its own form, columns that hold something, everything in the csv."""

import base64

import pandas as pd
import pytest

from fer_core.reports import comparison_tables as tables
from fer_core.reports.comparison_tables import Column


@pytest.mark.parametrize(
    "form, value, shown",
    [
        ("text", "vgg", "vgg"),
        ("count", 12345.0, "12,345"),
        ("percent", 0.12345, "12.35%"),
        ("points", 0.01234, "+1.23"),
        ("points", -0.005, "-0.50"),
        ("share", 0.123456, "0.1235"),
        ("p", 0.00009, "below 0.0001"),
        ("p", 0.0001, "0.0001"),
        ("p", 0.04321, "0.0432"),
        ("number", 1234.567, "1235"),
        ("percent", 0.0, "0.00%"),
        ("percent", float("nan"), "–"),
        ("text", None, "–"),
        ("text", "", "–"),
    ],
)
def test_a_cell_has_its_form(form: str, value: object, shown: str) -> None:
    assert Column("Head", "key", form).cell(value) == shown


def test_only_text_stands_to_the_left() -> None:
    assert not Column("Head", "key").number and Column("Head", "key", "p").number


def test_columns_that_hold_nothing_are_left_out_of_the_page_and_stay_in_the_csv() -> None:
    frame = pd.DataFrame(
        {"run": ["a", "b"], "model": ["", ""], "parameters": [1200, 34], "public accuracy": [0.5, None], "note": "kept"}
    )
    found = tables.runs(frame)
    assert [column.head for column in found.columns] == ["Run", "Parameters", "Accuracy, public"]
    assert found.rows == [["a", "1,200", "50.00%"], ["b", "34", "–"]]
    head, data = found.link.split(",", 1)
    text = base64.b64decode(data).decode()
    assert head.startswith("data:text/csv") and text.splitlines()[0] == "run,model,parameters,public accuracy,note"
    assert tables.runs(frame[:0]) is None


def test_settings_stand_four_runs_at_a_time() -> None:
    frame = pd.DataFrame({"setting": ["epochs", "seed"]} | {name: [f"e{name}", f"s{name}"] for name in "abcde"})
    first, second = tables.settings(frame)
    assert [column.head for column in first.columns] == ["Setting", "a", "b", "c", "d"]
    assert second.rows == [["epochs", "ee"], ["seed", "se"]]


def test_a_pair_s_numbers_stand_under_their_own_heads() -> None:
    one = {"a": "x", "b": "y", "n": 90, "only_a": 7, "only_b": 3}
    for number, metric in enumerate(("accuracy", "macro_f1")):
        one |= {metric: 0.04 + number, f"{metric}_low": -0.01 + number, f"{metric}_high": 0.09 + number}
        one |= {f"p_{metric}": 0.02 + number / 100, f"holm_{metric}": 0.5 + number / 100}
    frame = pd.DataFrame([one])
    by_accuracy, by_f1 = tables.pairs(frame, "accuracy", "Accuracy"), tables.pairs(frame, "macro_f1", "Macro F1")
    assert by_accuracy.rows == [["x", "y", "90", "7", "3", "+4.00", "-1.00", "+9.00", "0.0200", "0.5000"]]
    assert by_f1.rows == [["x", "y", "90", "+104.00", "+99.00", "+109.00", "0.0300", "0.5100"]]
    assert by_accuracy.columns[3].head == "Only A right" and by_f1.columns[3].head == "Macro F1, A less B, points"
    assert (by_accuracy.file, by_f1.file) == ("pairs-accuracy", "pairs-macro_f1")


def test_recipes_accuracies_and_calibration() -> None:
    seeds = {"a": "x", "b": "y", "mean_a": 0.6, "seeds_a": 3, "mean_b": 0.5, "seeds_b": 4, "difference": 0.1}
    seeds |= {"low": 0.02, "high": 0.18, "test": "Welch", "p_holm": 0.03}
    assert tables.seeds(pd.DataFrame([seeds])).rows == [
        ["x", "y", "60.00%", "3", "50.00%", "4", "+10.00", "+2.00", "+18.00", "Welch", "0.0300"]
    ]
    alone = {"run": "x", "n": 80, "correct": 20, "accuracy": 0.25, "low": 0.168, "high": 0.355, "macro_f1": 0.21}
    assert tables.alone(pd.DataFrame([alone])).rows == [["x", "80", "20", "25.00%", "16.80%", "35.50%", "0.2100"]]
    scaled = {"run": "x", "ECE": 0.08, "temperature": 1.25, "ECE, scaled": 0.02}
    assert tables.calibration(pd.DataFrame([scaled])).rows == [["x", "0.0800", "1.25", "0.0200"]]
