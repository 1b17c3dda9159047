"""`robustness RUN` measures once, then answers from what it kept."""

import json
from pathlib import Path

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.reading.inference import Predictor
from tests.conftest import tiny_faces


@pytest.fixture
def data(tmp_path: Path) -> Path:
    made = tiny_faces()
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=made.pixels, emotion=made.labels, usage=made.split)
    return path


def test_the_command_writes_json_and_asks_no_network_twice(
    model_root: Path, data: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    given = ["robustness", "tiny", "--root", str(model_root), "--data", str(data), "--limit", "9", "--json"]
    assert main([*given, "--csv", str(tmp_path / "out.csv")]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["n"], first["split"], len(first["cells"])) == (9, "private", 35)
    assert (tmp_path / "out.csv").read_text().startswith("disturbance,level,strength,accuracy")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(Predictor, "probabilities", never)
    assert main([*given, "--beside", "tiny"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert second["cells"] == first["cells"]
    assert {one["difference"] for one in second["difference"]} == {0.0}


def test_it_prints_a_line_a_cell_and_refuses_nonsense(
    model_root: Path, data: Path, capsys: pytest.CaptureFixture
) -> None:
    given = ["robustness", "tiny", "--root", str(model_root), "--data", str(data)]
    assert main([*given, "--limit", "5"]) == 0
    out = capsys.readouterr().out
    assert out.count("blur") == 10 and "turned by 60 degrees" in out
    assert main([*given, "--limit", "0"]) != 0
    assert "--limit must be 1 or more" in capsys.readouterr().err
