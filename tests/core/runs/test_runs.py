"""The run folder's contract, and what happens to folders that break it."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fer_core import runs
from fer_core.errors import FerError
from fer_core.runs import load_run
from fer_core.runs.history import best_epoch
from fer_core.runs.schema import problem_of_history
from tests.conftest import REPO, write_run


def test_discovers_runs_by_name_and_passes_other_folders_over(runs_root) -> None:
    (runs_root / "notes").mkdir()
    (runs_root / "readme.txt").write_text("hello")
    found, broken = runs.discover(runs_root)
    assert [run.name for run in found] == ["middling", "strong", "weak"]
    assert broken == []


def test_a_root_that_is_not_there_has_no_runs(tmp_path) -> None:
    assert runs.discover(tmp_path / "nowhere") == ([], [])


def test_reads_history_predictions_and_epochs(runs_root, dataset) -> None:
    run = runs.load_run(runs_root / "strong")
    history = run.history()
    assert list(history.columns[:5]) == ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
    assert run.splits() == ["validation", "public", "private"]
    private = run.predictions("private")
    np.testing.assert_array_equal(private.labels, dataset.subset("private").labels)
    assert private.probabilities.shape == (42, 7)
    assert run.scores["private"]["accuracy"] == np.mean(private.predicted == private.labels)
    epochs, classes = run.epoch_classes()
    assert classes.shape == (len(epochs), 42) and classes.dtype == np.uint8


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON: line 1"),
        ("[1]", "must hold an object"),
        ('{"name": "x"}', "lacks status, model"),
        ("", "is not JSON"),
    ],
)
def test_a_broken_run_is_listed_and_stops_nothing_else(runs_root, content: str, words: str) -> None:
    (runs_root / "weak" / "run.json").write_text(content)
    found, broken = runs.discover(runs_root)
    assert [run.name for run in found] == ["middling", "strong"]
    assert len(broken) == 1 and words in broken[0].problem


def test_a_later_format_is_said(runs_root) -> None:
    path = runs_root / "weak" / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(FerError, match="format 99"):
        runs.load_run(path.parent)


def test_damaged_predictions_are_one_sentence(runs_root) -> None:
    (runs_root / "weak" / "predictions.npz").write_bytes(b"no archive")
    with pytest.raises(FerError, match=r"predictions\.npz is damaged"):
        runs.load_run(runs_root / "weak").predictions("private")


def test_a_split_that_is_not_kept_is_said(runs_root) -> None:
    with pytest.raises(FerError, match="no predictions for 'test'; it has: validation, public, private"):
        runs.load_run(runs_root / "weak").predictions("test")


def test_annotations_lie_over_run_json_and_leave_it_alone(runs_root) -> None:
    folder = runs_root / "weak"
    before = (folder / "run.json").read_bytes()
    run = runs.annotate(runs.load_run(folder), note="look again", tags=["a"])
    run = runs.annotate(run, tags=["a", "b"])
    assert (run.config["note"], run.config["tags"]) == ("look again", ["a", "b"])
    assert (folder / "run.json").read_bytes() == before


def test_find_run_takes_names_and_folders_and_lists_what_there_is(runs_root) -> None:
    assert runs.find_run("weak", runs_root).name == "weak"
    assert runs.find_run(str(runs_root / "weak")).name == "weak"
    with pytest.raises(FerError, match="no run 'best'; there are: middling, strong, weak"):
        runs.find_run("best", runs_root)


def test_a_model_loads_and_takes_raw_pixels(model_root, dataset) -> None:
    model = runs.load_model(runs.load_run(model_root / "tiny"))
    out = np.asarray(model(dataset.pixels[:2, ..., None].astype(np.float32)))
    np.testing.assert_allclose(out.sum(1), 1, rtol=1e-5)


@pytest.mark.parametrize("damage", [b"", b"not a model", "half"])
def test_a_damaged_model_is_one_sentence(model_root, damage) -> None:
    path = model_root / "tiny" / "model.keras"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage == "half" else damage)
    with pytest.raises(FerError, match=r"model\.keras can't be loaded"):
        runs.load_model(runs.load_run(path.parent))


def test_a_model_of_another_shape_is_said(tmp_path, tiny_model) -> None:
    from fer_core.runtime import import_keras

    keras = import_keras()
    folder = write_run(tmp_path, "odd")
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(folder / "model.keras")
    with pytest.raises(FerError, match="must map"):
        runs.load_model(runs.load_run(folder))


def test_without_a_model_a_run_can_be_compared_but_not_asked(runs_root) -> None:
    run = runs.load_run(runs_root / "weak")
    assert not run.has_model and not run.can_predict
    with pytest.raises(FerError, match=r"no model\.keras"):
        runs.load_model(run)


def test_every_shipped_copy_is_known_to_belong_to_its_network() -> None:
    for run in runs.discover(REPO / "checkpoints")[0]:
        path, note = run.lite_copy
        assert note == "" and (path is not None) == (run.folder / "model.tflite").is_file()


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_an_hdf5_file_under_the_name_of_a_keras_file_is_opened(tmp_path, tiny_model) -> None:
    folder = write_run(tmp_path, "by-hand")
    tiny_model.save(tmp_path / "model.h5")
    (tmp_path / "model.h5").rename(folder / "model.keras")
    pixels = np.random.default_rng(2).integers(0, 256, (2, 48, 48, 1)).astype(np.float32)
    again = runs.load_model(runs.load_run(folder))
    np.testing.assert_allclose(again.predict_on_batch(pixels), tiny_model.predict_on_batch(pixels), atol=1e-6)


@pytest.mark.parametrize("last", [None, "sigmoid"])
def test_a_network_that_gives_no_probabilities_is_said(tmp_path, last) -> None:
    """Put in by hand it showed -0.9%, -12.0% and 2.9%, or 349% in all."""
    from tests.core.importing.readable import reader

    folder = write_run(tmp_path, "raw")
    reader(last=last).save(folder / "model.keras")
    with pytest.raises(FerError, match=r"gives no probabilities: .* fer_core import"):
        runs.load_model(runs.load_run(folder))


class Trap:
    """Leaves a file behind where somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_nothing_in_predictions_is_unpickled(runs_root, tmp_path) -> None:
    folder, sprung = runs_root / "weak", tmp_path / "sprung"
    with np.load(folder / "predictions.npz") as file:
        arrays = dict(file)
    np.savez(folder / "predictions.npz", **arrays, more=np.array([Trap(sprung)], dtype=object))
    with pytest.raises(FerError, match=r"predictions\.npz is damaged"):
        runs.load_run(folder).predictions("private")
    assert not sprung.exists()


