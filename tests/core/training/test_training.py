"""One run from configuration to folder, on a tiny set and a tiny network."""

import json
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from fer_core import runs
from fer_core.data.augmentation import PRESETS
from fer_core.data.votes import vote_targets
from fer_core.errors import FerError
from fer_core.evaluation.calibration import fit_temperature
from fer_core.evaluation.evaluate import evaluate, store_scores, variants_of
from fer_core.models.preprocessing import standardise_samples
from fer_core.training import TrainingConfig, train
from fer_core.training.batches import training_batches
from fer_core.training.callback import Watched
from fer_core.training.optimiser import averaged_weights, compile_model, make_optimizer
from fer_core.training.split import group_copies, hold_out
from tests.conftest import tiny_faces, write_run

SMALL = {"model": "mini_xception", "model_options": {"width": 0.25, "blocks": 1}, "batch_size": 16}


def one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(7, dtype=np.float32)[labels]


def config(name: str = "run", **given) -> TrainingConfig:
    return TrainingConfig(**{"name": name, "epochs": 2, **SMALL, **given})


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    root = tmp_path_factory.mktemp("trained")
    lines = []
    run = train(config(normalisation="samplewise+featurewise"), tiny_faces(), root, lines.append)
    return run, lines


def test_a_run_leaves_a_whole_folder(trained) -> None:
    run, lines = trained
    names = {path.name for path in run.folder.iterdir()}
    assert names == {"run.json", "history.csv", "predictions.npz", "model.keras", "model.tflite", "MODEL_CARD.md"}
    assert run.status == "finished" and run.config["training"]["epochs_run"] == 2
    assert len(run.history()) == 2 and sum(line.startswith("epoch ") for line in lines) == 2
    assert run.splits() == ["validation", "public", "private"]
    assert {"public", "private", "validation"} == set(run.scores)
    assert run.temperature > 0


def test_stored_scores_come_back_from_the_stored_weights(trained) -> None:
    run, _ = trained
    for name, score in evaluate(run, tiny_faces()).items():
        assert score["accuracy"] == score["stored_accuracy"] == run.scores[name]["accuracy"]


def test_averaged_scores_are_kept_and_come_back(trained) -> None:
    run, _ = trained
    for way in ("flip", "ten-crop"):
        score = evaluate(run, tiny_faces(), ["private"], way)["private"]
        assert score["accuracy"] == score["stored_accuracy"]
        assert score["accuracy"] == run.scores["private"]["averaged"][way]["accuracy"]


def test_scores_of_an_older_version_are_stored_anew(trained, tmp_path) -> None:
    run, _ = trained
    older = shutil.copytree(run.folder, tmp_path / "older")
    config = runs.read_json(older / "run.json")
    runs.write_json(older / "run.json", {**config, "note": "mine", "scores": {"private": {"n": 1, "accuracy": 0.0}}})
    again = store_scores(runs.load_run(older), tiny_faces())
    assert again.scores == run.scores and again.config["note"] == "mine"
    with pytest.raises(FerError, match="another set"):
        store_scores(again, tiny_faces(seed=1))


def test_weights_are_stored_at_half_size_and_load_as_float32(trained) -> None:
    import h5py

    run, _ = trained
    kinds = set()
    with (
        zipfile.ZipFile(run.model_path) as archive,
        archive.open("model.weights.h5") as file,
        h5py.File(file) as weights,
    ):
        weights.visititems(lambda _, item: kinds.add(str(item.dtype)) if hasattr(item, "dtype") else None)
    assert "float16" in kinds and "float32" not in kinds
    assert {str(v.dtype) for v in runs.load_model(run).weights} == {"float32"}


def test_normalisation_is_fitted_on_the_fitted_pictures_alone(trained) -> None:
    run, _ = trained
    part = tiny_faces().subset("train")
    mine = ~np.isin(part.rows, run.predictions("validation").rows)
    assert 0 < mine.sum() < len(part)
    expected = standardise_samples(part.pixels[mine]).mean(axis=0)
    mean = np.asarray(runs.load_model(run).get_layer("featurewise").mean).reshape(48, 48)
    np.testing.assert_allclose(mean, expected, atol=1e-5)


def test_the_temperature_is_fitted_on_the_validation_part(trained) -> None:
    run, _ = trained
    fitted = {s: fit_temperature(run.predictions(s).probabilities, run.predictions(s).labels) for s in run.splits()}
    assert run.temperature == pytest.approx(fitted["validation"], rel=1e-4)
    assert all(abs(fitted[split] / fitted["validation"] - 1) > 1e-2 for split in ("public", "private"))


