"""RunLogger in somebody's own fit: the folder it leaves, the best epoch, the stop, what it refuses."""

import subprocess
import sys

import numpy as np
import pytest

import fer_core
from fer_core.errors import FerError
from fer_core.runs import discover, load_model, load_run
from tests.conftest import write_run


@pytest.fixture(scope="module")
def keras():
    from fer_core.runtime import import_keras

    return import_keras()


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    return random.normal(size=(42, 4)).astype("float32"), np.arange(42) % 7


@pytest.fixture
def model(keras):
    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(7, activation="softmax")], name="tiny")
    net.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


def test_importing_it_does_not_import_keras():
    code = "import sys, fer_core, fer_core.training.run_logger; assert 'keras' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_is_a_keras_callback(keras, tmp_path):
    assert issubclass(fer_core.RunLogger, keras.callbacks.Callback)
    assert "run.json" in fer_core.RunLogger.__doc__


def test_fit_leaves_a_run(keras, model, data, tmp_path):
    x, y = data
    stepper = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: rates(model, epoch))
    logger = fer_core.RunLogger(
        "mine", tmp_path, splits={"validation": (x, y, np.arange(100, 142)), "test": (x[:5], np.eye(7)[y[:5]])},
        dataset="flowers", settings={"batch_size": 16, "seed": 3}, note="a note", tags=["own"],
    )  # fmt: skip
    model.fit(x, y, batch_size=16, epochs=3, validation_data=(x, y), callbacks=[stepper, logger], verbose=0)
    runs, broken = discover(tmp_path)
    assert [run.name for run in runs] == ["mine"]
    assert not broken
    run, history = runs[0], runs[0].history()
    assert (run.status, run.config["note"], run.config["training"]["seed"]) == ("finished", "a note", 3)
    assert run.config["model"]["parameters"] == 35
    assert run.config["training"]["steps_per_epoch"] == 3
    assert list(history["epoch"]) == [0, 1, 2]
    assert {"loss", "val_accuracy", "learning_rate", "seconds"} <= set(history.columns)
    # The last epoch, with its absurd rate, is not the best: its weights are not what is kept.
    assert run.config["best_epoch"] == 1 + int(history["val_loss"].argmin()) < 3
    predictions = run.predictions("validation")
    assert predictions.rows.tolist() == list(range(100, 142))
    kept = -np.log(predictions.probabilities[np.arange(42), y]).mean()
    assert kept == pytest.approx(history["val_loss"].min(), rel=1e-3)
    epochs, classes = run.epoch_classes()
    assert (epochs.tolist(), classes.shape) == ([0, 1, 2], (3, 42))
    assert run.scores["test"]["n"] == 5
    # The user's model is left as fit leaves it: after the last epoch.
    assert model.evaluate(x, y, verbose=0)[0] == pytest.approx(history["val_loss"].iloc[-1], rel=1e-3)


def rates(model, epoch):
    model.optimizer.learning_rate = 50.0 if epoch == 2 else 0.05


