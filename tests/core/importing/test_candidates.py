"""The usual ways to ask are tried on pictures: the right one is found and proposed, and nothing where none is right."""

from pathlib import Path

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.importing.candidates import try_ways
from fer_core.importing.foreign import Foreign, of_keras
from fer_core.importing.open import open_foreign
from fer_core.importing.orders import MATCHED
from fer_core.labels import CLASSES
from fer_core.runs import load_model, load_run
from fer_core.runtime import import_keras
from tests.conftest import tiny_faces
from tests.core.importing.readable import ALPHABETICAL, readable_faces, reader, saved


def test_the_one_right_way_is_found_and_proposed() -> None:
    trial = try_ways(of_keras(reader()), readable_faces())
    best = trial.proposal
    assert best is not None and (best.scale, best.classes, best.order) == ("0..1", ALPHABETICAL, "alphabet")
    assert best.accuracy == 1 and trial.output == "softmax"
    assert trial.accuracy_of(trial.wrapping("0..255", ALPHABETICAL)) < 0.5
    # The right scale with FER2013's order: neutral, sad and surprise stand elsewhere, four of seven are right.
    assert trial.accuracy_of(trial.wrapping("0..1", CLASSES)) == pytest.approx(4 / 7)
    assert "84 pictures of bands, 12 of each class" in trial.pictures


def test_an_order_of_no_known_set_is_read_off_the_pictures() -> None:
    order = ("happy", "angry", "surprise", "neutral", "disgust", "sad", "fear")
    best = try_ways(of_keras(reader(order)), readable_faces()).proposal
    assert best is not None and (best.order, best.classes, best.scale) == (MATCHED, order, "0..1")


def test_contempt_and_missing_classes_are_found() -> None:
    ferplus = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
    best = try_ways(of_keras(reader(ferplus)), readable_faces()).proposal
    assert best is not None and best.order == "FER+" and best.accuracy == 1
    six = ("angry", "fear", "happy", "sad", "surprise", "neutral")
    best = try_ways(of_keras(reader(six)), readable_faces()).proposal
    assert best is not None and best.classes == six and best.accuracy == pytest.approx(6 / 7)


@pytest.mark.parametrize(("last", "kind"), [(None, "logits"), ("sigmoid", "sigmoid"), ("softmax", "softmax")])
def test_what_it_gives_is_told_from_the_numbers(last: str | None, kind: str) -> None:
    assert try_ways(of_keras(reader(last=last)), readable_faces()).output == kind


def test_a_network_that_knows_nothing_is_proposed_in_no_way() -> None:
    keras = import_keras()
    keras.utils.set_random_seed(0)
    blind = keras.Sequential([keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(7, "softmax")])
    trial = try_ways(of_keras(blind), tiny_faces(30))
    assert trial.proposal is None and "No way reads these pictures" in trial.said


def test_two_ways_that_pictures_do_not_tell_apart_are_left_to_choose() -> None:
    """A network that stretches each picture itself is asked by any scale alike; its order is settled all the same."""

    def ask(prepared: np.ndarray) -> np.ndarray:
        bands = prepared[:, 3:42:6, 20, 0]
        spread = (bands - bands.min(1, keepdims=True)) / np.ptp(bands, axis=1, keepdims=True)
        return -abs(spread - 0.5)

    trial = try_ways(Foreign(ask, (48, 48, 1), 7), readable_faces())
    assert trial.proposal is None and trial.settled == (None, "FER2013") and "Not told apart" in trial.said


def test_outputs_that_are_no_numbers_are_said() -> None:
    model = reader()
    model.get_layer("nearest").set_weights([np.full((16, 7), np.nan, np.float32), np.zeros(7, np.float32)])
    with pytest.raises(FerError, match="gives no numbers"):
        try_ways(of_keras(model), readable_faces())


def test_rows_of_pixels_are_pictures_too() -> None:
    keras = import_keras()
    model = keras.Sequential([keras.Input((2304,)), keras.layers.Dense(7)])
    assert of_keras(model).form == ((48, 48), 1, True)
    with pytest.raises(FerError, match="must take pictures"):
        of_keras(keras.Sequential([keras.Input((50,)), keras.layers.Dense(7)]))
    with pytest.raises(FerError, match="one for each expression"):
        of_keras(keras.Sequential([keras.Input((2304,)), keras.layers.Dense(1000)]))


def data_file(folder: Path) -> Path:
    faces = readable_faces()
    np.savez(folder / "bands.npz", pixels=faces.pixels, emotion=faces.labels, usage=faces.split)
    return folder / "bands.npz"


def test_the_command_takes_nothing_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(reader(), tmp_path / "mine.h5")
    ask = ["import", str(path), "--name", "mine", "--data", str(data_file(tmp_path)), "--root", str(tmp_path / "runs")]
    assert main(ask) == 1
    said = capsys.readouterr()
    assert "  1  100.0%  pixels 0..1" in said.out and "--take 1" in said.err
    assert not (tmp_path / "runs").exists()
    assert main([*ask, "--take", "1"]) == 0
    run = load_run(tmp_path / "runs" / "mine")
    assert run.scores["public"]["accuracy"] == 1 and run.has_model and run.lite_copy[0] is not None
    assert run.config["wrapping"]["scale"] == "0..1" and run.status == "imported"
    # What is known is said at once; then it is asked so, right or wrong.
    words = ",".join(CLASSES)
    assert main([*ask[:3], "told", *ask[4:], "--scale=0..1", "--classes", words]) == 0
    assert load_run(tmp_path / "runs" / "told").scores["public"]["accuracy"] == pytest.approx(4 / 7)


def test_a_lite_file_comes_in_to_predict(tmp_path: Path, model_root: Path) -> None:
    from fer_core.importing.keep import ONLY_PREDICTS, keep_network
    from fer_core.reading.inference import Predictor
    from fer_core.runtime import import_tensorflow

    content = import_tensorflow().lite.TFLiteConverter.from_keras_model(reader()).convert()
    (tmp_path / "network.bin").write_bytes(content)  # whatever it is called
    foreign = open_foreign(tmp_path / "network.bin")
    faces = readable_faces()
    trial = try_ways(foreign, faces)
    assert trial.proposal is not None and trial.proposal.classes == ALPHABETICAL
    wrapping = trial.wrapping("0..1", ALPHABETICAL)
    run = keep_network(foreign, wrapping, "lite", "network.bin", faces, tmp_path / "runs")
    assert not run.has_model and run.can_predict and ONLY_PREDICTS in run.config["limits"]
    assert run.scores["public"]["accuracy"] == 1
    with pytest.raises(FerError, match="it predicts, but can't be looked into"):
        load_model(run)
    found = Predictor(run).probabilities(faces.pixels)
    assert (found.argmax(axis=1) == faces.labels).all()


def test_the_card_of_a_network_from_elsewhere_claims_no_training(tmp_path: Path) -> None:
    from fer_core.runs.model_card import model_card
    from tests.conftest import write_run

    about = {
        "status": "imported",
        "calibration": None,
        "model": {"name": "imported", "parameters": 7},
        "source": "imported from a.h5",
        "limits": ["no curves"],
    }
    card = model_card(load_run(write_run(tmp_path, "theirs", note="Imported from a.h5.", **about)))
    assert "What it was trained on is not known here. It was judged on the set 'tiny'" in card
    assert "Not here; imported from a.h5. Limits:\n\n- no curves" in card and "7 parameters" in card
    assert not any(word in card for word in ("epochs", "hours", "Temperature", "million", "None"))
