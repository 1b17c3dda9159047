"""The run folder: the contract between training, pages and shell.

    run.json         what was trained, on what, how, and the scores of each split
    history.csv      one row an epoch, as Keras' CSVLogger writes it, with learning_rate and seconds
    predictions.npz  rows, labels and probabilities of each evaluated split; the validation split's classes by epoch
    model.keras      takes raw pixels (N, 48, 48, 1), 0 to 255; may be absent
    model.tflite     the same network for the TensorFlow-free path; may be absent (see lite_copy.py)
    annotations.json note and tags that somebody gave later; may be absent

A run in training lives in <name>.partial beside the finished ones and is renamed when it ends, so a killed run leaves
no half run behind. A folder that breaks the contract becomes a BrokenRun and stops nothing else.
"""

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.parsed import parse_json
from fer_core.runs.lite_copy import lite_record, usable_copy
from fer_core.runs.names import PARTIAL as PARTIAL
from fer_core.runs.names import as_name, is_name, plain_words
from fer_core.runs.schema import (
    Annotations,
    RunRecord,
    problem_of,
    problem_of_history,
    problem_of_predictions,
)
from fer_core.runtime import is_light

FORMAT = 1
MOST_PREDICTED_BYTES = 400_000_000
"""Of predictions.npz, unpacked; those of FER2013 with 300 epochs watched take 3 MB."""
MOST_COLUMNS = 2_000
"""Metrics in a history."""
REQUIRED = ("name", "status", "model", "dataset", "preprocessing", "training")


LATEST = "latest"
"""What the run begun last may be called, in an address or a shell."""


@dataclass(frozen=True)
class Predictions:
    """Predictions of one run on one split.

    Attributes:
        rows: i64 (N,), row numbers in the data set.
        labels: i8 (N,), true classes, -1 where not given.
        probabilities: f32 (N, 7), the network's softmax output, before temperature scaling.
    """

    rows: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """i64 (N,), the most probable class."""
        result: np.ndarray = self.probabilities.argmax(axis=1)
        return result


@dataclass(frozen=True)
class BrokenRun:
    """A folder that looks like a run but can't be read; `problem` is one sentence."""

    name: str
    folder: Path
    problem: str


