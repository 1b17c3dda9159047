"""Networks of single epochs, kept beside a run's best one."""

import numpy as np
import pytest

from fer_core import runs
from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.runs.kept_epochs import accuracies_of, epochs_of, keep_epoch, kept_epochs
from fer_core.training import TrainingConfig, train
from tests.conftest import tiny_faces, write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    small = {"model": "mini_xception", "model_options": {"width": 0.25, "blocks": 1}, "batch_size": 16}
    config = TrainingConfig(name="kept", epochs=3, monitor="val_loss", **small)
    return train(config, tiny_faces(), tmp_path_factory.mktemp("kept"), keep_epochs=[1, 3])


def test_the_epochs_asked_for_are_runs_of_their_own(run: runs.Run) -> None:
    kept = kept_epochs(run)
    assert list(kept) == [1, 3]
    assert kept[1].name == "kept-epoch-1" and kept[1].scores == {} and kept[1].config["model"] == run.config["model"]
    assert [one.name for one in runs.discover(run.folder.parent)[0]] == ["kept"]  # no runs of their own elsewhere


def test_each_epoch_has_the_weights_of_its_epoch(run: runs.Run) -> None:
    kept = kept_epochs(run)
    pixels = tiny_faces().subset("public").pixels[..., None].astype(np.float32)
    first, last = (np.asarray(runs.load_model(kept[k])(pixels)) for k in (1, 3))
    assert np.abs(first - last).max() > 1e-4
    if run.best_epoch in kept:
        best = np.asarray(runs.load_model(run)(pixels))
        np.testing.assert_allclose(np.asarray(runs.load_model(kept[run.best_epoch])(pixels)), best, atol=1e-6)


def test_a_damaged_epoch_is_left_out(run: runs.Run) -> None:
    broken = run.folder / "epochs" / "0002"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    assert list(kept_epochs(run)) == [1, 3]


def test_epochs_count_from_one(run: runs.Run, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(FerError, match="counted from 1"):
        keep_epoch(run.folder, None, 0)
    assert main(["train", "--recipe", "drawn", "--data", "drawn", "--epochs", "5", "--keep-epochs", "0,2"]) != 0
    assert "not within the epochs, 1 to 5" in capsys.readouterr().err


def test_the_run_itself_stands_at_its_best_epoch(run: runs.Run, tmp_path) -> None:
    found = epochs_of(run)
    assert list(found) == sorted({1, 3, run.best_epoch})
    assert found[run.best_epoch].folder == run.folder
    bare = runs.load_run(write_run(tmp_path, "bare"))
    assert epochs_of(bare) == {}


def test_accuracies_are_those_of_the_history(tmp_path) -> None:
    folder = write_run(tmp_path, "one", epochs=3)
    (folder / "history.csv").write_text("epoch,loss,val_accuracy\n0,2.0,0.25\n1,1.5,\n2,1.0,0.5\n")
    assert accuracies_of(runs.load_run(folder)) == {1: 0.25, 3: 0.5}
    (folder / "history.csv").write_text("epoch,loss\n0,2.0\n")
    assert accuracies_of(runs.load_run(folder)) == {}
