"""RunLogger in somebody's own fit: the folder it leaves, the best epoch, the stop, what it refuses."""

import json
import subprocess
import sys

import numpy as np
import pytest

import fer_core
from fer_core.errors import FerError
from fer_core.runs import discover, load_model, load_run
from fer_core.training.system_figures import NAMES
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


@pytest.mark.parametrize(
    "given",
    [[0, 3, 6], [[0], [3], [6]], np.eye(7)[[0, 3, 6]].tolist(), ["angry", "Happy ", "neutral"], [0.0, 3.0, 6.0]],
)
def test_labels_in_every_common_shape_are_the_same_labels(given) -> None:
    from fer_core.training.logged_splits import checked_split

    assert checked_split("private", (np.zeros((3, 48, 48, 1)), given))[1].tolist() == [0, 3, 6]


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
    from fer_core.training.logged_splits import checked_split

    with pytest.raises(FerError, match=said):
        checked_split("private", (np.zeros((3, 48, 48, 1)), given))


def test_what_a_fit_that_died_had_is_kept(tmp_path) -> None:
    from fer_core.training.salvage import salvage

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


ALPHABETICAL = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


def faces(count=14):
    """Pictures u8 (N, 48, 48, 1) and labels in our order."""
    from tests.core.importing.readable import readable_faces

    set_ = readable_faces()
    return set_.pixels[:count, ..., None], set_.labels[:count].astype(int)


def still(model, loss="sparse_categorical_crossentropy"):
    """Compiled so that fit leaves its weights alone."""
    from fer_core.runtime import import_keras

    model.compile(import_keras().optimizers.SGD(0.0), loss)
    return model


def in_order(labels, order):
    """Labels in our order as numbers of another one."""
    from fer_core.labels import CLASSES

    return np.array([order.index(CLASSES[label]) for label in labels])


@pytest.mark.parametrize("shape", ["numbers", "column", "one-hot", "words"])
def test_what_it_logs_is_said_and_put_into_our_order(keras, tmp_path, shape):
    """Alphabetical classes on x / 255: kept as a network of raw pixels in our order, whatever the labels' shape."""
    from tests.core.importing.readable import reader

    x, labels = faces()
    theirs = in_order(labels, ALPHABETICAL)
    given = {
        "numbers": theirs, "column": theirs[:, None], "one-hot": np.eye(7)[theirs],
        "words": ["anger" if ALPHABETICAL[i] == "angry" else ALPHABETICAL[i] for i in theirs],
    }[shape]  # fmt: skip
    scaled = x / np.float32(255)
    logger = fer_core.RunLogger(
        "theirs", tmp_path, classes=ALPHABETICAL, scale="0..1", splits={"private": (scaled, given)}
    )
    still(reader()).fit(scaled, theirs, epochs=1, callbacks=[logger], verbose=0)
    run = load_run(tmp_path / "theirs")
    assert run.scores["private"]["accuracy"] == 1
    assert run.predictions("private").labels.tolist() == labels.tolist()
    assert (load_model(run).predict_on_batch(x.astype(np.float32)).argmax(1) == labels).all()
    assert run.config["preprocessing"] == {"normalisation": "0..1"} and "limits" not in run.config