@dataclass(frozen=True)
class Run:
    """One training run, read lazily from its folder; `config` is run.json with later annotations laid over it."""

    name: str
    folder: Path
    config: dict[str, Any] = field(repr=False, hash=False, compare=False)

    @property
    def status(self) -> str:
        """ "training", "finished" (all epochs or early stopping) or "stopped" (by the user, best epoch kept)."""
        return str(self.config["status"])

    @property
    def has_model(self) -> bool:
        """Whether the run has its network as a Keras model, which can be asked and looked into."""
        return self.model_path.is_file()

    @property
    def can_be_opened(self) -> bool:
        """Whether its network can be looked into here: it has one, and TensorFlow may be imported."""
        return self.has_model and not is_light()

    @property
    def can_predict(self) -> bool:
        """Whether the run can be asked about new pictures: by its Keras model, or by a model.tflite of its own."""
        return self.can_be_opened or self.lite_copy[0] is not None

    @property
    def lite_copy(self) -> tuple[Path | None, str]:
        """model.tflite where it may answer for the run, and what is to be said; see `lite_copy.usable_copy`."""
        return usable_copy(self.folder, self.config)

    @property
    def model_path(self) -> Path:
        return self.folder / "model.keras"

    @property
    def scores(self) -> dict[str, dict[str, Any]]:
        """Scores by split, as measured by `fer_core.evaluation.metrics.scores`; empty while training."""
        return self.config.get("scores") or {}

    @property
    def temperature(self) -> float:
        """Softmax temperature fitted on the validation split; 1.0 where none was."""
        return float((self.config.get("calibration") or {}).get("temperature") or 1.0)

    @property
    def dataset_name(self) -> str:
        return plain_words(str(self.config["dataset"].get("name") or "unknown"))

    @property
    def fingerprint(self) -> str | None:
        """Fingerprint of the data set that the row numbers refer to."""
        result: str | None = self.config["dataset"].get("fingerprint")
        return result

    @property
    def best_epoch(self) -> int | None:
        """1-based epoch that the stored weights and scores belong to."""
        return self.config.get("best_epoch")

    def history(self) -> pd.DataFrame:
        """One row an epoch: epoch (0-based), loss, accuracy, val_loss, val_accuracy, learning_rate, seconds.

        Empty while the first epoch runs. Raises FerError where the file can't be read.
        """
        path = self.folder / "history.csv"
        if not path.is_file():
            return pd.DataFrame(columns=["epoch", "loss", "accuracy", "val_loss", "val_accuracy"])
        try:
            with path.open("rb") as file:
                if (count := file.readline(1 << 20).count(b",")) >= MOST_COLUMNS:
                    raise ValueError(f"it has {count + 1:,} columns")
            table = pd.read_csv(path)
        except (OSError, ValueError, pd.errors.ParserError) as error:
            raise FerError(
                f"{path} can't be read as a table of epochs ({error}); write it again or remove it."
            ) from None
        if "epoch" in table and (problem := problem_of_history({"epoch": table["epoch"].tolist()})):
            raise FerError(f"{path} can't be read as a table of epochs: {problem}; write it again or remove it.")
        return table

    def splits(self) -> list[str]:
        """Names of the splits that predictions.npz holds, in its order."""
        return [key.removesuffix("_rows") for key in self._archive if key.endswith("_rows")]

    def predictions(self, split: str) -> Predictions:
        """Predictions on a split. Raises FerError where the run has none for it."""
        archive = self._archive
        if f"{split}_rows" not in archive:
            there = ", ".join(self.splits()) or "none"
            raise FerError(f"The run {self.name!r} keeps no predictions for {split!r}; it has: {there}.")
        return Predictions(
            archive[f"{split}_rows"].astype(np.int64),
            archive[f"{split}_labels"].astype(np.int8),
            archive[f"{split}_probabilities"].astype(np.float32),
        )

    def epoch_classes(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(epochs i16 (E,) 0-based, predicted classes u8 (E, N)) on the validation split, or None."""
        archive = self._archive
        if "validation_epoch_classes" not in archive:
            return None
        classes = archive["validation_epoch_classes"]
        epochs = archive.get("validation_epochs", np.arange(0))
        if classes.ndim != 2:
            return None
        if epochs.shape != (len(classes),):  # a file of somebody's own, without the numbers: epoch after epoch
            epochs = np.arange(len(classes), dtype=np.int16)
        return epochs, classes

    @cached_property
    def _archive(self) -> dict[str, np.ndarray]:
        path = self.folder / "predictions.npz"
        if not path.is_file():
            return {}
        try:
            with zipfile.ZipFile(path) as packed:
                size = sum(info.file_size for info in packed.infolist())
            if size > MOST_PREDICTED_BYTES:
                raise ValueError(f"it unpacks to {size >> 20:,} MB")
            with np.load(path, allow_pickle=False) as file:
                archive = {key: file[key] for key in file.files}
        except Exception as error:  # zipfile, zlib and numpy each raise their own for damaged files
            raise FerError(f"{path} is damaged ({type(error).__name__}: {error}); evaluate the run again.") from None
        if problem := problem_of_predictions(archive):
            raise FerError(f"{path} can't be used: {problem}; evaluate the run again.")
        return archive


def named_roots() -> list[Path]:
    """The folders that FER_RUNS names, separated as in PATH (":", on Windows ";")."""
    return [Path(one) for one in os.environ.get("FER_RUNS", "").split(os.pathsep) if one]


def default_root() -> Path:
    """Where runs are looked for and written: the first folder that FER_RUNS names, else the repository's folder
    checkpoints/, else, where the package is installed without the repository, ~/.fer-lab/runs."""
    if named := named_roots():
        return named[0]
    repository = Path(__file__).resolve().parents[2]
    if (repository / "dashboard.py").is_file():
        return repository / "checkpoints"
    return Path.home() / ".fer-lab" / "runs"


def shipped_root() -> Path:
    """Where the runs lie that come with the library: in the repository, or inside the installed package."""
    inside = Path(__file__).resolve().parents[1] / "checkpoints"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "checkpoints"


def may_be_opened(folder: Path) -> bool:
    """Whether somebody at another machine may open this folder of runs: it is, links followed, one of the folders
    that FER_RUNS names, the usual one or the one shipped, or lies below one of them."""
    asked = folder.resolve()
    return any(asked.is_relative_to(one.resolve()) for one in (*named_roots(), default_root(), shipped_root()))


def discover(root: Path | str | None = None) -> tuple[list[Run], list[BrokenRun]]:
    """Runs below a folder, by name, those in training included; folders without a run.json are passed over.

    root: by default `default_root()`, and, where the package is installed without the repository and FER_RUNS is not
    set, the runs that come with it too.
    """
    roots = [Path(root) if root is not None else default_root()]
    if root is None and not os.environ.get("FER_RUNS") and shipped_root() != roots[0]:
        roots.append(shipped_root())
    runs: list[Run] = []
    broken: list[BrokenRun] = []
    for folder in sorted(folder for one in roots if one.is_dir() for folder in one.iterdir()):
        try:
            if folder.name.startswith(".") or not (folder / "run.json").is_file():
                continue
            runs.append(load_run(folder))
        except FerError as error:
            broken.append(BrokenRun(folder.name, folder, str(error)))
        except OSError as error:  # a folder that may not be looked into
            broken.append(BrokenRun(folder.name, folder, f"{folder} can't be read ({error.strerror})."))
    return runs, broken


def load_run(folder: Path | str) -> Run:
    """The run in a folder. Raises FerError with one sentence where the folder breaks the contract."""
    folder = Path(folder)
    path = folder / "run.json"
    if not path.is_file():
        raise FerError(f"{folder} is no run folder: it has no run.json.")
    config = read_json(path)
    missing = [key for key in REQUIRED if key not in config]
    if missing:
        raise FerError(f"{path} lacks {', '.join(missing)}; a run needs: {', '.join(REQUIRED)}.")
    if problem := problem_of(RunRecord, config):
        raise FerError(f"{path} can't be used: {problem}.")
    if config.get("format", FORMAT) > FORMAT:
        raise FerError(f"{path} has format {config['format']}, this version reads up to {FORMAT}; update FER Lab.")
    annotations = folder / "annotations.json"
    if annotations.is_file():
        later = read_json(annotations)
        if problem := problem_of(Annotations, later):
            raise FerError(f"{annotations} can't be used: {problem}. Mend it, or remove it: run.json stays as it is.")
        config = {**config, **later}
    name = str(config["name"])
    # Names stand in sentences on the page: one that is no name (it may hold markup) is shown as what could be one.
    return Run(name if is_name(name) else as_name(name), folder, config)


def find_run(name: str, root: Path | str | None = None) -> Run:
    """The run of that name below root, or in that folder; "latest" is the one begun last, where none is called so.

    Raises FerError that lists the names there are.
    """
    if (Path(name) / "run.json").is_file():
        return load_run(name)
    runs, broken = discover(root)
    for run in runs:
        if name in (run.name, run.folder.name):
            return run
    for bad in broken:
        if name == bad.name:
            raise FerError(bad.problem)
    if name == LATEST and runs:
        return latest(runs)
    raise FerError(f"There is no run {name!r}; there are: {', '.join(run.name for run in runs) or 'none yet'}.")


def latest(runs: Sequence[Run]) -> Run:
    """The run begun last of some, at least one."""
    return max(runs, key=lambda run: (str(run.config.get("created") or ""), run.name))


def load_model(run: Run) -> Any:
    """The run's keras.Model: raw pixels (N, 48, 48, 1), 0 to 255 -> probabilities f32 (N, 7).

    Raises FerError where the file is absent, damaged, or unsafe to load.
    """
    from fer_core.runtime import import_keras

    if not run.has_model:
        what = "it predicts, but can't be looked into" if run.can_predict else "it can be compared, but not asked"
        raise FerError(f"The run {run.name!r} has no model.keras: {what}.")
    keras = import_keras()
    try:
        model = _loaded(keras, run.model_path)
    except Exception as error:  # Keras raises five kinds for five kinds of damage
        reason = " ".join(str(error).split())[:160]
        raise FerError(
            f"{run.model_path} can't be loaded ({type(error).__name__}: {reason}); train the run again."
        ) from None
    if model.output_shape != (None, len(CLASSES)) or model.input_shape != (None, 48, 48, 1):
        raise FerError(
            f"{run.model_path} maps {model.input_shape} to {model.output_shape}; "
            f"a run's model must map (None, 48, 48, 1) to (None, {len(CLASSES)}). {_BRING_IN}"
        )
    _check_answer(model, run.model_path)
    return model


_BRING_IN = "`python -m fer_core import` brings a network from elsewhere in, whatever it takes and gives."


def _loaded(keras: Any, path: Path) -> Any:
    """Keras goes by the name's ending; a file put in by hand may be HDF5 under the name model.keras."""
    with path.open("rb") as file:
        is_hdf5 = file.read(4) == b"\x89HDF"
    if not is_hdf5:
        return keras.models.load_model(path, compile=False)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model.h5"
        shutil.copyfile(path, copy)
        return keras.models.load_model(copy, compile=False)


def _check_answer(model: Any, path: Path) -> None:
    """Raises FerError where one answer is no probabilities, as of a network that ends in logits, put in by hand."""
    from fer_core.runtime import as_array

    noise = np.random.default_rng(0).integers(0, 256, (1, 48, 48, 1)).astype(np.float32)
    answer = as_array(model(noise, training=False))
    if not (answer.min() >= -1e-3 and abs(float(answer.sum()) - 1) < 0.01):
        raise FerError(
            f"{path} gives no probabilities: {', '.join(f'{one:.3g}' for one in answer[0])}, which add up to "
            f"{answer.sum():.4g}. {_BRING_IN}"
        )


def stamp_copy(run: Run) -> Run:
    """Writes into run.json that the run's model.tflite is a copy of its model.keras; gives the run anew."""
    path = run.folder / "run.json"
    write_json(path, {**read_json(path), "lite": lite_record(run.folder)})
    return load_run(run.folder)


def annotate(run: Run, note: str | None = None, tags: list[str] | None = None) -> Run:
    """Keeps a note and tags beside run.json, which itself stays as training wrote it; gives the run anew."""
    path = run.folder / "annotations.json"
    given = {"note": note, "tags": tags}
    kept = read_json(path) if path.is_file() else {}
    write_json(path, {**kept, **{key: value for key, value in given.items() if value is not None}})
    return load_run(run.folder)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises FerError naming the file and the line where it breaks."""
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise FerError(f"{path} can't be read (it is no file).")
    try:
        value = parse_json(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise FerError(f"{path} is not JSON: line {error.lineno}, {error.msg}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise FerError(f"{path} can't be read ({error}).") from None
    except ValueError as error:
        raise FerError(f"{path} can't be read: {str(error).split(';')[0]}.") from None
    if not isinstance(value, dict):
        raise FerError(f"{path} must hold an object, not a {type(value).__name__}.")
    return value


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Writes a JSON file whole or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def write_predictions(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Writes predictions.npz; `Predictions` says which arrays it holds."""
    np.savez_compressed(folder / "predictions.npz", **arrays)  # type: ignore[arg-type]