def test_stop_file_ends_fit_and_keeps_the_best(keras, model, data, tmp_path):
    x, y = data
    touch = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: (tmp_path / "s.partial" / "STOP").touch() if epoch == 1 else None
    )
    logger = fer_core.RunLogger("s", tmp_path, splits={"validation": (x, y)})
    model.fit(x, y, epochs=50, batch_size=16, callbacks=[logger, touch], verbose=0)
    run = load_run(tmp_path / "s")
    assert run.status == "stopped"
    assert len(run.history()) == 2
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras saving, with numpy 2
def test_raw_pixel_model_is_kept_with_the_best_weights(keras, tmp_path):
    net = keras.Sequential(
        [keras.layers.Input((48, 48, 1)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten(),
         keras.layers.Dense(7, activation="softmax")]
    )  # fmt: skip
    net.compile("sgd", "sparse_categorical_crossentropy")
    x = np.random.default_rng(0).integers(0, 256, (7, 48, 48, 1)).astype("float32")
    y = np.arange(7)
    logger = fer_core.RunLogger("raw", tmp_path, splits={"private": (x, y)}, raw_pixels=True)
    net.fit(x, y, epochs=2, callbacks=[logger], verbose=0)
    run = load_run(tmp_path / "raw")
    again = load_model(run).predict(x, verbose=0)
    np.testing.assert_allclose(again, run.predictions("private").probabilities, atol=1e-5)


def test_columns_that_come_late(model, data, tmp_path):
    x, y = data
    logger = fer_core.RunLogger("late", tmp_path)
    model.fit(x, y, epochs=4, validation_data=(x, y), validation_freq=2, callbacks=[logger], verbose=0)
    history = load_run(tmp_path / "late").history()
    assert history["val_loss"].isna().tolist() == [True, False, True, False]


def test_what_it_refuses(model, data, tmp_path):
    x, y = data
    (tmp_path / "taken").mkdir()
    with pytest.raises(FerError, match="already a run 'taken'"):
        fer_core.RunLogger("taken", tmp_path)
    with pytest.raises(FerError, match="'a b'"):
        fer_core.RunLogger("a b", tmp_path)
    with pytest.raises(FerError, match="'holdout'"):
        fer_core.RunLogger("x", tmp_path, splits={"holdout": (x, y)})
    with pytest.raises(FerError, match="41 labels"):
        fer_core.RunLogger("x", tmp_path, splits={"test": (x, y[:41])})
    with pytest.raises(FerError, match="0 to 7"):
        fer_core.RunLogger("x", tmp_path, splits={"test": (x, np.arange(42) % 8)})
    with pytest.raises(FerError, match="raw_pixels"):
        model.fit(x, y, callbacks=[fer_core.RunLogger("x", tmp_path, raw_pixels=True)], verbose=0)
    with pytest.raises(FerError, match="'val_f1' is not logged"):
        model.fit(x, y, callbacks=[fer_core.RunLogger("x", tmp_path, monitor="val_f1")], verbose=0)


@pytest.mark.parametrize(
    "given",
    [[0, 3, 6], [[0], [3], [6]], np.eye(7)[[0, 3, 6]].tolist(), ["angry", "Happy ", "neutral"], [0.0, 3.0, 6.0]],
)
def test_labels_in_every_common_shape_are_the_same_labels(given) -> None:
    from fer_core.training.run_logger import _checked_split

    assert _checked_split("private", (np.zeros((3, 48, 48, 1)), given))[1].tolist() == [0, 3, 6]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([0, 3, 7], "from 0 to 7"),
        (np.eye(8)[[0, 3, 6]], r"shape \(3, 8\)"),
        (["angry", "joy", "sad"], "a label 'joy'"),
        ([0.5, 1, 2], "neither whole numbers"),
    ],
)
def test_labels_that_can_not_be_meant_are_refused(given, said) -> None:
    from fer_core.training.run_logger import _checked_split

    with pytest.raises(FerError, match=said):
        _checked_split("private", (np.zeros((3, 48, 48, 1)), given))


def test_what_a_fit_that_died_had_is_kept(tmp_path) -> None:
    from fer_core.training.run_logger import salvage

    folder = write_run(tmp_path, "mine", status="training", scores={}).rename(tmp_path / "mine.partial")
    (folder / "predictions.npz").unlink()
    kept = salvage(folder)
    assert kept is not None and kept.name == "mine-interrupted-1" and not folder.exists()
    from fer_core.runs import load_run

    run = load_run(kept)
    assert run.status == "stopped" and run.config["training"]["epochs_run"] == len(run.history()) == 5


def test_a_fit_broken_off_in_a_notebook_gives_way_to_the_next(keras, model, data, tmp_path) -> None:
    x, y = data

    def interrupt(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    broken = keras.callbacks.LambdaCallback(on_epoch_begin=interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, epochs=3, callbacks=[fer_core.RunLogger("again", tmp_path), broken], verbose=0)
    with pytest.warns(UserWarning, match="'again-interrupted-1'"):
        model.fit(x, y, epochs=1, callbacks=[fer_core.RunLogger("again", tmp_path)], verbose=0)
    assert sorted(run.name for run in discover(tmp_path)[0]) == ["again", "again-interrupted-1"]


def test_a_run_put_under_the_name_meanwhile_is_not_replaced(keras, model, data, tmp_path) -> None:
    x, y = data
    put = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: write_run(tmp_path, "mine", epochs=9))
    with pytest.warns(UserWarning, match="'mine-taken-1'"):
        model.fit(x, y, epochs=1, callbacks=[fer_core.RunLogger("mine", tmp_path), put], verbose=0)
    assert len(load_run(tmp_path / "mine").history()) == 9
    ours = load_run(tmp_path / "mine-taken-1")
    assert (ours.name, ours.status, len(ours.history())) == ("mine-taken-1", "finished", 1)
