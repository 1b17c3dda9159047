"""Curves and comparison of settings, worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fer_core.comparison import curves, reference, tables
from fer_core.errors import FerError
from fer_core.runs.history import best_epoch

NAN = float("nan")


def config(seed=0, rate=0.002, **more):
    return {
        "name": f"run{seed}",
        "model": {"name": "compact", "parameters": 10},
        "dataset": {"name": "drawn", "counts": {"train": 1300}, "validation": {"fraction": 0.1}},
        "preprocessing": {"normalisation": "samplewise"},
        "training": {"seed": seed, "learning_rate": rate, "batch_size": 128},
        **more,
    }


def history(values=(0.5, 0.4, 0.45), validation=(0.6, 0.5, 0.7), seconds=(60, 30, 30)):
    n = len(values)
    return pd.DataFrame({"epoch": range(n), "loss": values, "val_loss": validation[:n], "seconds": seconds[:n]})


def test_smooth_by_hand():
    # w = .5, x = 1, 2, 4: s = .5, 1.25, 2.625 over 1 - .5^t = .5, .75, .875.
    np.testing.assert_allclose(curves.smooth([1, 2, 4], 0.5), [1, 5 / 3, 3])
    np.testing.assert_allclose(curves.smooth([3.0, 1.0], 0.0), [3, 1])
    np.testing.assert_allclose(curves.smooth([2.0] * 5, 0.9), [2] * 5)


def test_smooth_leaves_gaps():
    np.testing.assert_allclose(curves.smooth([1, NAN, 2, np.inf], 0.5), [1, NAN, 5 / 3, NAN])


@pytest.mark.parametrize("weight", [-0.1, 1.0])
def test_smooth_refuses(weight):
    with pytest.raises(FerError, match=str(weight)):
        curves.smooth([1.0], weight)


def test_long_table():
    table = curves.long_table({"a": (config(), history())})
    # ceil(1300 * 0.9 / 128) = 10 batches an epoch; of all 1,300 they would be 11
    row = table[(table["part"] == "validation") & (table["epoch"] == 2)].iloc[0]
    assert row.to_dict() == {
        "run": "a", "epoch": 2, "step": 20, "time": 1.5, "metric": "loss", "part": "validation", "value": 0.5
    }  # fmt: skip
    assert len(table) == 6


def test_long_table_of_nothing_and_of_words():
    assert curves.long_table({"a": (config(), pd.DataFrame(columns=["epoch", "loss"]))}).empty
    odd = pd.DataFrame({"epoch": [0, 1], "loss": ["0.5", "diverged"]})
    values = curves.long_table({"a": ({}, odd)})
    assert values["value"].iloc[0] == 0.5
    assert np.isnan(values["value"].iloc[1])
    assert values["step"].isna().all()


def test_bands_only_from_three_seeds_up_and_only_where_all_are_there():
    runs = {f"r{i}": (config(i), history(v, v)) for i, v in enumerate([(1, 2), (2, 4, 5), (3, 6, 7)])}
    groups = {"r0": "g", "r1": "g", "r2": "g"}
    bands = curves.seed_bands(curves.long_table(runs), groups)
    loss = bands[(bands["part"] == "train") & (bands["metric"] == "loss")]
    assert loss["epoch"].tolist() == [1, 2]  # r0 never reached the third
    np.testing.assert_allclose(loss["mean"], [2, 4])
    np.testing.assert_allclose(loss["sd"], [1, 2])
    two = curves.seed_bands(curves.long_table(runs), {"r0": "g", "r1": "g"})
    assert two.empty
    with pytest.raises(FerError, match="'hour'"):
        curves.seed_bands(curves.long_table(runs), groups, "hour")


def test_band_over_time_averages_the_axis():
    runs = {f"r{i}": (config(i), history((1, 2), seconds=(60 * (i + 1), 60))) for i in range(3)}
    bands = curves.seed_bands(curves.long_table(runs), dict.fromkeys(runs, "g"), "time")
    assert bands[(bands["part"] == "train")]["x"].tolist() == [2, 3]


def test_best_epoch_and_gap():
    frame = history()
    assert curves.best_epoch({"best_epoch": 3}, frame) == 3
    assert curves.best_epoch({}, frame) == 2
    assert curves.overfit_gap(frame, 2, "loss") == pytest.approx(0.1)
    assert curves.overfit_gap(frame, 9, "loss") is None
    accuracy = pd.DataFrame({"epoch": [0, 1], "accuracy": [0.5, 0.9], "val_accuracy": [0.55, 0.6]})
    assert curves.best_epoch({}, accuracy) == 2
    assert curves.overfit_gap(accuracy, 1) == pytest.approx(-0.05)
    table = curves.gap_table({"a": ({}, frame)}, "loss").iloc[0]
    assert (table["best epoch"], table["last epoch"]) == (2, 3)
    assert table["gap, last"] == pytest.approx(0.25)


def test_history_is_read_again_when_it_grows(tmp_path):
    path = tmp_path / "history.csv"
    reads = []

    def read():
        reads.append(1)
        return pd.read_csv(path)

    run = SimpleNamespace(folder=tmp_path, history=read)
    path.write_text("epoch,loss\n0,1\n")
    assert len(curves.read_history(run)) == len(curves.read_history(run)) == len(reads) == 1
    path.write_text("epoch,loss\n0,1\n1,0.5\n")
    assert len(curves.read_history(run)) == 2


def test_recipes_are_settings_without_the_seed():
    configs = {"a": config(0), "b": config(1), "c": config(1, rate=0.01)}
    assert tables.recipe(configs["a"]) == tables.recipe(configs["b"]) != tables.recipe(configs["c"])
    assert tables.group_by(configs, "recipe") == {
        "a": "learning_rate 0.002", "b": "learning_rate 0.002", "c": "learning_rate 0.01"
    }  # fmt: skip
    assert tables.group_by(configs, "training.seed")["b"] == "seed = 1"


def test_recipes_are_named_by_what_differs():
    shift = {"rotation": 20.0, "flip": True}
    configs = {"a": config(0), "b": config(1, augmentation=shift), "c": config(0, augmentation={"rotation": 5.0})}
    configs["a"]["preprocessing"] = {"normalisation": "none"}
    two = {name: configs[name] for name in "ab"}
    assert tables.group_by(two, "recipe") == {
        "a": "no normalisation, no augmentation",
        "b": "samplewise, augmentation",
    }
    assert tables.group_by(configs, "recipe")["b"] == "samplewise, rotation 20, flip True"
    assert tables.group_by({"a": configs["a"]}, "recipe") == {"a": "one recipe"}


def test_difference_table():
    configs = {"a": config(0), "b": config(1, rate=0.01, extra={"deep": None})}
    only = tables.difference_table(configs)
    assert only.index.tolist() == ["training.seed", "training.learning_rate", "extra.deep"]
    assert only.loc["extra.deep"].tolist() == ["", "none"]
    assert only.to_dict() == {
        "a": {"training.seed": "0", "training.learning_rate": "0.002", "extra.deep": ""},
        "b": {"training.seed": "1", "training.learning_rate": "0.01", "extra.deep": "none"},
    }
    assert "model.name" in tables.difference_table(configs, differences_only=False).index


def test_runs_table_gives_the_best_epochs_values():
    run = SimpleNamespace(name="a", status="finished", config=config(), scores={})
    table = tables.runs_table([run], {"a": history()})
    assert table.loc["a", "best epoch"] == 2
    assert table.loc["a", "val_loss"] == 0.5
    other = SimpleNamespace(name="b", status="finished", config=config(4), scores={"private": {"accuracy": 0.6}})
    both = tables.runs_table([run, other], {"a": history()})
    assert {"seed", "private accuracy"} <= set(tables.varying_columns(both))
    assert "model" not in tables.varying_columns(both)


def test_runs_table_gives_each_run_its_own_row_and_minutes() -> None:
    fast = SimpleNamespace(
        name="fast", status="finished", config=config(3, 0.1, seconds=90.0, best_epoch=2),
        scores={"private": {"accuracy": 0.61, "macro_f1": 0.5}, "validation": {"accuracy": 0.7, "ece": 0.04}},
    )  # fmt: skip
    slow = SimpleNamespace(
        name="slow", status="stopped", config=config(8, 0.01, seconds=7200.0, best_epoch=5),
        scores={"private": {"accuracy": 0.55, "macro_f1": 0.4}, "validation": {"accuracy": 0.6, "ece": 0.09}},
    )  # fmt: skip
    table = tables.runs_table([fast, slow])
    columns = ["status", "seed", "learning_rate", "minutes", "best epoch", "private accuracy", "private macro F1"]
    assert table.loc["fast", columns].tolist() == ["finished", 3, 0.1, 1.5, 2, 0.61, 0.5]
    assert table.loc["slow", columns].tolist() == ["stopped", 8, 0.01, 120, 5, 0.55, 0.4]
    assert table["validation accuracy"].tolist() == [0.7, 0.6] and table["validation ECE"].tolist() == [0.04, 0.09]


def test_curves_of_two_runs_keep_their_own_values() -> None:
    two = {"a": (config(), history((0.5, 0.4))), "b": (config(), history((0.9, 0.8, 0.7), (1.5, 1.3, 1.4)))}
    table = curves.long_table(two).set_index(["run", "part", "epoch"])["value"]
    assert table["a", "train"].tolist() == [0.5, 0.4] and table["b", "train"].tolist() == [0.9, 0.8, 0.7]
    assert table["a", "validation"].tolist() == [0.6, 0.5] and table["b", "validation"].tolist() == [1.5, 1.3, 1.4]
    gaps = curves.gap_table(two, "loss").set_index("run")
    assert (gaps["best epoch"].to_dict(), gaps["last epoch"].to_dict()) == ({"a": 2, "b": 2}, {"a": 2, "b": 3})
    assert gaps["gap, best"].tolist() == pytest.approx([0.1, 0.5])


def test_reference_is_quoted_word_for_word():
    table = reference.table().set_index("name")
    assert table.loc["samplewise", ["val_accuracy", "val_loss", "public", "private"]].tolist() == [
        0.6559, 1.25, 0.65004, 0.65840
    ]  # fmt: skip
    assert reference.FINAL.score("private") == 0.69044
    assert ("augmentation", 0.9030) in reference.curve_lines("val_loss")
    assert reference.curve_lines("loss") == []


def test_a_run_in_training_is_judged_by_what_it_monitors() -> None:
    history = pd.DataFrame({"epoch": [0, 1, 2], "val_loss": [1.0, 0.5, 0.9], "val_accuracy": [0.2, 0.3, 0.4]})
    assert best_epoch({"training": {"monitor": "val_accuracy"}}, history) == 3
    assert best_epoch({"training": {"monitor": "val_loss"}}, history) == best_epoch({}, history) == 2
    assert best_epoch({"training": {"monitor": "val_f1"}}, history) == 2  # not in the history


def test_steps_of_our_training_leave_out_the_last_small_batch() -> None:
    config = {"training": {"batch_size": 128, "epochs_asked": 9}, "dataset": {"counts": {"fitted": 25_838}}}
    assert curves.steps_per_epoch(config) == 201
    config["training"].pop("epochs_asked")  # Keras' own fit
    assert curves.steps_per_epoch(config) == 202


def test_a_metric_is_lost_where_it_never_comes_back() -> None:
    nan = float("nan")
    history = pd.DataFrame(
        {
            "epoch": range(6),
            "loss": [2.0, 1.0, nan, nan, nan, nan],
            "val_loss": [nan, nan, 1.5, nan, nan, 1.2],  # every third epoch
            "accuracy": [0.1, 0.2, 0.3, 0.4, 0.5, float("inf")],
            "val_f1": [nan] * 6,
            "learning_rate": [0.1] * 6,
        }
    )
    assert curves.lost_values({"a": ({}, history)}) == [("a", "loss", 3), ("a", "accuracy", 6), ("a", "val_f1", 1)]
    sparse = history[["epoch", "val_loss"]].iloc[:5]  # measured at epoch 3; two since then are no loss
    assert curves.lost_values({"a": ({}, sparse)}) == []
