"""A network from elsewhere becomes a run folder: model.keras, its LiteRT copy, predictions, scores, and run.json that
says how it is asked and what it can't show."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.evaluation.metrics import scores
from fer_core.importing.foreign import Foreign
from fer_core.importing.graph import wrapped
from fer_core.models.batched import predict_in_batches
from fer_core.models.wrapping import Wrapping
from fer_core.reading.inference import export_tflite
from fer_core.runs import FORMAT, PARTIAL, Run, default_root, load_run, write_json, write_predictions
from fer_core.runs.lite_copy import LITE_NAME, lite_record
from fer_core.runs.model_card import write_model_card
from fer_core.runs.names import check_name
from fer_core.runtime import import_keras
from fer_core.types import Progress

LIMITS = (
    "no training curves and no settings: the file does not hold them",
    "no calibration: its validation part is unknown",
)
ONLY_PREDICTS = "it predicts only: a .tflite file has no gradients and no filters that can be looked at"
OWN_LAYERS = (
    "it predicts only: it has layers of its own, whose code is not kept with a run, so that nothing but its LiteRT "
    "copy can be opened"
)
NO_COPY = "no LiteRT copy: it has operations that LiteRT's converter does not know, so the first answer takes seconds"


def keep_network(
    foreign: Foreign,
    wrapping: Wrapping,
    name: str,
    source: str,
    dataset: Dataset,
    root: Path | None = None,
    *,
    note: str = "",
    at_most: int | None = None,
    progress: Progress = lambda share: None,
) -> Run:
    """Writes the run folder; predictions are of all splits of the data set but train.

    source: the file's name. note: the user's, before what is said of the file. at_most: so many pictures of each split,
    drawn by chance; None for all. Raises FerError where the name is taken or is none (`check_name`), or as `wrapped`
    does.
    """
    root = root or default_root()
    check_name(name)
    final, partial = root / name, root / f".{name}{PARTIAL}"
    if final.exists() or (root / f"{name}{PARTIAL}").exists():
        raise FerError(f"There is already a run {name!r} in {root}, or one in training; choose another name.")
    network: Any = _Lite(foreign, wrapping) if foreign.content is not None else wrapped(foreign.model, wrapping)
    arrays, measured = _predicted(network, foreign.batch, dataset, at_most, progress)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        limits = [*LIMITS, *_write_network(network, foreign, partial)]
        details = _details(name, source, note, wrapping, dataset, foreign, limits, measured)
        if foreign.model is not None:
            details["model"]["parameters"] = int(network.count_params())
            if not (partial / "model.keras").is_file():
                del details["wrapping"]  # the copy has it inside
        write_predictions(partial, arrays)
        write_json(partial / "run.json", {**details, "lite": lite_record(partial)})
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    run = load_run(final)
    write_model_card(run)
    return run


class _Lite:
    """A .tflite network behind its wrapping, asked as a Keras model is."""

    def __init__(self, foreign: Foreign, wrapping: Wrapping) -> None:
        self._foreign, self._wrapping = foreign, wrapping

    def predict_on_batch(self, pixels: np.ndarray) -> np.ndarray:
        return self._wrapping.finish(self._foreign.ask(self._wrapping.prepare(pixels[..., 0])))


def _predicted(
    network: Any, batch: int, dataset: Dataset, at_most: int | None, progress: Progress
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """What predictions.npz holds, and the scores by split."""
    parts = {split: dataset.subset(split) for split in SPLITS[1:] if dataset.has(split)}
    if at_most:
        rng = np.random.default_rng(0)
        parts = {split: part.take(np.sort(rng.permutation(len(part))[:at_most])) for split, part in parts.items()}
    total, done = sum(map(len, parts.values())), 0
    arrays: dict[str, np.ndarray] = {}
    measured = {}
    for split, part in parts.items():
        found = []
        for start in range(0, len(part), batch):
            found.append(predict_in_batches(network, part.pixels[start : start + batch]))
            done += len(found[-1])
            progress(done / total)
        given = np.concatenate(found)
        arrays |= {f"{split}_rows": part.rows.astype(np.int32), f"{split}_labels": part.labels}
        arrays[f"{split}_probabilities"] = given
        if (part.labels >= 0).any():
            measured[split] = scores(part.labels[part.labels >= 0], given[part.labels >= 0])
    return arrays, measured


def _write_network(network: Any, foreign: Foreign, folder: Path) -> list[str]:
    """model.keras and model.tflite, those that there can be; gives what is missing, a clause each."""
    if foreign.content is not None:
        (folder / LITE_NAME).write_bytes(foreign.content)
        return [ONLY_PREDICTS]
    network.save(folder / "model.keras")
    copied = _copied(network, folder / LITE_NAME)
    if opens_plainly(folder / "model.keras"):
        return [] if copied else [NO_COPY]
    (folder / "model.keras").unlink()
    if not copied:
        raise FerError(
            "The network has layers of its own that only their code can open, and operations that LiteRT's converter "
            "does not know: there is no form in which it could be kept."
        )
    return [OWN_LAYERS]


def _copied(network: Any, path: Path) -> bool:
    if import_keras().backend.backend() != "tensorflow":  # only TensorFlow's own converter writes the format
        return False
    try:
        export_tflite(network, path)
    except Exception:  # the converter raises many kinds
        path.unlink(missing_ok=True)
        return False
    return True


def opens_plainly(path: Path) -> bool:
    """Whether plain Keras opens the file, as every page does."""
    try:
        import_keras().models.load_model(path, compile=False)
    except Exception:  # Keras raises many kinds
        return False
    return True


def _details(
    name: str,
    source: str,
    note: str,
    wrapping: Wrapping,
    dataset: Dataset,
    foreign: Foreign,
    limits: list[str],
    measured: dict[str, Any],
) -> dict[str, Any]:
    said = f"Imported from {source}: {'; '.join([*foreign.notes, *wrapping.sentences()])}."
    return {
        "format": FORMAT, "name": name, "status": "imported", "source": f"imported from {source}",
        "note": f"{note.rstrip('.')}. {said}" if note else said, "tags": [],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {"name": "imported"},
        "dataset": {"name": dataset.name, "layout": dataset.layout, "fingerprint": dataset.fingerprint},
        "preprocessing": {"normalisation": wrapping.scale}, "augmentation": None, "training": {},
        "wrapping": wrapping.to_json(), "limits": limits, "scores": measured,
    }  # fmt: skip
