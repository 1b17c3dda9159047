"""A .tflite file as a function, through LiteRT: without TensorFlow, from many threads at once."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.models.wrapping import Wrapping
from fer_core.pool import Pool
from fer_core.runtime import _quiet_stderr
from fer_core.types import Floats

_first_interpreter = threading.Lock()


class LiteModel:
    """Raw pixels f32 (N, 48, 48, 1), 0 to 255 -> probabilities f32 (N, 7).

    Raises FerError where the file is damaged, or takes and gives something else and no wrapping says how to ask it.
    """

    def __init__(self, read: Callable[[], bytes], shown: str, wrapping: Wrapping | None = None) -> None:
        """read gives the file's bytes: not its path, as it may be replaced while it is in use."""
        self._network, self._wrapping, self._shown = LiteNetwork(read, shown), wrapping, shown
        self._checked = self._probable = False

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        if not self._checked:
            self._check()
        if self._wrapping is None:
            answer: Floats = self._network(pixels)
            if not self._probable:
                self._check_answer(answer)
            return answer
        return self._wrapping.finish(self._network(self._wrapping.prepare(pixels[..., 0])))

    def predict_on_batch(self, pixels: np.ndarray) -> np.ndarray:
        """The same, under the name that a Keras model has for it."""
        return self(pixels)

    def _check_answer(self, answer: np.ndarray) -> None:
        """Once: whether the first answers are probabilities. Quantised ones add up to 1 within hundredths."""
        sums = answer.sum(axis=1)
        if len(answer) and not (answer.min() >= -1e-3 and np.abs(sums - 1).max() < 0.05):
            raise FerError(
                f"{self._shown} gives no probabilities: its first answer adds up to {sums[0]:.4g}; delete it, or bring "
                "it in with `python -m fer_core import`."
            )
        self._probable = bool(len(answer))

    def _check(self) -> None:
        takes, gives = self._network.shapes()
        wanted = ((48, 48, 1), (len(CLASSES),)) if self._wrapping is None else self._wrapping.shapes
        if (takes, gives) != wanted:
            raise FerError(
                f"{self._shown} maps pictures of {takes} to {gives}, where {wanted[0]} to {wanted[1]} is needed; "
                "delete it, or bring it in with `python -m fer_core import`."
            )
        self._checked = True


class LiteNetwork:
    """A .tflite network as it is: f32 (N, ...) -> f32 (N, C), whole numbers inside turned into what they stand for."""

    def __init__(self, read: Callable[[], bytes], shown: str) -> None:
        self._read, self._shown = read, shown
        self._pool: Pool[Any] = Pool(self._open)

    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Shapes of one input and one output, without the batch. Raises FerError where there are several."""
        with self._pool.borrow() as interpreter:
            entries, ends = interpreter.get_input_details(), interpreter.get_output_details()
        if len(entries) != 1 or len(ends) != 1:
            raise FerError(
                f"{self._shown} has {len(entries)} inputs and {len(ends)} outputs; a network of one each is needed."
            )
        return tuple(entries[0]["shape"][1:].tolist()), tuple(ends[0]["shape"][1:].tolist())

    def __call__(self, prepared: np.ndarray) -> np.ndarray:
        with self._pool.borrow() as interpreter:
            entry = interpreter.get_input_details()[0]
            if int(entry.get("shape_signature", entry["shape"])[0]) == -1 or len(prepared) == entry["shape"][0]:
                return _ask(interpreter, prepared)
            # Built for a fixed number of pictures: many such files have that number in their inner shapes, too.
            size = int(entry["shape"][0])
            spare = -len(prepared) % size
            padded = np.concatenate([prepared, np.repeat(prepared[-1:], spare, axis=0)]) if spare else prepared
            parts = [_ask(interpreter, padded[i : i + size]) for i in range(0, len(padded), size)]
            return np.concatenate(parts)[: len(prepared)]

    def _open(self) -> Any:
        from ai_edge_litert.interpreter import Interpreter

        try:
            with _first_interpreter, _quiet_stderr():  # announces its delegate on stderr
                interpreter = Interpreter(model_content=self._read(), num_threads=1)
                interpreter.allocate_tensors()
        except (ValueError, RuntimeError, OSError) as error:
            raise FerError(f"{self._shown} can't be read as a LiteRT model; delete it or write it again.") from error
        return interpreter


def _ask(interpreter: Any, prepared: np.ndarray) -> np.ndarray:
    entry, end = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    if tuple(entry["shape"]) != prepared.shape:
        interpreter.resize_tensor_input(entry["index"], prepared.shape)
        interpreter.allocate_tensors()
    interpreter.set_tensor(entry["index"], _quantised(prepared, entry))
    interpreter.invoke()
    answer: Floats = interpreter.get_tensor(end["index"]).astype(np.float32)
    scale, zero = end["quantization"]
    return (answer - np.float32(zero)) * np.float32(scale) if scale else answer


def _quantised(values: np.ndarray, entry: dict[str, Any]) -> np.ndarray:
    if np.issubdtype(entry["dtype"], np.floating):
        return values.astype(entry["dtype"])
    scale, zero = entry["quantization"]
    limits = np.iinfo(entry["dtype"])
    values = np.rint(values / scale + zero) if scale else np.rint(values)
    limited: np.ndarray = np.clip(values, limits.min, limits.max).astype(entry["dtype"])
    return limited
