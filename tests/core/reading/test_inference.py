from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.evaluation.evaluate import evaluate
from fer_core.reading.inference import Predictor, add_lite_copy, export_tflite, is_copy
from fer_core.runs import Run, load_run, read_json, stamp_copy, write_json
from tests.conftest import tiny_faces, write_run


@pytest.fixture
def crops() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (5, 48, 48), dtype=np.uint8)


@pytest.fixture
def run(model_root: Path) -> Run:
    return load_run(model_root / "tiny")


@pytest.fixture(scope="module")
def lite(tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The tiny model's LiteRT copy, made once."""
    return export_tflite(tiny_model, tmp_path_factory.mktemp("lite") / "model.tflite", half=False).read_bytes()


def with_copy(run: Run, content: bytes) -> Run:
    (run.folder / "model.tflite").write_bytes(content)
    return stamp_copy(run)


def expected(model: Any, crops: np.ndarray) -> np.ndarray:
    return np.asarray(model(crops[..., None].astype(np.float32), training=False))


def test_keras_answers_as_the_model_does(run: Run, tiny_model: Any, crops: np.ndarray) -> None:
    predictor = Predictor(run)
    assert predictor.way == "Keras"
    assert np.allclose(predictor.probabilities(crops), expected(tiny_model, crops), atol=1e-6)


def test_no_answer_has_dropout_in_it(tmp_path: Path, crops: np.ndarray) -> None:
    from fer_core.models.batched import predict_in_batches
    from fer_core.runtime import import_keras
    from fer_core.saliency import network_for

    keras = import_keras()
    keras.utils.set_random_seed(4)
    chain = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((48, 48, 1)), *chain, keras.layers.Dense(7, activation="softmax")])
    kernel, bias = model.layers[-1].get_weights()
    logits = crops.reshape(5, -1) / 255 @ kernel + bias
    by_hand = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    folder = write_run(tmp_path, "dropping")
    model.save(folder / "model.keras")
    np.testing.assert_allclose(Predictor(load_run(folder)).probabilities(crops), by_hand, atol=1e-5)
    np.testing.assert_allclose(predict_in_batches(model, crops), by_hand, atol=1e-5)
    np.testing.assert_allclose(
        network_for(model).probabilities(crops[..., None].astype(np.float32)), by_hand, atol=1e-5
    )


