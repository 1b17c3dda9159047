import json

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.commands.explain import parse_target
from fer_core.errors import FerError
from fer_core.pictures import encode_png
from fer_core.saliency import Difference, explain


@pytest.fixture
def face(tmp_path, images):
    path = tmp_path / "face.png"
    path.write_bytes(encode_png(images[0]))
    return path


def test_maps_and_numbers_are_written(model_root, face, tiny_model, images, tmp_path, capsys):
    out = tmp_path / "out"
    ask = ["explain", "--run", "tiny", str(face), "--root", str(model_root), "--out", str(out)]
    assert main([*ask, "--target", "sad-neutral", "--method", "gradient", "--method", "grad_cam", "--trust"]) == 0
    assert "1 face, 2 methods" in capsys.readouterr().out
    raw = np.load(out / "face_1_gradient.npy")
    np.testing.assert_allclose(raw, explain(tiny_model, images[:1], target=Difference(4, 6))[0], rtol=1e-4, atol=1e-9)
    assert (out / "face_1_grad_cam.png").read_bytes().startswith(b"\x89PNG")
    record = json.loads((out / "explain.json").read_text())["faces"][0]
    assert record["target"] == "sad-neutral" and sum(record["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    told = record["methods"]["gradient"]
    assert told["raw_range"] == [float(raw.min()), float(raw.max())]
    assert told["activations_rewritten"] == 0
    assert sum(told["shares"].values()) == pytest.approx(1, abs=1e-3)
    assert set(told["trust"]["shuffled_layers"]) == {"logits", "conv2", "conv1"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gone.jpg"], "gone.jpg can't be read"),
        ([], "at least one picture"),
        (["FACE", "--method", "gradcam"], "no method 'gradcam'"),
        (["FACE", "--target", "bored"], "no class 'bored'"),
        (["FACE", "--target", "sad-sad"], "class 4 twice"),
        (["FACE", "--set", "samples=3"], "gradient has no setting 'samples'"),
        (["FACE", "--method", "rise", "--set", "masks=1"], "from 20 to 4000, not 1"),
        (["FACE", "--method", "rise", "--set", "masks=x"], "must be a number"),
        (["--root", "/nowhere", "FACE"], "no run 'tiny'"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, model_root, face, tmp_path, capsys):
    arguments = [str(face) if a == "FACE" else a for a in arguments]
    given = ["explain", "--run", "tiny", *arguments, "--out", str(tmp_path / "o")]
    assert main(given if "--root" in arguments else [*given, "--root", str(model_root)]) == 1
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1


def test_targets():
    assert parse_target("predicted") is None and parse_target("Happiness") == 3 and parse_target("6") == 6
    assert parse_target("fear-sad") == Difference(2, 4)
    with pytest.raises(FerError, match="two joined"):
        parse_target("fear-sad-happy")


def test_the_list_of_methods_needs_no_run(capsys):
    assert main(["explain", "--methods"]) == 0
    said = capsys.readouterr().out
    assert "integrated_gradients" in said and "--set samples=50" in said
