"""`python -m fer_core features`, from the shell's side."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.features import Ascent, FilterMean, activations, preset
from fer_core.features.numbers import parse_numbers


def test_writes_sheet_gif_and_scores(model_root: Path, tiny_model: Any, tmp_path: Path):
    out = tmp_path / "visualisations"
    asked = ["features", "--run", "tiny", "--root", str(model_root), "--layer", "conv2", "--filters", "1,3-4"]
    assert (
        main([*asked, "--out", str(out), "--steps", "6", "--preset", "plain", "--pictures", "drawn", "--limit", "70"])
        == 0
    )
    record = json.loads((out / "conv2.json").read_text())
    ascent = Ascent(tiny_model, [FilterMean("conv2", k) for k in (1, 3, 4)], preset("plain"))
    ascent.step(6)
    assert [one["of"] for one in record["pictures"]] == ["filter 1", "filter 3", "filter 4"]
    assert [one["score"] for one in record["pictures"]] == pytest.approx(ascent.scores(), rel=1e-3, abs=1e-5)
    assert record["steps"] == 6 and record["settings"]["parametrisation"]["kind"] == "pixels"
    top = record["top"]["filters"]["3"]
    assert record["top"]["looked_through"] == 70 and len(top["rows"]) == 9
    assert top["outputs"] == sorted(top["outputs"], reverse=True)
    with Image.open(out / "conv2.gif") as gif:
        assert gif.n_frames == 7
    with Image.open(out / "conv2.png") as sheet:
        assert sheet.size[0] > 3 * 96


def test_the_seven_classes(model_root: Path, tmp_path: Path):
    asked = [
        "features",
        "--run",
        "tiny",
        "--root",
        str(model_root),
        "--classes",
        "--steps",
        "2",
        "--out",
        str(tmp_path),
    ]
    assert main(asked) == 0
    assert len(json.loads((tmp_path / "classes.json").read_text())["pictures"]) == 7


def test_the_outputs_on_a_picture_are_sorted_by_strength(model_root: Path, tiny_model: Any, tmp_path: Path, capsys):
    face = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)  # as large as a crop: taken as one
    Image.fromarray(face).save(tmp_path / "face.png")
    asked = ["features", "--run", "tiny", "--root", str(model_root), "--layer", "conv2", "--out", str(tmp_path / "out")]
    assert main([*asked, "--image", str(tmp_path / "face.png")]) == 0
    assert "conv2_face_1_outputs.png" in capsys.readouterr().out
    told = json.loads((tmp_path / "out" / "conv2_outputs.json").read_text())["faces"][0]["filters"]
    means = activations(tiny_model, "conv2", face[None])[0].mean(axis=(0, 1))
    assert [one["filter"] for one in told] == np.argsort(-means, kind="stable").tolist()
    assert [one["mean"] for one in told] == pytest.approx(np.sort(means)[::-1], rel=1e-3, abs=1e-5)
    with Image.open(tmp_path / "out" / "conv2_face_1_outputs.png") as sheet:
        assert sheet.size[0] > 6 * 96


@pytest.mark.parametrize(
    ("goal", "labels"),
    [
        ("neuron", ["filter 1, one neuron", "filter 4, one neuron"]),
        ("sum", ["filter 1 + filter 4"]),
        ("difference", ["filter 1 − filter 4", "filter 4 − filter 1"]),
    ],
)
def test_goals(goal: str, labels: list, model_root: Path, tmp_path: Path):
    asked = ["features", "--run", "tiny", "--root", str(model_root), "--layer", "conv2", "--filters", "1,4"]
    assert main([*asked, "--goal", goal, "--steps", "2", "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "conv2.json").read_text())
    assert record["goal"] == goal and [one["of"] for one in record["pictures"]] == labels


def test_lists_the_layers_when_none_is_named(model_root: Path, capsys: pytest.CaptureFixture):
    assert main(["features", "--run", "tiny", "--root", str(model_root)]) == 0
    assert "conv2 (Conv2D, 12 × 12 × 6, sees 14 × 14 pixels)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--layer", "conv2"], "--out"),
        (["--layer", "conv9", "--out", "x"], "no layer 'conv9'"),
        (["--layer", "conv2", "--filters", "5-9", "--out", "x"], "5-9 is not within the filters, 0 to 5"),
        (["--layer", "conv2", "--goal", "difference", "--out", "x"], "needs two filters"),
        (["--classes", "--image", "face.png", "--out", "x"], "--layer"),
        (["--layer", "conv2", "--image", "gone.png", "--out", "x"], "gone.png can't be read"),
        (["--layer", "conv2", "--steps", "0", "--out", "x"], "1 or more"),
    ],
)
def test_bad_input_is_one_sentence(more: list, says: str, model_root: Path, capsys: pytest.CaptureFixture):
    assert main(["features", "--run", "tiny", "--root", str(model_root), *more]) == 1
    assert says in capsys.readouterr().err


def test_numbers():
    assert parse_numbers("0-3, 7; 2", 8) == [0, 1, 2, 3, 7]
    for bad in ("", "a", "3-1", "1-2-3", "-1", "8", "²"):
        with pytest.raises(FerError):
            parse_numbers(bad, 8)
