"""Runs beside each other: settings flattened, what differs, what stands in the table of all runs."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from fer_core.comparison import tables


def test_settings_are_dotted_without_results_and_circumstances() -> None:
    config = {
        "name": "r", "seconds": 9.0, "scores": {"public": {"accuracy": 0.5}}, "calibration": {"temperature": 2},
        "training": {"seed": 1, "epochs_run": 7, "rates": [0.1, 0.2], "extra": {}, "deep": {"er": None}},
        "versions": {"keras": "3"}, "named": "stays",
    }  # fmt: skip
    assert tables.settings(config) == {
        "training.seed": 1, "training.rates": "0.1, 0.2", "training.extra": None, "training.deep.er": None,
        "named": "stays",
    }  # fmt: skip


def test_runs_are_parted_by_the_set_they_were_judged_on() -> None:
    def run(**data: Any) -> Any:
        return SimpleNamespace(config={"dataset": data or None})

    runs = {
        "a": run(fingerprint="x", name="one"),
        "b": run(name="one"),
        "c": run(fingerprint="x", name="two"),
        "d": run(),
    }
    assert {key: list(of_set) for key, of_set in tables.by_data(runs).items()} == {
        "x": ["a", "c"], "one": ["b"], "None": ["d"],
    }  # fmt: skip


def test_what_differs_and_how_it_is_called() -> None:
    asked = {"a": {"x": 1, "y": 2.0, "z": None}, "b": {"x": 1, "y": 2, "z": None, "w": 0}}
    assert tables.differing(asked) == ["y", "w"]  # 2.0 and 2 are written differently; w is lacking in one
    assert [tables.short(key) for key in ("training.seed", "model.name", "a.b.rate", "seed")] == [
        "training seed", "model name", "rate", "seed",
    ]  # fmt: skip


def test_the_table_of_differences_has_a_row_a_setting_and_a_column_a_run() -> None:
    configs = {"a": {"training": {"rate": 0.10, "seed": 3}}, "b": {"training": {"rate": 0.2, "seed": 3, "ema": None}}}
    found = tables.difference_table(configs)
    assert found.columns.tolist() == ["a", "b"] and found.index.tolist() == ["training.rate", "training.ema"]
    assert found.loc["training.rate"].tolist() == ["0.1", "0.2"] and found.loc["training.ema"].tolist() == ["", "none"]
    assert tables.difference_table(configs, differences_only=False).index.tolist() == [
        "training.rate", "training.seed", "training.ema",
    ]  # fmt: skip


def test_groups_by_one_setting_are_named_by_it() -> None:
    configs = {"a": {"model": {"width": 0.5}}, "b": {"model": {}}, "c": {"model": {"width": 0.5}}}
    found = tables.group_by(configs, "model.width")
    assert found == {"a": "width = 0.5", "b": "width = not given", "c": "width = 0.5"}
    configs = {"a": {"status": "finished", "training": {"kept": {"last": 3}}}, "b": {"status": "stopped"}}
    assert tables.group_by(configs, "status") == {"a": "status = finished", "b": "status = stopped"}
    assert tables.group_by(configs, "training.kept.last") == {"a": "last = 3", "b": "last = not given"}


@pytest.fixture
def two_runs() -> list[Any]:
    full = {
        "tags": ["x", "y"], "note": "said", "seconds": 90.0, "best_epoch": 2,
        "model": {"name": "vgg", "parameters": 12, "multiply_adds": 34}, "dataset": {"name": "drawn"},
        "preprocessing": {"normalisation": "samplewise"}, "augmentation": {"flip": True, "shift": 0.1, "zoom": 0.0},
        "training": {"optimizer": "sgd", "learning_rate": 0.5, "batch_size": 64, "seed": 9, "epochs_run": 3},
    }  # fmt: skip
    scores = {
        "validation": {"accuracy": 0.25, "ece": 0.125, "macro_f1": 0.2},
        "private": {"accuracy": 0.75},
        "test": None,
    }
    bare = SimpleNamespace(name="bare", status="training", scores={}, config={"dataset": None, "training": None})
    return [SimpleNamespace(name="full", status="finished", scores=scores, config=full), bare]


def test_each_run_has_its_row(two_runs: list[Any]) -> None:
    history = pd.DataFrame(
        {"epoch": [0, 1, 2], "accuracy": [0.5, 0.7, 0.9], "val_accuracy": [0.4, 0.6, 0.5], "val_loss": [3.0, 1.0, 2.0]}
    )
    found = tables.runs_table(two_runs, {"full": history, "bare": history})
    full, bare = found.loc["full"], found.loc["bare"]
    assert (full["tags"], full["note"], full["augmentation"]) == ("x, y", "said", "flip True, shift 0.1")
    assert (full["model"], full["parameters"], full["multiply_adds"], full["minutes"]) == ("vgg", 12, 34, 1.5)
    assert (full["validation accuracy"], full["private accuracy"], full["validation ECE"]) == (0.25, 0.75, 0.125)
    assert (full["validation macro F1"], full["best epoch"], full["val_loss"], full["epochs"]) == (0.2, 2, 1.0, 3)
    assert full["overfit gap"] == pytest.approx(0.7 - 0.6)
    # nothing was kept of the other: what its history says
    assert (bare["validation accuracy"], bare["best epoch"], bare["epochs"]) == (0.6, 2, 3)
    assert bare["augmentation"] == "none" and bare["note"] == "" and pd.isna(bare["minutes"])
    assert tables.runs_table([]).empty and tables.runs_table([]).index.name == "run"


def test_columns_that_vary(two_runs: list[Any]) -> None:
    table = pd.DataFrame({"a": [1, 1], "b": [1, 2], "c": [None, None], "d": ["x", None]})
    assert tables.varying_columns(table) == ["b", "d"]


def test_recipes_are_named_by_their_augmentation_where_there_is_but_one() -> None:
    def config(**augmentation: Any) -> dict[str, Any]:
        return {"augmentation": augmentation or None, "training": {"seed": 1}, "model": {"parameters": 7}}

    plain, flipped, turned = config(), config(flip=True), config(rotation=10)
    assert tables.group_by({"a": plain, "b": flipped}, "recipe") == {"a": "no augmentation", "b": "augmentation"}
    three = tables.group_by({"a": plain, "b": flipped, "c": turned}, "recipe")
    assert three["a"] == "no augmentation" and "augmentation" not in (three["b"], three["c"])
    assert "flip" in three["b"] and "rotation" in three["c"]