def test_logits_and_contempt_are_understood(keras, tmp_path):
    from tests.core.importing.readable import reader

    ferplus = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
    x, labels = faces()
    theirs, scaled = in_order(labels, ferplus), x / np.float32(255)
    theirs[0] = 7
    logger = fer_core.RunLogger(
        "plus", tmp_path, classes=ferplus, scale="0..1", output="logits", splits={"test": (scaled, theirs)}
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    still(reader(ferplus, last=None), loss).fit(scaled, theirs, epochs=1, callbacks=[logger], verbose=0)
    found = load_run(tmp_path / "plus").predictions("test")
    assert found.labels.tolist() == [-1, *labels[1:]] and (found.predicted == labels).all()
    assert load_run(tmp_path / "plus").scores["test"]["n"] == 13


@pytest.mark.parametrize(
    ("told", "factor", "said"),
    [
        ({"scale": "0..1"}, 1, "take pixels 0..1, and the pictures of split 'test' go from 0 to 25"),
        ({"scale": "0..255"}, 1 / 255, "take pixels 0..255, and .* from 0 to 0.99"),
        ({"scale": "-1..1"}, 1 / 255, "take pixels -1..1"),
        ({"scale": "samplewise"}, 1 / 255, "take pixels samplewise"),
        ({"scale": "0..1", "classes": ALPHABETICAL[:6]}, 1 / 255, "gives 7 numbers a picture, and there are 6 classes"),
        ({"scale": "0..1", "output": "logits"}, 1 / 255, "they are probabilities"),
    ],
)
def test_what_can_be_known_is_refused_before_the_first_batch(keras, tmp_path, told, factor, said):
    from tests.core.importing.readable import reader

    x, labels = faces()
    labels = np.minimum(labels, 5)
    scaled = x * np.float32(factor)
    logger = fer_core.RunLogger("no", tmp_path, splits={"test": (scaled, labels)}, **told)
    with pytest.raises(FerError, match=said):
        still(reader()).fit(scaled, labels, callbacks=[logger], verbose=0)
    assert not list(tmp_path.iterdir())


def test_words_that_are_no_classes_are_refused_at_once(tmp_path):
    with pytest.raises(FerError, match="'hapy'"):
        fer_core.RunLogger("x", tmp_path, classes=("hapy", "sad"))
    with pytest.raises(FerError, match=r"no scale '0\.\.2'"):
        fer_core.RunLogger("x", tmp_path, scale="0..2")
    with pytest.raises(FerError, match="contradict"):
        fer_core.RunLogger("x", tmp_path, scale="0..1", raw_pixels=True)


def test_a_monitor_that_is_not_logged_is_said_and_the_run_kept(model, data, tmp_path):
    x, y = data
    with pytest.warns(UserWarning, match="val_f1, which is not logged"):
        model.fit(x, y, epochs=2, callbacks=[fer_core.RunLogger("f", tmp_path, monitor="val_f1")], verbose=0)
    run = load_run(tmp_path / "f")
    assert run.best_epoch == 2 and "loss chooses the best epoch" in run.config["note"]


def test_a_loss_that_became_nan_is_kept_and_said(keras, model, data, tmp_path):
    x, y = data
    burst = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: setattr(model.optimizer, "learning_rate", 1e38 if epoch == 1 else 0.01)
    )
    logger = fer_core.RunLogger("n", tmp_path, splits={"validation": (x, y)}, note="mine")
    with pytest.warns(UserWarning, match="RunLogger goes on without"):
        model.fit(x * 1e6, y, epochs=4, batch_size=42, callbacks=[burst, logger], verbose=0)
    run = load_run(tmp_path / "n")
    assert len(run.history()) == 4 and np.isnan(run.history()["loss"].iloc[-1])
    assert run.best_epoch is not None and run.best_epoch <= 2  # its weights are kept, and give predictions
    assert len(run.predictions("validation").rows) == 42
    assert run.config["note"].startswith("mine. Missing: ") and "it was nan" in run.config["note"]
    epochs, classes = run.epoch_classes()
    assert len(epochs) == len(classes) < 4


@pytest.mark.parametrize("fails", ["write_predictions", "fit_temperature", "wrapped"])
def test_whatever_goes_wrong_never_ends_the_fit_or_loses_the_run(keras, tmp_path, monkeypatch, fails):
    from fer_core.training import run_logger
    from tests.core.importing.readable import reader

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_logger, fails, full)
    x, labels = faces()
    scaled = x / np.float32(255)
    logger = fer_core.RunLogger("kept", tmp_path, scale="0..1", splits={"validation": (scaled, labels)})
    network = still(reader())
    before = network.get_weights()
    with pytest.warns(UserWarning, match="No space left"):
        network.fit(scaled, labels, epochs=1, callbacks=[logger], verbose=0)
    run = load_run(tmp_path / "kept")
    assert run.status == "finished" and len(run.history()) == 1 and "No space left" in run.config["limits"][0]
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True))
    assert not list(tmp_path.glob("*.partial"))


