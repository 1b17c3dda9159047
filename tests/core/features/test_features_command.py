"""`python -m fer_core features`, from the shell's side."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.features import Ascent, FilterMean, preset
from fer_core.features.numbers import parse_numbers


def test_writes_sheet_gif_and_scores(model_root: Path, tiny_model: Any, tmp_path: Path):
    out = tmp_path / "wishes"
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


def test_lists_the_layers_when_none_is_named(model_root: Path, capsys: pytest.CaptureFixture):
    assert main(["features", "--run", "tiny", "--root", str(model_root)]) == 0
    assert "conv2 (Conv2D, 12 × 12 × 6, sees 14 × 14 pixels)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--layer", "conv2"], "--out"),
        (["--layer", "conv9", "--out", "x"], "no layer 'conv9'"),
        (["--layer", "conv2", "--filters", "5-9", "--out", "x"], "5-9 is not within the filters, 0 to 5"),
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
