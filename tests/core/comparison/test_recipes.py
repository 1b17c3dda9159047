"""Which runs are seeds of one recipe."""

from typing import Any

from fer_core.comparison.recipes import is_other_seed, recipe, seed_of
from fer_core.comparison.tables import by_data, group_by
from fer_core.runs import load_run
from tests.conftest import tiny_faces, write_run


def _config(**changes: Any) -> dict[str, Any]:
    """A run.json; model__name="x" changes the name below model."""
    config: dict[str, Any] = {
        "model": {"name": "sequential", "options": {}, "parameters": 1000},
        "dataset": {
            "name": "fer2013",
            "layout": "csv",
            "fingerprint": "f1",
            "counts": {"fitted": 100},
            "validation": {"fraction": 0.1, "seed": 0},
        },
        "preprocessing": {"normalisation": "none"},
        "augmentation": None,
        "training": {"optimizer": "adam", "learning_rate": 0.001, "seed": 0, "epochs_run": 7, "batch_size": 32},
    }
    for key, value in changes.items():
        part, _, name = key.partition("__")
        config[part] = {**config[part], name: value} if name else value
    return config


def test_what_only_came_out_or_is_only_called_differently_is_no_other_recipe():
    same = [
        _config(model__name="sequential_1"),
        _config(training__seed=3),
        _config(training__epochs_run=12),
        _config(dataset__validation={"fraction": 0.1, "seed": 4}),
        _config(dataset__counts={"fitted": 97}),
        _config(dataset__name="pictures", dataset__layout="npz"),
        _config(training__precision="bfloat16"),
        _config(training__nadam_warmup="keras3"),  # what every run had before it could be chosen
        _config(training__batch_size=32.0),
    ]
    assert {recipe(config) for config in same} == {recipe(_config())}


def test_what_was_asked_for_differently_is_another_recipe():
    others = [
        _config(training__learning_rate=0.01),
        _config(training__optimizer="sgd"),
        _config(training__nadam_warmup="keras2"),
        _config(training__mixup=0.2),
        _config(model__options={"width": 2}),
        _config(model__parameters=2000),
        _config(preprocessing={"normalisation": "samplewise"}),
        _config(augmentation={"rotation": 10.0, "flip": True}),
        _config(dataset__fingerprint="f2"),
        _config(dataset__validation={"fraction": 0.2, "seed": 0}),
    ]
    assert len({recipe(config) for config in [_config(), *others]}) == len(others) + 1


def test_settings_that_only_the_user_of_a_run_logger_knows_make_a_recipe():
    """Two dropouts are no two seeds of one recipe, however few of our own settings they name."""
    logged = {"logged_by": "RunLogger", "training": {"optimizer": "adam", "learning_rate": 0.001, "dropout": 0.3}}

    def of(**settings: Any):
        return recipe(_config(**{**logged, "training": {**logged["training"], **settings}}))

    same = [of(seed=1), of(epochs_run=9, steps_per_epoch=30), of(data_seed=4), of(random_state=2), of(dropout=0.30)]
    assert {*same} == {of()}
    assert len({of(), of(dropout=0.5), of(filters=32), of(loss="focal")}) == 4


def test_histories_without_settings_go_by_their_names():
    def of(name: str):
        return recipe({"name": name, "training": {"source": f"{name}.csv"}}, name)

    assert of("mine-1") == of("mine-2") == of("mine_seed3") and of("mine-1") != of("other-1")


def test_seeds_tell_runs_of_a_recipe_apart():
    assert seed_of(_config(training__seed=3)) == (3, 0)
    assert seed_of(_config(training__seed=None), "mine-1")[0] == "mine-1"


def test_groups_are_named_by_what_they_were_asked_for():
    configs = {"a": _config(), "b": _config(training__seed=1), "c": _config(training__learning_rate=0.01)}
    slow, fast = "learning_rate 0.001", "learning_rate 0.01"
    assert group_by(configs, "recipe") == {"a": slow, "b": slow, "c": fast}


def test_runs_by_the_set_they_were_judged_on(tmp_path):
    sets = {"one": tiny_faces(), "two": tiny_faces(seed=1), "three": tiny_faces()}
    runs = {name: load_run(write_run(tmp_path, name, data)) for name, data in sets.items()}
    assert [list(group) for group in by_data(runs).values()] == [["one", "three"], ["two"]]


def test_another_seed_of_the_same_recipe_and_nothing_else() -> None:
    one = {
        "model": {"name": "compact", "parameters": 9},
        "training": {"optimizer": "adamw", "epochs_asked": 4, "seed": 0},
    }
    other = {**one, "training": {**one["training"], "seed": 1}}
    longer = {**one, "training": {**other["training"], "epochs_asked": 5}}
    assert is_other_seed(one, other) and not is_other_seed(one, one)
    assert not is_other_seed(one, longer)
