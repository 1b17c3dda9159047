"""`python -m fer_core doubtful`: what it prints and writes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fer_core.cli import main
from tests.conftest import tiny_faces


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