def test_stored_probabilities_are_those_of_the_pictures_as_they_are(trained) -> None:
    run, _ = trained
    part, model = tiny_faces().subset("private"), runs.load_model(run)
    plain, mirrored = (model.predict(x[..., None], verbose=0) for x in (part.pixels, part.pixels[:, :, ::-1]))
    stored = run.predictions("private").probabilities
    np.testing.assert_allclose(stored, plain, atol=1e-5)
    assert np.abs(stored - (plain + mirrored) / 2).max() > 1e-3


def test_history_belongs_to_the_epoch_classes(trained) -> None:
    run, _ = trained
    labels = run.predictions("validation").labels
    _, classes = run.epoch_classes()
    np.testing.assert_allclose((classes == labels).mean(axis=1), run.history()["val_accuracy"], atol=1e-5)


def test_the_model_card_says_what_run_json_says(trained) -> None:
    run, _ = trained
    card = (run.folder / "MODEL_CARD.md").read_text()
    assert f"{run.scores['private']['accuracy']:.4f}" in card
    assert "must not be used" in card and "Weak at" in card


def test_taken_up_after_a_kill_it_ends_as_if_never_killed(tmp_path) -> None:
    whole = train(config("whole", epochs=3, ema=0.9), tiny_faces(), tmp_path)

    class Killed(BaseException):
        """Stands for a kill: nothing in the training may catch it."""

    def kill_after_first_epoch(line: str) -> None:
        if line.startswith("epoch 1/"):
            raise Killed

    with pytest.raises(Killed):
        train(config("killed", epochs=3, ema=0.9), tiny_faces(), tmp_path, kill_after_first_epoch)
    found, _ = runs.discover(tmp_path)
    assert {run.name: run.status for run in found} == {"whole": "finished", "killed": "training"}
    lines = []
    taken_up = train(config("killed", epochs=3, ema=0.9), tiny_faces(), tmp_path, lines.append)
    assert lines[0] == "taking up killed after epoch 1"
    columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    np.testing.assert_allclose(taken_up.history()[columns], whole.history()[columns], rtol=1e-4)


def test_ctrl_c_keeps_the_best_so_far(tmp_path) -> None:
    def interrupt(line: str) -> None:
        if line.startswith("epoch 1/"):
            raise KeyboardInterrupt

    run = train(config(epochs=50), tiny_faces(), tmp_path, interrupt)
    assert run.status == "stopped" and run.config["training"]["epochs_run"] == 1 and run.has_model


def test_a_stop_file_ends_training(tmp_path) -> None:
    def ask(line: str) -> None:
        if line.startswith("epoch 1/"):
            (tmp_path / "run.partial" / "STOP").touch()

    run = train(config(epochs=50), tiny_faces(), tmp_path, ask)
    assert run.status == "stopped" and run.config["training"]["epochs_run"] == 1


def test_early_stopping_counts_epochs_without_a_better_one(tmp_path) -> None:
    # A learning rate this small never changes a prediction, so the first epoch stays the best.
    settings = {"optimizer": "sgd", "learning_rate": 1e-7, "monitor": "val_accuracy", "patience": 2, "epochs": 50}
    run = train(config(**settings), tiny_faces(), tmp_path)
    assert run.status == "finished"
    assert run.config["training"]["epochs_run"] <= run.best_epoch + 2


def test_a_taken_name_and_other_settings_are_said(tmp_path, trained) -> None:
    run, _ = trained
    with pytest.raises(FerError, match="already a run 'run'"):
        train(config(), tiny_faces(), run.folder.parent)
    partial = tmp_path / "run.partial"
    partial.mkdir()
    (partial / "asked.json").write_text(json.dumps({"config": {}, "fingerprint": ""}))
    with pytest.raises(FerError, match="other settings"):
        train(config(), tiny_faces(), tmp_path)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "../x"}, "name is made of"),
        ({"learning_rate": 0}, "learning_rate must lie between"),
        ({"optimizer": "lion"}, "optimizer must be one of"),
        ({"model": "alexnet"}, "no network 'alexnet'"),
        ({"epochs": 0}, "epochs must lie between"),
        ({"teacher": "compact"}, "both a teacher and a teacher_share"),
    ],
)
def test_settings_out_of_range_are_said(given: dict, words: str) -> None:
    with pytest.raises(FerError, match=words):
        config(**given)


