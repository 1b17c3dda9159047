"""A network from elsewhere becomes a run folder: model.keras, predictions, scores, and run.json that says how."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.evaluation.evaluate import averaged_probabilities
from fer_core.evaluation.metrics import scores
from fer_core.importing.graph import wrapped
from fer_core.models.wrapping import Wrapping
from fer_core.runs import FORMAT, PARTIAL, Run, default_root, load_run, write_json, write_predictions
from fer_core.runs.names import check_name

LIMITS = [
    "no training curves and no settings: the file does not hold them",
    "no calibration: its validation part is unknown",
]


def keep_network(
    model: Any, wrapping: Wrapping, name: str, source: str, dataset: Dataset, root: Path | None = None
) -> Run:
    """Writes the run folder; predictions are of all splits of the data set but train.

    source: the file's name. Raises FerError where the name is taken or is none (`check_name`), or as `wrapped` does.
    """
    root = root or default_root()
    check_name(name)
    final, partial = root / name, root / f".{name}{PARTIAL}"
    if final.exists() or (root / f"{name}{PARTIAL}").exists():
        raise FerError(f"There is already a run {name!r} in {root}, or one in training; choose another name.")
    flat = wrapped(model, wrapping)
    parts = {split: dataset.subset(split) for split in SPLITS[1:] if dataset.has(split)}
    arrays: dict[str, np.ndarray] = {}
    measured = {}
    for split, part in parts.items():
        found = averaged_probabilities(flat, part.pixels)
        arrays |= {f"{split}_rows": part.rows.astype(np.int32), f"{split}_labels": part.labels}
        arrays[f"{split}_probabilities"] = found
        measured[split] = scores(part.labels, found)
    details = {
        "format": FORMAT, "name": name, "status": "imported", "source": f"imported from {source}",
        "note": f"Imported from {source}: {'; '.join(wrapping.sentences())}.", "tags": [],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {"name": "imported", "parameters": int(flat.count_params())},
        "dataset": {"name": dataset.name, "layout": dataset.layout, "fingerprint": dataset.fingerprint},
        "preprocessing": {"normalisation": wrapping.scale}, "augmentation": None, "training": {},
        "wrapping": wrapping.to_json(), "limits": LIMITS, "scores": measured,
    }  # fmt: skip
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    flat.save(partial / "model.keras")
    write_predictions(partial, arrays)
    write_json(partial / "run.json", details)
    partial.rename(final)
    return load_run(final)
