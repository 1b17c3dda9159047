"""`python -m fer_core predict`: pictures and videos in, tables and copies out, sentences for the rest."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core import pictures
from fer_core.cli import main
from fer_core.data.drawn.clip import frames
from tests.conftest import write_run
from tests.core.reading.test_video import clip  # noqa: F401


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "two.png"
    path.write_bytes(pictures.encode_png(next(iter(frames(1)))))
    return path


def test_json_names_every_face(model_root: Path, picture: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["predict", str(picture), "--run", str(model_root / "tiny"), "--json", "--flip"]) == 0
    (record,) = json.loads(capsys.readouterr().out)
    assert [face["face"] for face in record["faces"]] == [1, 2]
    for face in record["faces"]:
        assert sum(face["probabilities"]["tiny"].values()) == pytest.approx(1, abs=1e-4)
        assert len(face["crop_corners"]) == 4


def test_copies_and_table_go_to_the_folder(
    model_root: Path,
    picture: Path,
    clip: bytes,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
) -> None:
    film = tmp_path / "clip.webm"
    film.write_bytes(clip)
    out = tmp_path / "out"
    assert main(["predict", str(picture), str(film), "--run", str(model_root / "tiny"), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["clip.webm_faces.webm", "faces.csv", "two.png_faces.png"]
    rows = list(csv.DictReader((out / "faces.csv").read_text().splitlines()))
    assert {row["face"] for row in rows} == {"1", "2"}
    said = capsys.readouterr().out
    assert "face 2 (yunet), tiny" in said
    assert "frames by class" in said


def test_of_several_runs_the_first_reads_a_video_and_it_is_said(
    tiny_model: Any,
    tmp_path: Path,
    clip: bytes,  # noqa: F811
    capsys: pytest.CaptureFixture,
) -> None:
    for name in ("one", "two"):
        tiny_model.save(write_run(tmp_path, name) / "model.keras")
    film = tmp_path / "clip.webm"
    film.write_bytes(clip)
    runs = [str(tmp_path / "one"), str(tmp_path / "two")]
    assert main(["predict", str(film), "--json", "--rate", "3", "--run", *runs]) == 0
    said = capsys.readouterr()
    assert {row["run"] for row in json.loads(said.out)[0]["rows"]} == {"one"}
    assert "read by one alone" in said.err


def test_a_copy_of_another_network_is_left_aside_and_said(
    tiny_model: Any, tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture
) -> None:
    for name in ("one", "two"):
        tiny_model.save(write_run(tmp_path, name) / "model.keras")
    (tmp_path / "two" / "model.tflite").write_bytes(b"of another network")
    assert main(["predict", str(picture), "--run", str(tmp_path / "one"), str(tmp_path / "two")]) == 0
    (note,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: ")]
    assert "model.tflite" in note


def test_files_of_one_name_keep_their_copies_apart(model_root: Path, picture: Path, tmp_path: Path) -> None:
    other = tmp_path / "more" / picture.name
    other.parent.mkdir()
    other.write_bytes(picture.read_bytes())
    out = tmp_path / "out"
    assert main(["predict", str(picture), str(other), "--run", str(model_root / "tiny"), "--out", str(out)]) == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == ["faces.csv", "two.png_faces.png", "two.png_faces_2.png"]


def test_bad_files_cost_only_themselves(model_root: Path, picture: Path, tmp_path: Path, capsys) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("hello " * 50)
    files = [str(text), str(tmp_path / "missing.png"), str(picture)]
    assert main(["predict", *files, "--run", str(model_root / "tiny")]) == 1
    said = capsys.readouterr()
    assert said.err.count("error:") == 2
    assert "text.jpg holds text" in said.err
    assert "missing.png can't be opened" in said.err
    assert "face 2" in said.out
    assert "Traceback" not in said.err


def test_a_run_without_weights_says_so(runs_root: Path, picture: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["predict", str(picture), "--run", str(runs_root / "weak")]) == 1
    assert "without its weights" in capsys.readouterr().err


def test_a_picture_without_a_face_says_so(tmp_path: Path, model_root: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    path = tmp_path / "mountain.png"
    path.write_bytes(pictures.encode_png(np.full((200, 300, 3), 120, np.uint8)))
    assert main(["predict", str(path), "--run", "tiny", "--out", str(tmp_path / "out")]) == 0
    assert "no face found" in capsys.readouterr().out
    (row,) = csv.DictReader((tmp_path / "out" / "faces.csv").read_text().splitlines())
    assert row["found_by"] == "no face found" and row["face"] == ""
    assert main(["predict", str(path), "--run", "tiny", "--out", str(tmp_path / "out"), "--whole"]) == 0
    (row,) = csv.DictReader((tmp_path / "out" / "faces.csv").read_text().splitlines())
    assert row["found_by"] == "whole picture" and row["score"] == "" and row["predicted"]
