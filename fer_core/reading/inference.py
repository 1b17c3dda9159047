"""Faces in, class probabilities out, by the fastest way that a run folder allows.

A run whose `model.tflite` is a copy of its `model.keras` (see `fer_core.runs.lite_copy`), or stands alone, is asked
through LiteRT: it loads in hundredths of a second and does without TensorFlow, whose import takes seconds. Any other
run is asked through Keras.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fer_core.errors import FerError
from fer_core.evaluation.calibration import apply_temperature
from fer_core.languages import Sentence
from fer_core.models.lite import LiteModel
from fer_core.pictures.pixels import check_pixels
from fer_core.runs import Run, find_run, open_lite
from fer_core.runs.lite_copy import LITE_NAME
from fer_core.runtime import _quiet_stderr, as_array, import_keras, import_tensorflow
from fer_core.types import Tensor

if TYPE_CHECKING:
    from fer_core.runs import Run

_BATCH = 64  # pictures at a time: bounds the memory of activations, and costs nothing in speed


class Predictor:
    """Asks one run for class probabilities; safe from many threads at once.

    Attributes:
        run: the run that is asked.
        way: "LiteRT" or "Keras".
        note: one sentence where a model.tflite was left aside, else empty.
    """

    def __init__(self, run: "Run | str | Path", load: Callable[["Run"], Any] | None = None) -> None:
        """Prepares a run; nothing is loaded before the first question.

        Args:
            run: a run with weights, or its name or folder.
            load: how to get the run's Keras model where one is needed, say from a cache;
                `fer_core.runs.load_model` by default.

        Raises:
            FerError: where the run has no weights.
        """
        if not isinstance(run, Run):
            run = find_run(str(run))
        self.run = run
        lite, self.note = run.lite_copy
        if lite is not None:
            self.way = "LiteRT"
            self._ask: Callable[[np.ndarray], np.ndarray] = open_lite(run, lite)
        elif run.can_be_opened:
            self.way = "Keras"
            self._ask = _KerasModel(run, load)
        elif self.note:
            raise FerError(self.note)
        elif run.has_model:
            raise FerError(
                Sentence(
                    "The run {run!r} has no model.tflite, by which it could answer without TensorFlow.", run=run.name
                )
            )
        else:
            raise FerError(
                Sentence(
                    "The run {run!r} was saved without its weights, so it can't be asked; choose another.", run=run.name
                )
            )

    def probabilities(self, crops: np.ndarray, flip: bool = False, calibrated: bool = True) -> np.ndarray:
        """Class probabilities of faces.

        Args:
            crops: u8 or float (N, 48, 48), gray, raw pixels 0 to 255; N may be 0.
            flip: average with the prediction for the mirrored picture.
            calibrated: divide the log-probabilities by the temperature that was fitted on the run's validation
                split; after the averaging, so that it keeps the winner.

        Returns:
            f32 (N, 7), rows sum to 1, columns in the order of `fer_core.labels.CLASSES`.

        Raises:
            FerError: for an array of another shape, pixels that are not raw, or a model file that can't be run.
        """
        crops = check_pixels(crops, least=0)
        if len(crops) == 0:
            return np.zeros((0, 7), dtype=np.float32)
        result = self._in_batches(crops)
        if flip:
            result = (result + self._in_batches(crops[:, :, ::-1])) / 2
        temperature = float(self.run.temperature) if calibrated else 1.0
        return apply_temperature(result, temperature) if temperature != 1.0 else result

    def _in_batches(self, crops: np.ndarray) -> np.ndarray:
        pixels = np.ascontiguousarray(crops[..., None], dtype=np.float32)
        parts = [self._ask(pixels[start : start + _BATCH]) for start in range(0, len(pixels), _BATCH)]
        return np.concatenate(parts).astype(np.float32)


def export_tflite(model: Any, path: str | Path, half: bool = True) -> Path:
    """Writes a LiteRT copy of a model: raw pixels f32 (N, 48, 48, 1), 0 to 255, to probabilities f32 (N, 7).

    Args:
        model: a Keras model on the TensorFlow backend.
        path: the file to write, by custom `model.tflite` in the run folder.
        half: store weights as float16, which halves the file; they are computed with in float32 all the same.

    Returns:
        The path written.

    Raises:
        RuntimeError: where the copy's answers differ from the model's; nothing is written then.
    """
    tf = import_tensorflow()
    path = Path(path)
    pictures = tf.TensorSpec((None, 48, 48, 1), tf.float32)
    function = tf.function(lambda pixels: model(pixels, training=False)).get_concrete_function(pictures)
    with _quiet_stderr():
        converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
        if half:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        content = converter.convert()
    _check_copy(content, function)
    unfinished = path.with_name(path.name + ".partial")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path


def add_lite_copy(run: "Run", model: Any) -> "Run":
    """Writes the run's model.tflite, and into its run.json that it belongs to model.keras; gives the run anew."""
    from fer_core.runs import stamp_copy

    export_tflite(model, run.folder / LITE_NAME)
    return stamp_copy(run)


def is_copy(run: "Run", model: Any) -> bool:
    """Whether the model.tflite in the run's folder answers as the model does, to 0.02 on pictures of noise."""
    noise = np.random.default_rng(1).integers(0, 256, (8, 48, 48, 1)).astype(np.float32)
    noise *= np.linspace(0.2, 1, 8, dtype=np.float32).reshape(8, 1, 1, 1)
    path = run.folder / LITE_NAME
    copy = LiteModel(path.read_bytes, str(path))(noise)
    return np.allclose(copy, as_array(model(noise, training=False)), atol=0.02)


def _check_copy(content: bytes, function: Callable[[np.ndarray], Any]) -> None:
    """The converter loses weights without a word on some routes (all-NaN answers), so its work is looked at."""
    from ai_edge_litert.interpreter import Interpreter

    noise = np.random.default_rng(0).integers(0, 256, (1, 48, 48, 1)).astype(np.float32)
    with _quiet_stderr():
        interpreter = Interpreter(model_content=content, num_threads=1)
        interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], noise)
    interpreter.invoke()
    copy = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    if not np.allclose(copy, as_array(function(noise)), atol=0.02):
        raise RuntimeError("The LiteRT copy answers otherwise than the model.")


class _KerasModel:
    def __init__(self, run: "Run", load: Callable[["Run"], Any] | None) -> None:
        self._run = run
        self._load = load
        self._lock = threading.Lock()
        self._compiled: Callable[[np.ndarray], Any] | None = None

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        with self._lock:
            if self._compiled is None:
                self._compiled = self._compile()
        return as_array(self._compiled(pixels))

    def _compile(self) -> Callable[[np.ndarray], Any]:
        from fer_core.runs import load_model

        model = (self._load or load_model)(self._run)
        if import_keras().backend.backend() != "tensorflow":
            on_batch: Callable[[np.ndarray], Tensor] = model.predict_on_batch
            return on_batch
        tf = import_tensorflow()
        # One trace for every number of faces; `predict_on_batch` would do, but a model's own is not thread-safe.
        signature = [tf.TensorSpec((None, 48, 48, 1), tf.float32)]
        traced: Callable[[np.ndarray], Tensor] = tf.function(
            lambda pixels: model(pixels, training=False), input_signature=signature
        )
        return traced
