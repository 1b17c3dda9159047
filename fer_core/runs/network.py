"""A run's network as something that can be asked, whether it is a Keras model or a .tflite file only."""

from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.models.lite import LiteModel
from fer_core.models.wrapping import Wrapping
from fer_core.runs.folder import Run, load_model


def open_lite(run: Run, path: Path) -> LiteModel:
    """The run's model.tflite: f32 (N, 48, 48, 1), 0 to 255 -> f32 (N, 7); loaded at the first question.

    Where the run has no model.keras, run.json's "wrapping" says how the file is to be asked.
    """
    wrapping = run.config.get("wrapping") if not run.has_model else None
    return LiteModel(path.read_bytes, str(path), Wrapping.from_json(wrapping) if wrapping else None)


def load_network(run: Run) -> Any:
    """The run's keras.Model, else its model.tflite; both have `predict_on_batch`, f32 (N, 48, 48, 1) -> f32 (N, 7).

    Raises FerError where there is neither.
    """
    path, note = (None, "") if run.has_model else run.lite_copy
    if path is not None:
        return open_lite(run, path)
    if note:
        raise FerError(note)
    return load_model(run)