def test_the_defaults_are_the_reports_protocol() -> None:
    c = TrainingConfig("x")
    assert (c.model, c.optimizer, c.learning_rate, c.batch_size) == ("report_cnn", "nadam", 0.002, 128)
    assert (c.epochs, c.patience, c.monitor, c.validation_fraction) == (200, 30, "val_loss", 0.1)


def test_hold_out_is_stratified_seeded_and_keeps_copies_together() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (700, 48, 48), dtype=np.uint8)
    pixels[1] = pixels[0]
    pixels[350:399] = pixels[301:350]  # 49 apart: the same class
    labels = np.arange(700) % 7
    fit, held = hold_out(pixels, labels, 0.2, seed=5)
    assert np.array_equal(np.sort(np.concatenate([fit, held])), np.arange(700))
    assert np.abs(np.bincount(labels[held]) - 20).max() <= 2
    groups = group_copies(pixels)
    assert not set(groups[fit]) & set(groups[held])
    again = hold_out(pixels, labels, 0.2, seed=5)[1]
    other = hold_out(pixels, labels, 0.2, seed=6)[1]
    assert np.array_equal(held, again) and not np.array_equal(held, other)


def test_hold_out_says_when_labels_are_missing() -> None:
    pixels = np.zeros((10, 48, 48), dtype=np.uint8)
    with pytest.raises(FerError, match="3 training pictures have no label"):
        hold_out(pixels, np.array([-1, -1, -1, *range(7)]), 0.1, 0)


def test_batches_are_each_picture_once_an_epoch_in_another_order(dataset) -> None:
    part = dataset.subset("train")
    batches = training_batches(part.pixels, one_hot(part.labels), 14, None, seed=3)
    orders = []
    for epoch in (0, 1):
        batches.epoch = epoch
        x = np.concatenate([batches[i][0] for i in range(len(batches))])
        orders.append(x[..., 0].astype(np.uint8))
    assert not np.array_equal(*orders)
    for order in orders:
        assert sorted(map(bytes, order)) == sorted(map(bytes, part.pixels))


def test_a_teacher_sees_the_augmented_pictures_and_is_mixed_into_the_targets(dataset) -> None:
    part, seen = dataset.subset("train"), []

    def teacher(pixels: np.ndarray) -> np.ndarray:
        seen.append(pixels)
        return np.full((len(pixels), 7), 1 / 7, dtype=np.float32)

    batches = training_batches(part.pixels, one_hot(part.labels), 14, PRESETS["light"], 3, teacher, teacher_share=0.7)
    x, y = batches[0]
    np.testing.assert_array_equal(x[..., 0], seen[0])
    hard = training_batches(part.pixels, one_hot(part.labels), 14, PRESETS["light"], 3)[0][1]
    np.testing.assert_allclose(y, 0.3 * hard + 0.1, atol=1e-6)
    assert y.dtype == np.float32


def test_vote_targets_are_shares_of_the_seven_and_know_their_limits() -> None:
    votes = np.zeros((4, 10))
    votes[0, [0, 4, 6, 7]] = 1, 3, 4, 2
    votes[1, [1, 7, 9]] = 2, 3, 5
    votes[3, [1, 7]] = 5, 5
    shares, known = vote_targets(votes.astype(np.uint8))
    assert known.tolist() == [True, False, False, True]
    np.testing.assert_allclose(shares[0], [3 / 8, 0, 4 / 8, 0, 0, 0, 1 / 8])
    np.testing.assert_allclose(shares[1], np.eye(7)[3])
    assert not shares[2].any()


def test_training_watches_agreement_with_the_majority_where_targets_are_votes() -> None:
    targets = np.zeros((3, 7), dtype=np.float32)
    targets[0, [0, 4]] = 0.5
    targets[1, 3] = 1
    targets[2, 6] = 1
    watched = Watched(np.zeros((3, 48, 48), np.uint8), targets, np.array([True, True, False]))
    said = np.full((3, 7), 0.1, dtype=np.float32)
    said[0, 4] = said[1, 2] = said[2, 6] = 0.4
    row = watched.measure(said)
    assert row["val_accuracy"] == 0.5
    assert row["val_loss"] == pytest.approx(-(0.5 * np.log(0.1) + 0.5 * np.log(0.4) + np.log(0.1)) / 2)