def test_a_json_file_stays_whole_where_its_next_writing_breaks_off(tmp_path, monkeypatch) -> None:
    path = tmp_path / "run.json"
    runs.write_json(path, {"name": "whole", "epochs": 7})

    def half(self: Path, text: str, **more: Any) -> int:
        with self.open("w") as file:
            file.write(text[: len(text) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(OSError, match="No space"):
        runs.write_json(path, {"name": "another", "epochs": 900})
    assert runs.read_json(path) == {"name": "whole", "epochs": 7}


def test_a_history_stays_whole_where_its_next_writing_breaks_off(tmp_path, monkeypatch) -> None:
    from fer_core.training import journal

    one = journal.Journal(tmp_path)
    one.rows = [{"epoch": 0, "val_loss": 0.5}]
    one._write_history()
    before = (tmp_path / "history.csv").read_bytes()
    one.rows.append({"epoch": 1, "val_loss": 0.25})
    written = journal.csv.DictWriter.writerow

    def breaks(self: Any, row: dict[str, Any]) -> Any:
        if row.get("epoch") == 0:  # before a row stands there
            raise OSError(28, "No space left on device")
        return written(self, row)

    monkeypatch.setattr(journal.csv.DictWriter, "writerow", breaks)
    with pytest.raises(OSError, match="No space"):
        one._write_history()
    assert (tmp_path / "history.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("monitor", "best"), [("val_loss", 2), ("val_accuracy", 4), ("val_f1", 2), ("loss", 3), ("accuracy", 1)]
)
def test_the_best_epoch_is_the_lowest_loss_or_the_highest_accuracy(monitor, best) -> None:
    """None of them at either end of the other, and none by the first or the last row alone."""
    table = pd.DataFrame(
        {
            "epoch": range(5),
            "loss": [0.8, 0.7, 0.2, 0.9, 0.5],
            "accuracy": [0.9, 0.6, 0.3, 0.2, 0.5],
            "val_loss": [1.2, 0.6, 1.1, 1.5, 0.9],
            "val_accuracy": [0.4, 0.5, 0.3, 0.7, 0.6],
        }
    )
    assert best_epoch({"training": {"monitor": monitor}}, table) == best


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        ([0, 1, 2.0], ""),
        ([], ""),
        ([0, 1, -1], "row 2 has the epoch -1"),
        ([0, 1.5], "row 1 has the epoch 1.5"),
        (["0"], "row 0 has the epoch '0'"),
        ([0, 1, math.inf], "row 2 has the epoch inf"),
        ([math.nan], "row 0 has the epoch nan"),
    ],
)
def test_an_epoch_is_a_whole_number_from_zero(epochs, said) -> None:
    assert problem_of_history({"loss": [1.0], "epoch": epochs}) == said
    assert problem_of_history({"loss": epochs}) == ""


def test_runs_can_be_kept_in_sets(runs_root) -> None:
    runs = [load_run(runs_root / name) for name in ("weak", "strong", "weak")]
    assert len(set(runs)) == 2
