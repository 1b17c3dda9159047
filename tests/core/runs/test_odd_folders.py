"""Odd run folders: each is listed as broken, or says in a sentence what is wrong, and none stops the others."""

import json
import os
import zipfile

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runs import discover, load_run, read_json, write_json
from fer_core.runs.model_card import model_card
from tests.conftest import write_run


def _odd(root, **changes) -> None:
    folder = write_run(root, "odd")
    write_json(folder / "run.json", {**read_json(folder / "run.json"), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"format": []},
        {"format": "one"},
        {"format": "1"},
        {"name": ""},
        {"scores": 5},
        {"scores": {"private": 3}},
        {"scores": {"private": {"accuracy": "high"}}},
        {"scores": {"private": {"accuracy": 42}}},
        {"calibration": "warm"},
        {"calibration": {"temperature": 0}},
        {"calibration": {"temperature": "hot"}},
        {"model": []},
        {"model": {"parameters": "many"}},
        {"dataset": "x"},
        {"dataset": {"counts": 3}},
        {"tags": "one"},
        {"tags": [1, {}]},
        {"best_epoch": "last"},
        {"best_epoch": 0},
        {"seconds": "long"},
        {"status": None},
        {"name": {"a": 1}},
        {"augmentation": "much"},
        {"training": {"epochs_run": -1}},
        {"training": {"optimizer": ["sgd"]}},
        {"training": {"learning_rate": {"first": 0.1}}},
        {"training": {"monitor": 5}},
        {"training": {"seed": [1]}},
        {"preprocessing": {"normalisation": {}}},
        {"hardware": 5},
        {"hardware": {"processor": ["a"]}},
        {"versions": "3"},
        {"limits": 5},
        {"source": []},
        {"wrapping": "x"},
        {"scores": {"private": {"ece": []}}},
        {"scores": {"private": {"recall": {"happy": "much"}}}},
        {"scores": {"private": {"ferplus": {"n": 3, "predictions": "x"}}}},
        {"scores": {"private": {"averaged": {"flip": {"accuracy": 3}}}}},
        {"scores": {"private": {"without_twins": {"accuracy_interval": [0.1]}}}},
    ],
)
def test_an_odd_run_json_is_listed_as_broken_and_stops_nothing(runs_root, changes) -> None:
    _odd(runs_root, **changes)
    runs, broken = discover(runs_root)
    assert [run.name for run in runs] == ["middling", "strong", "weak"]
    (bad,) = broken
    assert bad.name == "odd" and next(iter(changes)) in bad.problem and "\n" not in bad.problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"seconds": ' + "9" * 5_000 + "}", "digits"),
        ("{", "not JSON"),
        ('{"seconds": 12345678901234567890}', "a number of 20 digits"),
        ("", "not JSON"),
        ("[]", "must hold an object"),
        ('"' + "x" * 6_000_000 + '"', "characters"),
    ],
)
def test_a_run_json_that_is_none_is_a_sentence(runs_root, text, said) -> None:
    folder = write_run(runs_root, "odd")
    (folder / "run.json").write_text(text)
    (bad,) = discover(runs_root)[1]
    assert said in bad.problem and len(bad.problem) < 400