def test_a_run_is_taught_by_votes_and_starts_from_another(trained) -> None:
    begun, _ = trained
    data = tiny_faces()
    with pytest.raises(FerError, match="no FER"):
        train(config("voted", targets="votes"), data, begun.folder.parent)
    votes = np.zeros((len(data), 10), np.uint8)
    votes[:, 4] = 10  # everybody says angry, whatever the label
    votes[np.flatnonzero(data.labels == 1), 9] = 20  # the disgusted ones are no faces
    taught = config("voted", targets="votes", start_from=begun.name, epochs=6, normalisation="samplewise+featurewise")
    run = train(taught, replace(data, votes=votes), begun.folder.parent)
    assert run.config["training"]["targets"] == "votes" and run.config["training"]["start_from"] == begun.name
    watched = run.history()["val_loss"]
    assert watched.iloc[-1] < watched.iloc[0] - 0.02
    assert run.config["dataset"]["counts"]["fitted"] < begun.config["dataset"]["counts"]["fitted"]
    with pytest.raises(FerError, match="other layers or sizes"):
        train(config("wider", start_from=begun.name, model_options={"width": 0.3}), data, begun.folder.parent)


def test_a_run_learns_from_a_teacher_beside_it(trained) -> None:
    teacher, _ = trained
    run = train(config("pupil", teacher="run", teacher_share=0.5), tiny_faces(), teacher.folder.parent)
    assert run.config["training"]["teacher"] == "run" and run.config["training"]["teacher_share"] == 0.5
    with pytest.raises(FerError, match="no run 'nobody'"):
        train(config("orphan", teacher="nobody", teacher_share=0.5), tiny_faces(), teacher.folder.parent)
    assert not (teacher.folder.parent / "orphan.partial").exists()


def test_cosine_schedule_by_hand() -> None:
    rate = make_optimizer(config(schedule="cosine", epochs=10, warmup_epochs=1, learning_rate=0.1), 100)._learning_rate
    assert float(rate(0)) == pytest.approx(0.004)
    assert float(rate(100)) == pytest.approx(0.1)
    assert float(rate(550)) == pytest.approx(0.1 * (0.01 + 0.99 * 0.5), rel=1e-3)
    assert float(rate(1000)) == pytest.approx(0.001)


def test_averaged_weights_are_seen_within_and_gone_after(tmp_path) -> None:
    from fer_core import models

    model = models.build("mini_xception", width=0.25, blocks=1)
    compile_model(model, config(ema=0.5, learning_rate=0.1), 10)
    faces = tiny_faces()
    x, y = faces.pixels[:16, ..., None].astype(np.float32), np.eye(7, dtype=np.float32)[faces.labels[:16]]
    for _ in range(3):
        model.train_on_batch(x, y)
    raw = [np.asarray(v) for v in model.trainable_weights]
    with averaged_weights(model):
        averaged = [np.asarray(v) for v in model.trainable_weights]
    for before, inside, after in zip(raw, averaged, model.trainable_weights, strict=True):
        np.testing.assert_array_equal(before, np.asarray(after))
        assert inside.shape == before.shape
    assert any(not np.allclose(a, b) for a, b in zip(raw, averaged, strict=True))


def test_variants_by_hand() -> None:
    image = np.arange(2304, dtype=np.int64).reshape(1, 48, 48).astype(np.uint8)
    assert len(variants_of(image, "none")) == 1
    np.testing.assert_array_equal(variants_of(image, "flip")[1][0], image[0, :, ::-1])
    ten = variants_of(image, "ten-crop")
    assert len(ten) == 10 and {v.shape for v in ten} == {(1, 48, 48)}
    np.testing.assert_array_equal(ten[4][0, :-3, :-3], image[0, 3:, 3:])
    with pytest.raises(FerError, match="no averaging"):
        variants_of(image, "twenty")


def test_a_run_put_under_the_name_meanwhile_stays_and_nothing_is_trained_anew(tmp_path) -> None:
    def put(line: str) -> None:
        if line.startswith("evaluating"):
            write_run(tmp_path, "run", epochs=9)

    with pytest.raises(FerError, match="another run was put under that name"):
        train(config(), tiny_faces(), tmp_path, put)
    assert len(runs.load_run(tmp_path / "run").history()) == 9
    shutil.move(tmp_path / "run", tmp_path.with_name("aside"))
    lines: list[str] = []
    run = train(config(), tiny_faces(), tmp_path, lines.append)
    assert run.status == "finished" and len(run.history()) == 2
    assert not [line for line in lines if line.startswith("epoch ")]
