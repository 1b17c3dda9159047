"""Curves come in by the shell: a table, an event file, a folder of event files."""

from pathlib import Path

import pytest

from fer_core.cli import main
from fer_core.runs import load_run
from tests.core.runs.test_importers import events


def test_a_table_becomes_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log.csv").write_text("epoch;acc;val_loss\n1;0,25;1,9\n2;0,5;1,7\n")
    given = [
        "import",
        str(tmp_path / "log.csv"),
        "--name",
        "theirs",
        "--note",
        "a try",
        "--root",
        str(tmp_path / "runs"),
    ]
    assert main(given) == 0
    run = load_run(tmp_path / "runs/theirs")
    history = run.history()
    assert history["accuracy"].tolist() == [0.25, 0.5] and history["val_loss"].tolist() == [1.9, 1.7]
    assert run.config["note"] == "a try"
    said = capsys.readouterr().out
    assert "2 rows of accuracy, val_loss" in said
    assert main(given) == 1 and "already a run 'theirs'" in capsys.readouterr().err


def test_a_folder_of_event_files_becomes_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part, values in (("train", {0: 3.0, 1: 2.0}), ("validation", {0: 3.5, 1: 2.75})):
        path = tmp_path / "logs" / part / "events.out.tfevents.7"
        path.parent.mkdir(parents=True)
        path.write_bytes(events("epoch_loss", values))
    root = str(tmp_path / "runs")
    assert main(["import", str(tmp_path / "logs"), "--name", "board", "--root", root]) == 0
    history = load_run(tmp_path / "runs/board").history()
    assert history["loss"].tolist() == [3.0, 2.0] and history["val_loss"].tolist() == [3.5, 2.75]
    (tmp_path / "empty").mkdir()
    assert main(["import", str(tmp_path / "empty"), "--name", "none", "--root", root]) == 1
    assert "holds no file named events.out.tfevents" in capsys.readouterr().err
    assert not (tmp_path / "runs/none").exists()
