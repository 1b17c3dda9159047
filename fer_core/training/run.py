"""Trains one network and leaves a run folder behind."""

import os
import platform
import shutil
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core import models
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.verdicts import digest
from fer_core.errors import FerError
from fer_core.reading.inference import Predictor
from fer_core.runs import FORMAT, PARTIAL, Run, default_root, load_model, load_run, read_json, write_json
from fer_core.runs.lock import writing
from fer_core.runtime import import_keras
from fer_core.training import network
from fer_core.training.batches import training_batches
from fer_core.training.callback import Watched, epoch_callback
from fer_core.training.config import TrainingConfig
from fer_core.training.finish import add_derived, finish_run
from fer_core.training.journal import STOP_FILE, Journal
from fer_core.training.mixing import class_weights
from fer_core.training.precision import resolve
from fer_core.training.split import hold_out
from fer_core.training.targets import corrected_targets, decisions, training_targets


def train(
    config: TrainingConfig,
    dataset: Dataset,
    root: Path | str | None = None,
    report: Callable[[str], None] = lambda line: None,
    overwrite: bool = False,
    keep_epochs: Collection[int] = (),
) -> Run:
    """Trains a network on the data set's train split and gives the finished run.

    A run that was killed is taken up after its last whole epoch when asked for again with the same configuration
    and data. Ctrl-C (KeyboardInterrupt), or a file named STOP in the .partial folder, ends training; the best epoch so
    far is evaluated and kept with status "stopped".

    Args:
        config: what to train. dataset: on what. root: folder of runs, default `fer_core.runs.default_root()`.
        report: called with a line of text after each epoch.
        overwrite: whether a finished run of that name, or a killed one with other settings, is replaced.
        keep_epochs: epochs, counted from 1, whose networks are kept beside the best one (`fer_core.runs.kept_epochs`).

    Raises FerError where the name is taken, the data does not allow training, or no epoch was finished.
    """
    root = Path(root) if root else default_root()
    try:
        with writing(root, config.name):
            return _train(config, dataset, root, report, overwrite, keep_epochs)
    except OSError as error:
        raise FerError(
            f"{config.name}: {error.filename or root} can't be written or read ({error.strerror or error}). Make room "
            "or give the right to, then give the same command again: it goes on after the last whole epoch."
        ) from error


def _train(
    config: TrainingConfig,
    dataset: Dataset,
    root: Path,
    report: Callable[[str], None],
    overwrite: bool,
    keep_epochs: Collection[int],
) -> Run:
    if (published := _publishing(config, dataset, root)) is not None:
        return _complete(published)
    teacher = _teacher(config, root)
    train_part = dataset.subset("train")
    targets, known = training_targets(train_part, config.targets)
    folder = _prepare_folder(config, dataset, root, overwrite)
    journal = Journal(folder)
    fit_at, held_at = hold_out(train_part.pixels, train_part.labels, config.validation_fraction, config.split_seed)
    decided = decisions(config.verdicts, dataset)
    targets, known = corrected_targets(train_part, fit_at, targets, known, decided, config.targets)
    fit_at = fit_at[known[fit_at]]
    if config.limit:
        fit_at = np.sort(np.random.default_rng(config.seed).permutation(fit_at)[: config.limit])
    resumed = journal.take_up()
    pixels = train_part.pixels[fit_at]
    batches = _batches(config, pixels, targets[fit_at], teacher)
    model = network.start(config, pixels, len(batches), root, journal.state_model if resumed else None)
    details = _describe(config, dataset, model, len(fit_at), len(held_at), folder)
    write_json(folder / "run.json", details)
    if resumed:
        report(f"taking up {config.name} after epoch {journal.epochs_run}")
    validation = train_part.take(held_at)
    watched = Watched(validation.pixels, targets[held_at], known[held_at])
    status = _fit(config, journal, model, batches, watched, report, keep_epochs)
    if journal.best_epoch is None:
        raise FerError(f"{config.name} was stopped before its first epoch ended; there is nothing to keep yet.")
    model = network.in_float32(config, pixels, journal.best_weights)
    network.kept_in_float32(config, pixels, folder)
    details.update(status=status, best_epoch=journal.best_epoch, seconds=round(journal.seconds, 1))
    details["training"]["epochs_run"] = journal.epochs_run
    report(f"evaluating epoch {journal.best_epoch}")
    finish_run(folder, details, model, dataset, validation, np.stack(journal.epoch_classes))
    return _complete(_publish(folder, overwrite))


def _fit(
    config: TrainingConfig,
    journal: Journal,
    model: Any,
    batches: Any,
    validation: Watched,
    report: Callable[[str], None],
    keep_epochs: Collection[int],
) -> str:
    callback = epoch_callback(config, journal, batches, validation, report, keep_epochs)
    if journal.epochs_run >= config.epochs or journal.waited >= config.patience:
        return "finished"
    try:
        model.fit(
            batches,
            initial_epoch=journal.epochs_run,
            epochs=config.epochs,
            callbacks=[callback],
            shuffle=False,  # the batches shuffle themselves, from the seed
            verbose=0,
        )
    except KeyboardInterrupt:
        report("stopping; keeping the best epoch so far")
        return "stopped"
    return "stopped" if journal.stop_asked() else "finished"


def _teacher(config: TrainingConfig, root: Path) -> Callable[[np.ndarray], np.ndarray] | None:
    """What answers for the teacher runs, found beside the new run or in the default folder of runs: their mean."""
    if not config.teacher:
        return None
    predictors = [Predictor(network.run_beside(name.strip(), root)) for name in config.teacher.split(",")]
    return lambda pixels: np.mean([p.probabilities(pixels, calibrated=False) for p in predictors], axis=0)


