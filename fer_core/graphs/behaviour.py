"""What a function does, found by asking it and not by its name.

A relu may be a layer, the argument of a layer, an operation, a lambda of somebody's own or a name that this library
never heard; what it does to a few numbers is the same.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from fer_core.graphs.nodes import Node
from fer_core.runtime import as_array, import_keras
from fer_core.types import Tensor

LINEAR, RECTIFIER, OTHER = "linear", "rectifier", "other"

_NEAR, _FAR = 0.5, 8.0


def twin(layer: Any, **changed: Any) -> Any:
    """A layer that shares everything with the live one (weights too), with other attributes; the live one stays."""
    new = object.__new__(type(layer))
    new.__dict__.update(layer.__dict__)
    new.__dict__.update(changed)  # past Keras' own setters, which would track and lock
    return new


def nature(function: Callable[[Any], Any], shape: tuple[int, ...] = (64,)) -> str | None:
    """What an elementwise function is; None for one that is not elementwise, or fails on numbers.

    LINEAR: a x + b. RECTIFIER: what relu and its kin do: more or less the input above zero, less of it below (a
    leaky one still some, an elu a little). OTHER: whatever else bends, as tanh and sigmoid, which treat both sides
    alike.

    shape: of the input without the batch.
    """
    rng = np.random.default_rng(0)
    x, y = (2 * rng.standard_normal((2, *shape)) for _ in range(2))
    chosen = rng.random(x.shape) < 0.5
    try:
        a, b = _asked(function, x), _asked(function, np.where(chosen, y, x))
        if a.shape != x.shape or not np.allclose(a[~chosen], b[~chosen], atol=1e-5, equal_nan=True):
            return None
        at = {t: _asked(function, np.full(x.shape, t)) for t in (0.0, _NEAR, -_NEAR, _FAR, -_FAR)}
    except Exception:  # whatever somebody's function raises on numbers it was not made for
        return None
    return _nature(at)


def _nature(at: dict[float, np.ndarray]) -> str:
    up, down = ({t: sign * (at[sign * t] - at[0.0]) for t in (_NEAR, _FAR)} for sign in (1, -1))
    slope = up[_NEAR] / _NEAR
    if all(np.allclose(side[t], slope * t, rtol=1e-3, atol=1e-4) for side in (up, down) for t in (_NEAR, _FAR)):
        return LINEAR
    bounded = (up[_FAR] < 3 * _FAR).all() and (down[_FAR] <= 4 * np.abs(up[_FAR])).all()
    for t in (_NEAR, _FAR):
        passes, not_even = up[t] >= 0.25 * t, down[t] > -0.5 * up[t]
        uneven = np.abs(up[t] - down[t]) > 1e-3 * t
        if bounded and (passes & not_even).all() and uneven.any():
            return RECTIFIER
    return OTHER


def is_affine(function: Callable[[Any], Any], shape: tuple[int, ...]) -> bool:
    """Whether f((x + y) / 2) = (f(x) + f(y)) / 2, tried on random numbers."""
    rng = np.random.default_rng(1)
    x, y = (2 * rng.standard_normal((4, *shape)) for _ in range(2))
    try:
        a, b, middle = (_asked(function, v) for v in (x, y, (x + y) / 2))
    except Exception:
        return False
    return a.shape == middle.shape and np.allclose((a + b) / 2, middle, rtol=1e-3, atol=1e-3 * (np.abs(a).max() + 1e-6))


def is_softmax(function: Callable[[Any], Any], shape: tuple[int, ...] = (5,)) -> bool:
    """Whether it makes the softmax of all numbers of a picture; shape: of its input without the batch."""
    x = 2 * np.random.default_rng(2).standard_normal((3, *shape))
    powers = np.exp(x.reshape(3, -1))
    return _gives(function, x, powers / powers.sum(axis=1, keepdims=True))


def is_log_softmax(function: Callable[[Any], Any], shape: tuple[int, ...] = (5,)) -> bool:
    """Whether it makes the logarithm of the softmax of all numbers of a picture."""
    x = 2 * np.random.default_rng(2).standard_normal((3, *shape))
    flat = x.reshape(3, -1)
    return _gives(function, x, flat - np.log(np.exp(flat).sum(axis=1, keepdims=True)))


def is_identity(function: Callable[[Any], Any], shape: tuple[int, ...], positive: bool = False) -> bool:
    """Whether the same numbers come out in the same order, in whatever shape or precision.

    positive: asked of numbers from 0 to 1 only, as probabilities are.
    """
    x = np.random.default_rng(3).random((3, *shape))
    x = x if positive else 4 * x - 2
    return _gives(function, x, x.reshape(3, -1))


def of_one_input(node: Node) -> Callable[..., Tensor] | None:
    """The node as a function of its one input, the other arguments as they are; None where it takes several."""
    if len(node.feeds) != 1 or None in node.inputs[0].shape[1:]:
        return None

    def function(x: Tensor, layer: Callable[..., Tensor] | None = None) -> Tensor:
        return node.call({node.feeds[0]: x}, layer)

    return function


def input_shape(node: Node) -> tuple[int, ...]:
    """Shape of a node's first input, without the batch."""
    return tuple(node.inputs[0].shape[1:])


def _gives(function: Callable[[Any], Any], x: np.ndarray, expected: np.ndarray) -> bool:
    try:
        found = _asked(function, x)
    except Exception:
        return False
    # Half precision keeps three digits.
    return found.size == expected.size and np.allclose(found.reshape(len(x), -1), expected, rtol=1e-2, atol=4e-3)


def _asked(function: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    keras = import_keras()
    answer = function(keras.ops.convert_to_tensor(x.astype(np.float32)))
    return np.asarray(as_array(keras.ops.cast(answer, "float32")))