@pytest.mark.parametrize(
    "record", [{"dataset": 5}, {"tags": 3}, {"note": []}, {"status": "training"}, {"archived": "no way"}]
)
def test_odd_annotations_are_a_sentence_that_says_how_to_mend_it(runs_root, record) -> None:
    folder = write_run(runs_root, "odd")
    (folder / "annotations.json").write_text(json.dumps(record))
    (bad,) = discover(runs_root)[1]
    assert "annotations.json" in bad.problem and "remove it" in bad.problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_listed(runs_root) -> None:
    folder = write_run(runs_root, "odd")
    folder.chmod(0)
    try:
        assert [bad.name for bad in discover(runs_root)[1]] == ["odd"]
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.pop("private_labels"), "no labels"),
        (lambda a: a.update(private_labels=a["private_labels"][:-1]), "41"),
        (lambda a: a.update(private_labels=a["private_labels"] + 3), "labels from 3 to 9"),
        (lambda a: a.update(private_probabilities=a["private_probabilities"][:, :6]), r"(42, 6)"),
        (lambda a: a.update(private_probabilities=np.full((42, 7), np.nan)), "probabilities that are none"),
        (lambda a: a.update(private_rows=a["private_rows"].astype(str)), "no number"),
        (lambda a: a.pop("validation_epoch_classes"), "no validation_epoch_classes beside"),
        (lambda a: a.update(validation_epoch_classes=np.zeros(5, np.uint8)), "the shape (5,), not (5, 42)"),
        (lambda a: a.update(validation_epoch_classes=np.full((5, 42), 7, np.uint8)), "classes from 7 to 7"),
        (lambda a: a.update(validation_epochs=np.array(list("abcde"))), "no whole numbers"),
    ],
)
def test_odd_predictions_are_a_sentence(runs_root, change, said) -> None:
    folder = runs_root / "weak"
    arrays = dict(np.load(folder / "predictions.npz"))
    change(arrays)
    np.savez(folder / "predictions.npz", **arrays)
    run = load_run(folder)
    for ask in (run.splits, lambda: run.predictions("private"), run.epoch_classes):
        with pytest.raises(FerError, match=r"predictions.npz can't be used") as caught:
            ask()
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda file: file.writestr("private_rows", b"text"), "'private_rows' is no array"),
        (lambda file: file.writestr("private_rows.npy", bytes(450_000_000)), "it unpacks to 429 MB"),
    ],
)
def test_predictions_that_are_no_arrays_or_too_many_are_a_sentence(runs_root, write, said) -> None:
    path = runs_root / "weak" / "predictions.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        write(file)
    with pytest.raises(FerError, match=r"predictions\.npz") as caught:
        load_run(runs_root / "weak").splits()
    assert said in str(caught.value)


def test_a_history_of_very_many_columns_is_a_sentence(runs_root) -> None:
    (runs_root / "weak" / "history.csv").write_text(",".join(f"m{i}" for i in range(2_001)) + "\n")
    with pytest.raises(FerError, match="it has 2,001 columns"):
        load_run(runs_root / "weak").history()


@pytest.mark.parametrize("epoch", ["nan", "59x", "", "-1", "1.5", "inf"])
def test_an_epoch_that_is_none_is_a_sentence(runs_root, epoch) -> None:
    path = runs_root / "weak" / "history.csv"
    lines = path.read_text().splitlines()
    lines[2] = epoch + lines[2][1:]
    path.write_text("\n".join(lines))
    with pytest.raises(FerError, match=r"history.csv can't be read as a table of epochs"):
        load_run(runs_root / "weak").history()


def test_a_card_is_written_of_whatever_is_known(runs_root) -> None:
    _odd(runs_root, scores={"private": {"n": 42, "accuracy": 0.5}}, model={"name": "own", "parameters": None})
    card = model_card(load_run(runs_root / "odd"))
    assert "| private | 42 | 0.5000 | - | - | - | - |" in card and "own (options: none); 0 parameters" in card


def test_what_is_more_than_the_contract_names_is_kept(runs_root) -> None:
    _odd(runs_root, mood="fine", scores={"private": {"accuracy": 0.5, "own": 3}})
    run = load_run(runs_root / "odd")
    assert run.config["mood"] == "fine" and run.scores["private"]["own"] == 3


@pytest.mark.parametrize("name", ["model.keras", "model.tflite"])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_network_that_is_no_file_is_none(runs_root, name, make) -> None:
    """A pipe that nobody writes into would be waited for without end."""
    folder = write_run(runs_root, "odd")
    make(folder / name)
    run = load_run(folder)
    assert (run.has_model, run.can_predict, run.lite_copy) == (False, False, (None, ""))


def test_a_sweep_whose_record_is_no_file_is_skipped(runs_root) -> None:
    from fer_core.training.sweep import begun

    (runs_root / ".sweeps").mkdir()
    (runs_root / ".sweeps" / "a.json").mkdir()
    os.mkfifo(runs_root / ".sweeps" / "b.json")
    write_json(runs_root / ".sweeps" / "c.json", {"title": "C", "runs": ["odd"]})
    assert begun(runs_root) == {"C": ["odd"]}


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_progress_that_is_no_file_is_none(tmp_path, make) -> None:
    from fer_core.training.jobs import progress

    (tmp_path / "a.partial").mkdir()
    make(tmp_path / "a.partial" / "progress.json")
    with pytest.raises(FerError, match="it is no file"):
        read_json(tmp_path / "a.partial" / "progress.json")
    assert progress(tmp_path / "a.partial").epoch is None