def _same(earlier: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether an unfinished run was asked for with these settings and data.

    A setting that did not exist then counts as its default; precision may change on the way.
    """
    own = {"name": asked["config"]["name"]}
    before = TrainingConfig(**own).as_dict() | earlier["config"] | {"precision": asked["config"]["precision"]}
    return {**earlier, "config": before} == asked


def _batches(
    config: TrainingConfig,
    pixels: np.ndarray,
    targets: np.ndarray,
    teacher: Callable[[np.ndarray], np.ndarray] | None,
) -> Any:
    return training_batches(
        pixels,
        targets,
        config.batch_size,
        config.augmentation,
        config.seed,
        teacher,
        config.teacher_share,
        (config.mixup, config.cutmix),
        class_weights(targets, config.class_weight) if config.class_weight else None,
    )


def _prepare_folder(config: TrainingConfig, dataset: Dataset, root: Path, overwrite: bool) -> Path:
    final, partial = root / config.name, root / f"{config.name}{PARTIAL}"
    if final.exists() and not overwrite:
        raise FerError(f"There is already a run {config.name!r} in {root}; choose another name or ask to overwrite it.")
    asked = _asked(config, dataset)
    note = partial / _ASKED
    if partial.exists() and not (note.is_file() and _same(read_json(note), asked)):
        # A folder without that note was killed before it had one: there is nothing to go on from.
        if not overwrite and (note.is_file() or (partial / "run.json").is_file()):
            raise FerError(
                f"{partial} holds an unfinished run with other settings or data; "
                f"choose another name, or ask to overwrite it."
            )
        shutil.rmtree(partial)
    partial.mkdir(parents=True, exist_ok=True)
    (partial / STOP_FILE).unlink(missing_ok=True)
    write_json(note, asked)
    return partial


def _asked(config: TrainingConfig, dataset: Dataset) -> dict[str, Any]:
    decided = decisions(config.verdicts, dataset)
    changed = {"verdicts": digest(decided)} if decided else {}
    return {"config": config.as_dict(), "fingerprint": dataset.fingerprint, **changed}


_ASKED = "asked.json"
"""What was asked for. In a folder of a finished run it says that publishing did not come to its end yet."""


def _publish(folder: Path, overwrite: bool) -> Path:
    """Gives the folder its final name, in one step; a run that it replaces is set aside until then.

    Raises FerError where somebody put a run under that name meanwhile, and nobody asked to replace it.
    """
    final = folder.with_name(folder.name.removesuffix(PARTIAL))
    if final.exists() and not overwrite:
        raise FerError(
            f"While {final.name!r} was trained, another run was put under that name. Rename that one, then give the "
            "same command again: nothing is trained anew."
        )
    aside = folder.with_name(f".{final.name}.replaced")
    if final.exists():
        if aside.exists():
            shutil.rmtree(aside)
        final.rename(aside)
    folder.rename(final)
    if aside.exists():
        shutil.rmtree(aside)
    return final


def _publishing(config: TrainingConfig, dataset: Dataset, root: Path) -> Path | None:
    """The folder of this very run where its publishing was broken off; None where there is no such thing."""
    note = root / config.name / _ASKED
    asked = _asked(config, dataset)
    return note.parent if note.is_file() and _same(read_json(note), asked) else None


def _complete(final: Path) -> Run:
    """Adds what is derived from a published run and clears what only training needed; may be done again."""
    run = load_run(final)
    run = add_derived(run, load_model(run))
    for left in [*final.glob("state-*"), *final.glob("progress.json"), *final.glob(STOP_FILE), *final.glob("*.new.*")]:
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    (final / _ASKED).unlink(missing_ok=True)  # last: from here on the run is whole
    return run


def _describe(
    config: TrainingConfig, dataset: Dataset, model: Any, fitted: int, held: int, folder: Path
) -> dict[str, Any]:
    """run.json as it stands while training."""
    keras = import_keras()
    counts = {**dataset.counts(), "fitted": fitted, "validation": held}
    decided = decisions(config.verdicts, dataset)
    previous = read_json(folder / "run.json") if (folder / "run.json").is_file() else {}
    given = config.as_dict()
    separate = ("name", "note", "tags", "model", "model_options", "normalisation", "augmentation", "epochs", "verdicts")
    return {
        "format": FORMAT,
        "name": config.name,
        "note": config.note,
        "tags": list(config.tags),
        "status": "training",
        "created": previous.get("created") or datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {
            "name": config.model,
            "options": {**models.options(config.model), **config.model_options},
            "parameters": int(model.count_params()),
            "trainable_parameters": int(sum(np.prod(v.shape) for v in model.trainable_weights)),
            "multiply_adds": models.multiply_adds(model),
        },
        "dataset": {
            "name": dataset.name,
            "layout": dataset.layout,
            "fingerprint": dataset.fingerprint,
            "splits": [name for name in SPLITS if dataset.has(name)],
            "counts": counts,
            "validation": {"fraction": config.validation_fraction, "seed": config.split_seed, "stratified": True},
            **({"verdicts": {"decided": len(decided), "digest": digest(decided)}} if decided else {}),
        },
        "preprocessing": {"normalisation": config.normalisation},
        "augmentation": given["augmentation"],
        "training": {
            **{key: value for key, value in given.items() if key not in separate},
            "precision": resolve(config.precision),
            "epochs_asked": config.epochs,
            "epochs_run": 0,
        },
        "hardware": {"processor": _processor(), "cores": os.cpu_count(), "device": _device()},
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
            "numpy": np.__version__,
        },
        "updated": time.time(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _device() -> str:
    """What computed: "cpu", or the accelerator as Keras' backend names it."""
    keras = import_keras()
    found = [d for d in keras.distribution.list_devices() if not d.startswith("cpu")]
    return found[0] if found else "cpu"
