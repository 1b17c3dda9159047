"""`verdicts` in the shell, and what training and scoring make of decisions."""

import csv
import json

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.data import load, verdicts
from fer_core.training.targets import corrected_targets, training_targets


@pytest.fixture
def decided_set(tmp_path):
    """Six pictures in an .npz, and two readers who differ on row 3."""
    pixels = np.random.default_rng(5).integers(0, 256, (6, 48, 48)).astype(np.uint8)
    source = tmp_path / "six.npz"
    np.savez(source, pixels=pixels, emotion=np.array([0, 1, 2, 3, 4, 5]), usage=np.array([0, 0, 0, 0, 1, 2]))
    data = load(source)
    path = verdicts.file_for(data, source)
    said = ((0, "sad", "Ann"), (0, "sad", "Bo"), (3, "right", "Ann"), (3, "fear", "Bo"), (4, "not a face", "Bo"))
    for row, word, who in said:
        verdicts.give(path, data.fingerprint, row, word, who)
    return source, data, path


def test_the_command_counts_compares_and_writes(decided_set, tmp_path, capsys):
    source, _, path = decided_set
    rows, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    assert main(["verdicts", "--data", str(source), "--rows", str(rows), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"{path}: 2 pictures decided on by Ann, Bo" in said
    assert "1 pictures on which readers differ" in said
    assert "50.0% alike on 2 pictures" in said
    with rows.open() as file:
        found = list(csv.DictReader(file))
    assert found == [
        {"row": "0", "split": "train", "label": "angry", "verdict": "sad"},
        {"row": "4", "split": "public", "label": "sad", "verdict": "not a face"},
    ]
    assert load(out).labels.tolist() == [4, 1, 2, 3, 5]


def test_one_reader_alone_counts_when_named(decided_set, capsys):
    source, _, _ = decided_set
    assert main(["verdicts", "--data", str(source), "--who", "Bo"]) == 0
    assert "3 pictures decided on" in capsys.readouterr().out
    assert main(["verdicts", "--data", str(source), "--who", "Cy"]) == 1
    assert "readers are: Ann, Bo" in capsys.readouterr().err


def test_decisions_change_what_is_fitted_and_nothing_else(decided_set):
    _, data, _ = decided_set
    part = data.subset("train")
    targets, known = training_targets(part, "labels")
    after, kept = corrected_targets(
        part, np.array([0, 2]), targets, known, {0: "sad", 1: "happy", 2: "not a face"}, "labels"
    )
    assert after.argmax(axis=1).tolist() == [4, 1, 2, 3]
    assert kept.tolist() == [True, True, False, True]
    assert targets.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_training_learns_from_decisions_and_says_so(tmp_path, capsys):
    """Two networks from one seed, with and without decisions: the second is told, and its record names them."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(7), 6)
    pixels = rng.integers(0, 256, (42, 48, 48)).astype(np.uint8)
    source = tmp_path / "set.npz"
    np.savez(source, pixels=pixels, emotion=labels, usage=np.zeros(42, np.uint8))
    data = load(source)
    path = verdicts.file_for(data, source)
    for row in range(21):
        verdicts.give(path, data.fingerprint, row, "not a face", "Ann")
    small = ["--model", "compact", "--option", "width=0.1", "--epochs", "1"]
    small += ["--batch-size", "7", "--validation-fraction", "0.34"]
    given = ["train", "--data", str(source), "--root", str(tmp_path / "runs"), *small]
    assert main([*given, "--name", "told", "--verdicts", str(path)]) == 0
    config = json.loads((tmp_path / "runs" / "told" / "run.json").read_text())
    assert config["dataset"]["verdicts"]["decided"] == 21
    assert config["dataset"]["fingerprint"] == data.fingerprint
    assert config["dataset"]["counts"]["validation"] == 14
    held = np.load(tmp_path / "runs" / "told" / "predictions.npz")["validation_rows"]
    assert config["dataset"]["counts"]["fitted"] == 28 - np.sum(~np.isin(np.arange(21), held))
    assert str(path) not in json.dumps(config)
    capsys.readouterr()
    scored = ["evaluate", "told", "--root", str(tmp_path / "runs"), "--data", str(source), "--split", "train"]
    assert main([*scored, "--verdicts", str(path)]) == 0
    assert " 21 " in capsys.readouterr().out
    assert main([*given, "--name", "other", "--verdicts", str(tmp_path / "none.csv")]) == 1
    assert "no file of verdicts" in capsys.readouterr().err
