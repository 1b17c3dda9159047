"""A network from elsewhere as something that can be asked: a Keras model, or a .tflite file that only predicts."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.models.lite import LiteNetwork
from fer_core.types import Floats

SIDE = 48
"""Asked for where a network takes pictures of any size."""

MOST_SIDE = 1024
"""Pixels a side of the pictures that a network may take."""

OUTPUTS = range(2, 33)
"""So many outputs may be expressions; a network of a thousand classes is about something else."""


@dataclass(frozen=True)
class Foreign:
    """A network as it came.

    Attributes:
        ask: prepared pictures f32 (N, *takes) -> what it gives, f32 (N, outputs).
        takes: shape of one picture, without the batch; None where any size will do.
        outputs: how many numbers it gives a picture.
        model: the keras.Model, None for a .tflite file.
        content: the bytes of a .tflite file, else None.
        notes: what was unusual about the file, a sentence each.
    """

    ask: Callable[[np.ndarray], np.ndarray]
    takes: tuple[int | None, ...]
    outputs: int
    model: Any = None
    content: bytes | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def form(self) -> tuple[tuple[int, int], int, bool]:
        """((height, width), channels, flat): the pictures it takes. Raises FerError where they are none."""
        if math.prod(one or 1 for one in self.takes) > 3 * MOST_SIDE**2:
            raise FerError(f"The network takes pictures of {self.takes}; at most {MOST_SIDE} x {MOST_SIDE} fit here.")
        if len(self.takes) == 3 and self.takes[2] in (1, 3):
            return (self.takes[0] or SIDE, self.takes[1] or SIDE), int(self.takes[2] or 1), False
        if len(self.takes) == 1 and self.takes[0]:
            for channels in (1, 3):
                side = math.isqrt(self.takes[0] // channels)
                if side > 7 and side * side * channels == self.takes[0]:
                    return (side, side), channels, True
        raise FerError(
            f"The network takes {self.takes}; it must take pictures (height, width, 1 or 3), or their pixels in a row."
        )

    @property
    def batch(self) -> int:
        """How many pictures to ask about at a time, so that the activations of large ones fit into memory."""
        (height, width), _, _ = self.form
        return max(4, min(256, 256 * SIDE * SIDE // (height * width)))


def of_keras(model: Any, notes: tuple[str, ...] = ()) -> Foreign:
    """Raises FerError for a model without a graph, with several inputs or outputs, or that names no expressions."""
    if not getattr(model, "inputs", None) or not getattr(model, "outputs", None):
        raise FerError("The network has code of its own and no graph of layers; save it as a functional one.")
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FerError(
            f"The network has {len(model.inputs)} inputs and {len(model.outputs)} outputs; one of each is needed."
        )

    def ask(prepared: np.ndarray) -> np.ndarray:
        given: Floats = np.asarray(model.predict_on_batch(prepared), np.float32).reshape(len(prepared), -1)
        return given

    found = Foreign(ask, tuple(model.inputs[0].shape[1:]), _outputs(model.outputs[0].shape[1:]), model, notes=notes)
    _ = found.form
    return found


def of_lite(content: bytes, shown: str) -> Foreign:
    """Raises FerError where the file is damaged, or as `of_keras` does."""
    network = LiteNetwork(lambda: content, shown)
    takes, gives = network.shapes()

    def ask(prepared: np.ndarray) -> np.ndarray:
        given: Floats = np.asarray(network(prepared), np.float32).reshape(len(prepared), -1)
        return given

    found = Foreign(ask, takes, _outputs(gives), content=content)
    _ = found.form
    return found


def _outputs(shape: tuple[int | None, ...]) -> int:
    count = math.prod(one or 0 for one in shape)
    if count not in OUTPUTS:
        raise FerError(
            f"The network gives {tuple(shape)} numbers a picture; one for each expression is needed, "
            f"{OUTPUTS.start} to {OUTPUTS.stop - 1} in all."
        )
    return count