def test_a_lambda_layer_is_warned_of_before_it_is_stored(keras, tmp_path):
    x, labels = faces()
    net = keras.Sequential(
        [keras.Input((48, 48, 1)), keras.layers.Lambda(lambda t: t / 255, name="by_255"), keras.layers.Flatten(),
         keras.layers.Dense(7, "softmax")]
    )  # fmt: skip
    logger = fer_core.RunLogger("code", tmp_path, raw_pixels=True, splits={"test": (x.astype("float32"), labels)})
    warned = []
    early = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: warned.append(len(record)))
    with pytest.warns(UserWarning, match=r"Lambda layers \(by_255\)") as record:
        still(net).fit(x.astype("float32"), labels, epochs=1, callbacks=[logger, early], verbose=0)
    assert warned == [1]  # before the first batch
    run = load_run(tmp_path / "code")
    assert not run.has_model and (run.folder / "own_code.keras").is_file() and "own_code.keras" in run.config["note"]


def test_epochs_without_numbers_are_counted(tmp_path):
    """predictions.npz of somebody's own: the classes by epoch, and no array of the epochs' numbers."""
    folder = write_run(tmp_path, "own")
    with np.load(folder / "predictions.npz") as file:
        arrays = {key: file[key] for key in file.files if key != "validation_epochs"}
    np.savez(folder / "predictions.npz", **arrays)
    epochs, classes = load_run(folder).epoch_classes()
    assert epochs.tolist() == [0, 1, 2, 3, 4] and len(classes) == 5


def test_system_figures_are_logged_as_train_does(model, data, tmp_path):
    x, y = data
    for name, settings in (("told", {"batch_size": 6}), ("untold", {})):
        logger = fer_core.RunLogger(name, tmp_path, settings=settings)
        model.fit(x, y, batch_size=6, epochs=2, callbacks=[logger], verbose=0)
    told, untold = (load_run(tmp_path / name).history() for name in ("told", "untold"))
    assert set(NAMES) <= set(told.columns)
    assert (told["memory_mb"] > 20).all() and (told["cpu_percent"] >= 0).all()
    # 42 pictures an epoch: the rate is of the batches alone, so that it is at least that of the whole epoch.
    assert (told["images_per_second"] * told["seconds"] > 41).all()
    assert "images_per_second" not in untold.columns and {"cpu_percent", "memory_mb"} <= set(untold.columns)
    assert load_run(tmp_path / "untold").config.get("limits") is None


def test_the_time_left_is_not_told_by_the_first_batch(keras, model, data, tmp_path, monkeypatch):
    """The first batch takes 60 s, the others 2 s each: 7 batches an epoch, 3 epochs."""
    from fer_core.training import run_logger

    now, left = [1000.0], []
    monkeypatch.setattr(run_logger.time, "time", lambda: now[0])

    class Clock(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            now[0] += 60.0 if now[0] == 1000.0 else 2.0

        def on_train_batch_end(self, batch, logs=None):
            said = json.loads((tmp_path / "slow.partial" / "progress.json").read_text())
            left.append((now[0], said["seconds_left"]))

    x, y = data
    logger = fer_core.RunLogger("slow", tmp_path, settings={"batch_size": 6})
    model.fit(x, y, batch_size=6, epochs=3, callbacks=[logger, Clock()], verbose=0)
    assert left[0][1] is None
    assert [said for _, said in left[1:]] == [pytest.approx(now[0] - at, abs=1) for at, _ in left[1:]]
