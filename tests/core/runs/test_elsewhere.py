"""What a run said of other sets than its own."""

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.evaluation.evaluate import evaluate_elsewhere
from fer_core.models.batched import predict_in_batches
from fer_core.runs import Predictions, elsewhere, load_run
from tests.conftest import tiny_faces, write_run

OTHER = "00aa11bb22cc33dd"
SAID = Predictions(np.array([9, 4]), np.array([3, -1], np.int8), np.eye(7, dtype=np.float32)[[3, 5]])


def test_predictions_on_another_set_are_found_again_and_stay_out_of_the_run_s_own(tmp_path):
    run = load_run(write_run(tmp_path, "one"))
    before = run.splits()
    elsewhere.write(run, "ck", OTHER, {"test": SAID}, {"test": {"n": 1, "accuracy": 1.0}})
    (found,) = elsewhere.read_all(run)
    assert (found.data, found.fingerprint, found.scores) == ("ck", OTHER, {"test": {"n": 1, "accuracy": 1.0}})
    assert found.label("test") == "on ck (00aa): test"
    again = found.predictions("test")
    assert again.rows.tolist() == [9, 4] and again.labels.tolist() == [3, -1] and again.predicted.tolist() == [3, 5]
    assert load_run(run.folder).splits() == before
    with pytest.raises(FerError, match="public split of 'ck'"):
        found.predictions("public")


def test_a_set_scored_again_takes_the_place_of_the_first_time(tmp_path):
    run = load_run(write_run(tmp_path, "one"))
    for accuracy in (0.25, 0.75):
        elsewhere.write(run, "ck", OTHER, {"test": SAID}, {"test": {"accuracy": accuracy}})
    assert [found.scores["test"]["accuracy"] for found in elsewhere.read_all(run)] == [0.75]
    assert [path.name for path in (run.folder / elsewhere.FOLDER).iterdir()] == [f"{OTHER}.npz"]


@pytest.mark.parametrize("scores", [{"test": {"accuracy": 2.0}}, {"test": {"accuracy": "high"}}])
def test_what_is_damaged_or_false_is_passed_over(tmp_path, scores):
    run = load_run(write_run(tmp_path, "one"))
    elsewhere.write(run, "ck", OTHER, {"test": SAID}, scores)
    (run.folder / elsewhere.FOLDER / "ffff.npz").write_bytes(b"PK\3\4 and no more")
    assert elsewhere.read_all(run) == []


def test_the_own_set_is_refused(tmp_path):
    data = tiny_faces()
    run = load_run(write_run(tmp_path, "one", data))
    with pytest.raises(FerError, match="is the set of 'one' itself"):
        elsewhere.write(run, "x", data.fingerprint, {}, {})
    with pytest.raises(FerError, match="is the set of 'one' itself"):
        evaluate_elsewhere(run, data)


def test_a_run_is_scored_on_every_split_but_train(tmp_path, tiny_model):
    folder = write_run(tmp_path, "one")
    tiny_model.save(folder / "model.keras")
    other = tiny_faces(per_class=4, seed=9)
    found = evaluate_elsewhere(load_run(folder), other)
    assert list(found.scores) == ["public", "private"]
    part = other.subset("private")
    probabilities = predict_in_batches(tiny_model, part.pixels)
    np.testing.assert_allclose(found.predictions("private").probabilities, probabilities, atol=1e-6)
    assert found.predictions("private").rows.tolist() == part.rows.tolist()
    assert found.scores["private"]["accuracy"] == pytest.approx(np.mean(probabilities.argmax(1) == part.labels))
    train = evaluate_elsewhere(load_run(folder), other.take(np.flatnonzero(other.split == 0)))
    assert list(train.scores) == ["train"]


def test_the_shell_keeps_scores_on_another_set_beside_the_run(tmp_path, tiny_model, capsys):
    folder = write_run(tmp_path / "runs", "one")
    tiny_model.save(folder / "model.keras")
    before = (folder / "run.json").read_bytes()
    other = tiny_faces(per_class=4, seed=9)
    path = tmp_path / "ck.npz"
    np.savez(path, pixels=other.pixels, emotion=other.labels, usage=other.split)
    given = ["evaluate", "one", "--root", str(tmp_path / "runs"), "--data", str(path), "--store"]
    assert main(given) == 0
    said = capsys.readouterr()
    (found,) = elsewhere.read_all(load_run(folder))
    assert f"kept beside it as {found.label('public')}, {found.label('private')}" in said.err
    assert (folder / "run.json").read_bytes() == before
