"""bfloat16 training: stored as float32, taken up in either; Keras 2's Nadam against its formula."""

import numpy as np
import pytest

from fer_core.runs import load_model, read_json
from fer_core.runtime import import_keras
from fer_core.training import train
from fer_core.training.nadam import slow_nadam
from fer_core.training.precision import resolve
from tests.conftest import tiny_faces
from tests.core.training.test_training import config


def _stop_after(epoch: int):
    def report(line: str) -> None:
        if line.startswith(f"epoch {epoch}/"):
            raise RuntimeError("killed")

    return report


def test_what_is_stored_is_float32_and_its_scores_are_the_files(tmp_path) -> None:
    run = train(config("half", precision="bfloat16"), tiny_faces(), tmp_path)
    assert run.config["training"]["precision"] == "bfloat16"
    model = load_model(run)
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}
    predicted = run.predictions("private")
    pixels = tiny_faces().subset("private").pixels[..., None].astype(np.float32)
    np.testing.assert_allclose(np.asarray(model(pixels)), predicted.probabilities, atol=1e-5)
    assert import_keras().config.dtype_policy().name == "float32"


def test_training_is_taken_up_in_the_other_precision(tmp_path) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        train(config("mixed", epochs=3, precision="bfloat16"), tiny_faces(), tmp_path, _stop_after(1))
    lines: list[str] = []
    run = train(config("mixed", epochs=3, precision="float32"), tiny_faces(), tmp_path, lines.append)
    assert "taking up mixed after epoch 1" in lines[0] and run.history()["epoch"].tolist() == [0, 1, 2]
    assert read_json(run.folder / "run.json")["training"]["precision"] == "float32"


def test_auto_takes_what_the_processor_has(monkeypatch) -> None:
    from fer_core.training import precision

    for there, chosen in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(precision, "_processor_has_bfloat16", lambda there=there: there)
        assert resolve("auto") == chosen
    assert (resolve("float32"), resolve("bfloat16")) == ("float32", "bfloat16")


def test_keras_2s_nadam_follows_its_formula() -> None:
    keras = import_keras()
    w = keras.Variable(np.array([1.0, -2.0], dtype=np.float32))
    optimizer = slow_nadam()(learning_rate=0.1)
    optimizer.build([w])
    gradients = [np.array([0.5, -1.0]), np.array([0.2, 0.4]), np.array([-0.3, 0.1])]
    for g in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(g.astype(np.float32))])
    # Dozat 2016, algorithm 8, with mu_t = 0.9 (1 - 0.5 * 0.96 ** (0.004 t)).
    expected, m, v, product = np.array([1.0, -2.0]), 0.0, 0.0, 1.0
    for t, g in enumerate(gradients, start=1):
        mu, after = (0.9 * (1 - 0.5 * 0.96 ** (0.004 * k)) for k in (t, t + 1))
        product *= mu
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        ahead = after * m / (1 - product * after) + (1 - mu) * g / (1 - product)
        expected = expected - 0.1 * ahead / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
    np.testing.assert_allclose(np.asarray(w), expected, rtol=1e-4)


def test_a_run_with_keras_2s_nadam_is_taken_up(tmp_path) -> None:
    wanted = config("slow", epochs=2, nadam_warmup="keras2", mixup=0.2, cutmix=1.0, class_weight=0.5)
    with pytest.raises(RuntimeError, match="killed"):
        train(wanted, tiny_faces(), tmp_path, _stop_after(1))
    run = train(wanted, tiny_faces(), tmp_path)
    assert run.status == "finished" and run.config["training"]["nadam_warmup"] == "keras2"
    straight = train(wanted, tiny_faces(), tmp_path / "straight")
    np.testing.assert_allclose(run.history()["loss"], straight.history()["loss"], rtol=1e-4)
