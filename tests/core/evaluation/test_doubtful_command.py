"""`python -m fer_core doubtful`: what it prints and writes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fer_core.cli import main
from tests.conftest import tiny_faces, write_run


@pytest.fixture
def data_path(tmp_path: Path) -> Path:
    """The tiny set with one all-zero private picture's worth of votes: ten for neutral everywhere."""
    dataset = tiny_faces()
    votes = np.zeros((len(dataset), 10), np.uint8)
    votes[:, 0] = 10
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=dataset.pixels, emotion=dataset.labels, usage=dataset.split, votes=votes)
    return path


def test_the_precision_that_each_ranking_reaches(runs_root: Path, data_path: Path, capsys) -> None:
    asked = ["doubtful", "strong", "--root", str(runs_root), "--data", str(data_path), "--at", "20"]
    assert main(asked) == 0
    shown = capsys.readouterr().out
    assert "42 labels of private" in shown
    lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.strip()}
    # All votes are for neutral: 36 of 42 labels are outvoted.
    assert lines["all"] == ["labels", "85.7%", "85.7%", lines["all"][-1]]
    assert set(lines) >= {"self_confidence", "normalized_margin", "confidence_weighted_entropy", "confident_joint"}


def test_both_test_halves_at_once_and_the_whole_list_as_csv(
    runs_root: Path, data_path: Path, tmp_path: Path, capsys
) -> None:
    out = tmp_path / "list.csv"
    asked = ["doubtful", "weak", "--root", str(runs_root), "--data", str(data_path), "--csv", str(out)]
    assert main([*asked, "--split", "public and private", "--rank", "self_confidence"]) == 0
    assert "84 labels of public and private" in capsys.readouterr().out
    frame = pd.read_csv(out)
    assert len(frame) == 84 and frame.row.is_unique
    assert frame.self_confidence.is_monotonic_increasing


def test_another_data_set_is_refused(runs_root: Path, tmp_path: Path, capsys) -> None:
    other = tiny_faces(seed=5)
    path = tmp_path / "other.npz"
    np.savez(path, pixels=other.pixels, emotion=other.labels, usage=other.split)
    assert main(["doubtful", "weak", "--root", str(runs_root), "--data", str(path)]) != 0
    assert "is not the one that these runs' rows" in capsys.readouterr().err


def test_a_drawn_run_is_looked_at_on_drawn_faces_whatever_set_is_at_hand(tmp_path, data_path, monkeypatch, capsys):
    drawn = replace(tiny_faces(seed=3), name="drawn")
    write_run(tmp_path / "runs", "sketch", drawn)
    monkeypatch.setattr("fer_core.data.drawn.copy.kept_drawn", lambda: drawn)
    monkeypatch.setenv("FER_DATA", str(data_path))
    assert main(["doubtful", "sketch", "--root", str(tmp_path / "runs")]) == 0
    assert "pictures of one grey level come first" in capsys.readouterr().out


def test_another_set_at_hand_is_no_reason_to_refuse(runs_root, tmp_path, monkeypatch, capsys):
    other = tiny_faces(seed=5)
    path = tmp_path / "other.npz"
    np.savez(path, pixels=other.pixels, emotion=other.labels, usage=other.split)
    monkeypatch.setenv("FER_DATA", str(path))
    assert main(["doubtful", "weak", "--root", str(runs_root)]) == 0
    assert "neither constant pictures nor FER+ votes are known" in capsys.readouterr().out


def test_evaluating_all_runs_passes_over_those_without_the_split(model_root, tmp_path, tiny_model, monkeypatch, capsys):
    whole, partial = tiny_faces(), tiny_faces()
    folder = write_run(model_root, "photos", whole)
    tiny_model.save(folder / "model.keras")
    only_train = partial.take(np.flatnonzero(partial.split == 0))
    monkeypatch.setattr("fer_core.data.drawn.copy.kept_drawn", lambda: replace(only_train, name="drawn"))
    sketch = write_run(model_root, "sketch", replace(whole, name="drawn"))
    tiny_model.save(sketch / "model.keras")
    path = tmp_path / "whole.npz"
    np.savez(path, pixels=whole.pixels, emotion=whole.labels, usage=whole.split)
    monkeypatch.setenv("FER_DATA", str(path))
    assert main(["evaluate", "--all", "--root", str(model_root), "--split", "private"]) == 0
    said = capsys.readouterr()
    assert "photos" in said.out and "tiny" in said.out and "sketch:" in said.err and "private" in said.err


def test_evaluating_asks_for_a_run(model_root, capsys):
    assert main(["evaluate", "--root", str(model_root)]) == 1
    assert "Name a run, or ask for --all" in capsys.readouterr().err
