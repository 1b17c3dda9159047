from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.reading.inference import Predictor, export_tflite
from fer_core.runs import Run, load_run
from tests.conftest import write_run


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


def expected(model: Any, crops: np.ndarray) -> np.ndarray:
    return np.asarray(model(crops[..., None].astype(np.float32), training=False))


def test_keras_answers_as_the_model_does(run: Run, tiny_model: Any, crops: np.ndarray) -> None:
    predictor = Predictor(run)
    assert predictor.way == "Keras"
    assert np.allclose(predictor.probabilities(crops), expected(tiny_model, crops), atol=1e-6)


def test_litert_answers_as_the_model_does_for_any_number(
    run: Run, tiny_model: Any, crops: np.ndarray, lite: bytes
) -> None:
    (run.folder / "model.tflite").write_bytes(lite)
    predictor = Predictor(run)
    assert predictor.way == "LiteRT"
    for count in (5, 1, 3, 0):
        p = predictor.probabilities(crops[:count])
        assert p.shape == (count, 7)
        assert p.dtype == np.float32
        assert np.allclose(p, expected(tiny_model, crops[:count]) if count else 0, atol=1e-5)


def test_litert_gives_the_same_from_many_threads(run: Run, crops: np.ndarray, lite: bytes) -> None:
    (run.folder / "model.tflite").write_bytes(lite)
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
    export_tflite(tiny_model, run.folder / "model.tflite", half=True)
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
    (run.folder / "model.tflite").write_bytes(lite)
    many = np.random.default_rng(0).integers(0, 256, (150, 48, 48), dtype=np.uint8)
    predictor = Predictor(run)
    assert np.allclose(predictor.probabilities(many)[130], predictor.probabilities(many[130:131])[0], atol=1e-6)


def test_what_cannot_be_asked_says_so(runs_root: Path, run: Run, crops: np.ndarray) -> None:
    with pytest.raises(FerError, match="without its weights"):
        Predictor(load_run(runs_root / "weak"))
    with pytest.raises(FerError, match=r"\(5, 48, 47\)"):
        Predictor(run).probabilities(crops[:, :, 1:])
    (run.folder / "model.tflite").write_bytes(b"no model")
    with pytest.raises(FerError, match="LiteRT"):
        Predictor(run).probabilities(crops)
