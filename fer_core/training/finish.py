"""After the last epoch: weights at half size, predictions, scores, calibration, model card."""

from pathlib import Path
from typing import Any

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.evaluation.calibration import fit_temperature
from fer_core.evaluation.evaluate import AVERAGINGS, averaged_probabilities
from fer_core.evaluation.run_scores import run_scores
from fer_core.models.half import round_to_half, save_at_half_size
from fer_core.reading.inference import add_lite_copy
from fer_core.runs import Run, write_json, write_predictions
from fer_core.runs.model_card import write_model_card
from fer_core.runtime import import_keras

LITE_PARAMETERS = 3_000_000


def finish_run(
    folder: Path,
    details: dict[str, Any],
    model: Any,
    dataset: Dataset,
    validation: Dataset,
    epoch_classes: np.ndarray,
) -> None:
    """Writes model.keras, predictions.npz and run.json with scores into the folder.

    Args:
        details: run.json so far; gains "calibration" and "scores".
        model: keras.Model with the best epoch's weights, which are rounded to float16 here, so that the scores are
            those of the stored file.
        dataset: all splits. validation: the pictures held out of the train split.
        epoch_classes: u8 (E, number of validation pictures).
    """
    round_to_half(model)
    save_at_half_size(model, folder / "model.keras")
    parts = {"validation": validation} | {name: dataset.subset(name) for name in SPLITS[1:] if dataset.has(name)}
    predictions = {
        name: {way: averaged_probabilities(model, part.pixels, way) for way in AVERAGINGS}
        for name, part in parts.items()
    }
    arrays: dict[str, np.ndarray] = {}
    for name, part in parts.items():
        arrays[f"{name}_rows"] = part.rows.astype(np.int32)
        arrays[f"{name}_labels"] = part.labels
        arrays[f"{name}_probabilities"] = predictions[name]["none"]
    arrays["validation_epochs"] = np.arange(len(epoch_classes), dtype=np.int16)
    arrays["validation_epoch_classes"] = epoch_classes
    write_predictions(folder, arrays)
    temperature = float(fit_temperature(predictions["validation"]["none"], validation.labels))
    details["calibration"] = {"temperature": temperature, "fitted_on": "validation"}
    details["scores"] = run_scores(dataset, parts, predictions, temperature)
    write_json(folder / "run.json", details)


def add_derived(run: Run, model: Any) -> Run:
    """Adds the model card and, for networks small enough for it to be worth its space, the LiteRT copy; gives the run
    anew."""
    write_model_card(run)
    small = run.config["model"]["parameters"] <= LITE_PARAMETERS
    # Only TensorFlow's own converter writes the format; trained elsewhere, `python -m fer_core export` adds it later.
    if small and import_keras().backend.backend() == "tensorflow":
        return add_lite_copy(run, model)
    return run
