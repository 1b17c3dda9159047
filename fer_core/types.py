"""Names for what the signatures of this library speak of: arrays by their values, and what Keras gives.

Keras and TensorFlow carry no types of their own. `Model` and `Layer` name what is used of theirs, so that a slip of the
pen is found by the type check; the objects themselves are Keras'.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
"""Pixels, 0 to 255."""

Floats: TypeAlias = NDArray[np.float32]
Doubles: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

Flags: TypeAlias = NDArray[np.bool_]
"""One yes or no a picture, or a pixel."""

Json: TypeAlias = dict[str, Any]
"""An object of a JSON file, as Python reads it."""

Tensor: TypeAlias = Any
"""What a network computes with: an array, or a tensor of the backend that Keras runs on, symbolic ones too."""

Colour: TypeAlias = tuple[int, ...]
"""1 (gray) or 3 (RGB) integers, 0 to 255."""

XY: TypeAlias = tuple[float, float]

Progress: TypeAlias = Callable[[float], object]
"""Called now and then with the share that is done, 0 to 1."""


class Layer(Protocol):
    """What is used of a keras.layers.Layer, or of an operation in a functional model."""

    name: str
    weights: list[Tensor]

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor: ...


class Model(Protocol):
    """What is used of a keras.Model."""

    name: str
    inputs: list[Tensor]
    outputs: list[Tensor]
    layers: Sequence[Any]
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    weights: list[Tensor]
    trainable_weights: list[Tensor]
    optimizer: Any
    stop_training: bool
    built: bool

    def __call__(self, x: Tensor, training: bool = False) -> Tensor: ...
    def predict_on_batch(self, x: Tensor) -> NDArray[Any]: ...
    def predict(self, x: Tensor, *, batch_size: int = 32, verbose: int = 0) -> NDArray[Any]: ...
    def get_weights(self) -> list[NDArray[Any]]: ...
    def set_weights(self, weights: Sequence[NDArray[Any]]) -> None: ...
    def save(self, filepath: Any) -> None: ...
    def count_params(self) -> int: ...
    def compile(self, *args: Any, **kwargs: Any) -> None: ...
    def fit(self, *args: Any, **kwargs: Any) -> Any: ...