def test_a_network_is_opened_once_however_many_ask_at_once(run: Run, crops: np.ndarray) -> None:
    opened: list[str] = []

    def load(asked: Run) -> Any:
        import time

        from fer_core.runs import load_model

        opened.append(asked.name)
        time.sleep(0.05)
        return load_model(asked)

    predictor = Predictor(run, load)
    threads = [Thread(target=predictor.probabilities, args=(crops,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == ["tiny"]


def test_litert_answers_as_the_model_does_for_any_number(
    run: Run, tiny_model: Any, crops: np.ndarray, lite: bytes
) -> None:
    run = with_copy(run, lite)
    predictor = Predictor(run)
    assert predictor.way == "LiteRT"
    for count in (5, 1, 3, 0):
        p = predictor.probabilities(crops[:count])
        assert p.shape == (count, 7)
        assert p.dtype == np.float32
        assert np.allclose(p, expected(tiny_model, crops[:count]) if count else 0, atol=1e-5)


def test_litert_gives_the_same_from_many_threads(run: Run, crops: np.ndarray, lite: bytes) -> None:
    run = with_copy(run, lite)
    predictor = Predictor(run)
    right = predictor.probabilities(crops)
    wrong: list[int] = []

    def ask(k: int) -> None:
        for i in range(10):
            count = 1 + (k + i) % 5
            if not np.allclose(predictor.probabilities(crops[:count]), right[:count], atol=1e-6):
                wrong.append(k)

    threads = [Thread(target=ask, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_half_precision_is_smaller_and_near(tiny_model: Any, crops: np.ndarray, run: Run) -> None:
    run = add_lite_copy(run, tiny_model)
    assert Predictor(run).way == "LiteRT"
    assert np.allclose(Predictor(run).probabilities(crops), expected(tiny_model, crops), atol=5e-3)
    assert list(run.folder.glob("*.partial")) == []


def test_flip_averages_with_the_mirror_image(run: Run, tiny_model: Any, crops: np.ndarray) -> None:
    both = (expected(tiny_model, crops) + expected(tiny_model, crops[:, :, ::-1])) / 2
    assert np.allclose(Predictor(run).probabilities(crops, flip=True), both, atol=1e-6)


def test_temperature_flattens_by_the_power(tmp_path: Path, tiny_model: Any, crops: np.ndarray) -> None:
    folder = write_run(tmp_path, "warm", calibration={"temperature": 2.0})
    tiny_model.save(folder / "model.keras")
    predictor = Predictor(load_run(folder))
    plain = predictor.probabilities(crops, calibrated=False)
    root = np.sqrt(plain)
    assert np.allclose(predictor.probabilities(crops), root / root.sum(1, keepdims=True), atol=1e-5)


def test_more_than_a_batch(run: Run, lite: bytes) -> None:
    run = with_copy(run, lite)
    many = np.random.default_rng(0).integers(0, 256, (150, 48, 48), dtype=np.uint8)
    predictor = Predictor(run)
    assert np.allclose(predictor.probabilities(many)[130], predictor.probabilities(many[130:131])[0], atol=1e-6)


def test_what_cannot_be_asked_says_so(runs_root: Path, run: Run, crops: np.ndarray) -> None:
    with pytest.raises(FerError, match="without its weights"):
        Predictor(load_run(runs_root / "weak"))
    with pytest.raises(FerError, match=r"\(5, 48, 47\)"):
        Predictor(run).probabilities(crops[:, :, 1:])
    with pytest.raises(FerError, match="LiteRT"):
        Predictor(with_copy(run, b"no model")).probabilities(crops)


@pytest.fixture(scope="module")
def other_model(tiny_model: Any) -> Any:
    """The tiny network with other weights."""
    import keras

    copy = keras.models.clone_model(tiny_model)
    copy.set_weights([weights[..., ::-1] + 0.1 for weights in tiny_model.get_weights()])
    return copy


def test_a_replaced_network_is_the_one_that_answers_everywhere(
    run: Run, other_model: Any, crops: np.ndarray, lite: bytes
) -> None:
    run = with_copy(run, lite)
    other_model.save(run.model_path)
    predictor = Predictor(run)
    assert predictor.way == "Keras" and "another network" in predictor.note
    assert np.allclose(predictor.probabilities(crops), expected(other_model, crops), atol=1e-6)
    dataset = tiny_faces()
    found = evaluate(run, dataset, ["private"])["private"]["accuracy"]
    private = dataset.subset("private")
    assert found == np.mean(expected(other_model, private.pixels).argmax(1) == private.labels)


def test_a_foreign_copy_is_left_aside(run: Run, tiny_model: Any, other_model: Any, crops: np.ndarray) -> None:
    export_tflite(other_model, run.folder / "model.tflite")
    unsaid = Predictor(run)
    assert unsaid.way == "Keras" and "nothing says" in unsaid.note
    assert not is_copy(run, tiny_model) and is_copy(run, other_model)
    run = add_lite_copy(run, tiny_model)
    export_tflite(other_model, run.folder / "model.tflite")
    replaced = Predictor(run)
    assert replaced.way == "Keras" and "was replaced" in replaced.note
    assert np.allclose(replaced.probabilities(crops), expected(tiny_model, crops), atol=1e-6)


def test_a_copy_for_other_pictures_is_refused(run: Run, crops: np.ndarray, tmp_path: Path) -> None:
    """64 x 64 in, 48 x 48 given: LiteRT would resize the tensor and answer nonsense."""
    import keras
    import tensorflow as tf

    large = keras.Sequential([keras.Input((64, 64, 1)), keras.layers.Flatten(), keras.layers.Dense(7, "softmax")])
    function = tf.function(lambda x: large(x)).get_concrete_function(tf.TensorSpec((1, 64, 64, 1), tf.float32))
    content = tf.lite.TFLiteConverter.from_concrete_functions([function]).convert()
    with pytest.raises(FerError, match=r"\(64, 64, 1\)"):
        Predictor(with_copy(run, content)).probabilities(crops)


def test_a_network_that_is_only_a_tflite_answers_and_is_scored(run: Run, tiny_model: Any, lite: bytes) -> None:
    run = with_copy(run, lite)
    run.model_path.unlink()
    kept = read_json(run.folder / "run.json")
    write_json(run.folder / "run.json", {**kept, "lite": {**kept["lite"], "network": None}})
    run = load_run(run.folder)
    assert not run.has_model and run.can_predict
    private = tiny_faces().subset("private")
    right = np.mean(expected(tiny_model, private.pixels).argmax(1) == private.labels)
    assert evaluate(run, tiny_faces(), ["private"])["private"]["accuracy"] == pytest.approx(right, abs=0.05)
    (run.folder / "model.tflite").write_bytes(lite + b"0")
    assert not load_run(run.folder).can_predict


def test_stamping_asks_both_before_it_writes(
    run: Run, tiny_model: Any, other_model: Any, capsys: pytest.CaptureFixture
) -> None:
    export_tflite(tiny_model, run.folder / "model.tflite")
    assert main(["export", str(run.folder), "--stamp"]) == 0
    assert Predictor(load_run(run.folder)).way == "LiteRT"
    export_tflite(other_model, run.folder / "model.tflite")
    assert main(["export", str(run.folder), "--stamp"]) == 1
    assert "answers otherwise" in capsys.readouterr().out
    assert Predictor(load_run(run.folder)).way == "Keras"


def test_a_tflite_of_logits_put_in_by_hand_is_refused(run: Run, crops: np.ndarray) -> None:
    from fer_core.runtime import import_tensorflow
    from tests.core.importing.readable import reader

    (run.folder / "model.keras").unlink()
    content = import_tensorflow().lite.TFLiteConverter.from_keras_model(reader(last=None)).convert()
    (run.folder / "model.tflite").write_bytes(content)
    with pytest.raises(FerError, match="gives no probabilities"):
        Predictor(load_run(run.folder)).probabilities(crops)
