"""What happens to each value by itself, read from live layers: normalisation, activation, softmax."""

from typing import Any

import numpy as np

from fer_core.graphs import Node
from fer_core.inside.functions import recognised
from fer_core.inside.step_arithmetic import ArithmeticStep, as_places
from fer_core.runtime import import_keras

HANDED_ON = ("Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "ActivityRegularization")
_LEAST = 1e-7  # Keras' Normalization divides by no less
ELEMENTWISE = (
    "BatchNormalization", "LayerNormalization", "Normalization", "Rescaling", "Activation", "ReLU", "LeakyReLU", "ELU",
    "Softmax", *HANDED_ON,
)  # fmt: skip
"""Layers that are steps of a block and begin none."""


def step_of(node: Node, given: np.ndarray, output: np.ndarray, units: np.ndarray) -> ArithmeticStep:
    """A layer of ELEMENTWISE as a step.

    given, output: what it takes and gives on the picture, f32 (h, w, K) or (K,). units: i64 (U,).
    """
    layer, own = node.layer, as_places(output)[..., units]
    if node.kind in HANDED_ON:
        return ArithmeticStep("same", node.name, node.kind, output=own)
    if node.kind == "Rescaling":
        if np.ndim(layer.scale) or np.ndim(layer.offset):
            return ArithmeticStep("given", node.name, node.kind, output=own)
        numbers = {"scale": np.array([float(layer.scale)]), "offset": np.array([float(layer.offset)])}
        return ArithmeticStep("rescale", node.name, node.kind, numbers, output=own)
    if node.kind.endswith("Normalization"):
        found = _normalisation(node, as_places(given).astype(np.float64), units)
        return ArithmeticStep("given" if found is None else "normalise", node.name, node.kind, found or {}, output=own)
    function, name, settings = _function(layer, node.kind)
    return activation(function, name, settings, node.name, node.kind, as_places(given), own, units)


def activation(
    function: Any,
    name: str,
    settings: dict[str, float],
    node: str,
    layer: str,
    given: np.ndarray,
    output: np.ndarray,
    units: np.ndarray,
) -> ArithmeticStep:
    """A step of an activation function; given: what it takes, (h, w, K), output: f32 (h, w, U)."""
    if name == "softmax":
        return ArithmeticStep(
            "softmax", node, layer, formula=name, output=output, logits=given.astype(np.float64), which=units
        )
    if not recognised(function, name, settings):
        return ArithmeticStep("given", node, layer, formula=name, output=output)
    numbers = {key: np.array([value]) for key, value in settings.items()}
    return ArithmeticStep("function", node, layer, numbers, name, output)


def name_of(function: Any) -> str:
    """The name of an activation function; "" where it has none."""
    return str(getattr(function, "__name__", ""))


def _function(layer: Any, kind: str) -> tuple[Any, str, dict[str, float]]:
    if kind == "Activation":
        return layer.activation, name_of(layer.activation), {}
    if kind == "ReLU":
        top = np.inf if layer.max_value is None else float(layer.max_value)
        own = {"top": top, "slope": float(layer.negative_slope), "threshold": float(layer.threshold)}
        return layer, "relu", own
    if kind == "LeakyReLU":
        return layer, "relu", {"top": np.inf, "slope": float(layer.negative_slope), "threshold": 0.0}
    if kind == "ELU":
        return layer, "elu", {"alpha": float(layer.alpha)}
    last = layer.axis in (-1, [-1], (-1,))
    return layer, "softmax" if last else "", {}


def _normalisation(node: Node, given: np.ndarray, units: np.ndarray) -> dict[str, np.ndarray] | None:
    """mean, variance, epsilon, gamma, beta; None for what is not of these kinds."""
    layer, channels = node.layer, given.shape[2]
    if node.kind == "BatchNormalization":
        if layer.axis not in (-1, len(node.tensor.shape) - 1):
            return None
        one, zero = np.ones(channels), np.zeros(channels)
        found = {
            "mean": _array(layer.moving_mean), "variance": _array(layer.moving_variance),
            "gamma": _array(layer.gamma) if layer.scale else one, "beta": _array(layer.beta) if layer.center else zero,
        }  # fmt: skip
        return {name: values[units] for name, values in found.items()} | {"epsilon": np.array([float(layer.epsilon)])}
    if node.kind == "LayerNormalization":
        return _over_picture(layer, node, given, units)
    if node.kind == "Normalization" and not getattr(layer, "invert", False):
        mean, variance = _array(layer.mean), _array(layer.variance)
        least = {"variance": np.maximum(variance, _LEAST**2), "mean": mean}
        return {
            name: _spread(values.reshape(values.shape[-3:] if values.ndim > 3 else values.shape), given.shape, units)
            for name, values in least.items()
        } | {"epsilon": np.zeros(1), "gamma": np.ones(1), "beta": np.zeros(1)}
    return None


def _over_picture(layer: Any, node: Node, given: np.ndarray, units: np.ndarray) -> dict[str, np.ndarray] | None:
    """Layer normalisation: mean and variance are those of this very picture."""
    if getattr(layer, "rms_scaling", False):
        return None
    rank = len(node.tensor.shape)
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    axes = sorted((axis % rank) - 1 + (3 - (rank - 1)) for axis in axes)  # among (h, w, channels)
    mean = given.mean(axis=tuple(axes), keepdims=True)
    variance = given.var(axis=tuple(axes), keepdims=True)
    size = tuple(given.shape[axis] if axis in axes else 1 for axis in range(3))
    gamma = _array(layer.gamma).reshape(size) if layer.scale else np.ones(size)
    beta = _array(layer.beta).reshape(size) if layer.center else np.zeros(size)
    found = {"mean": mean, "variance": variance, "gamma": gamma, "beta": beta}
    return {name: _spread(values, given.shape, units) for name, values in found.items()} | {
        "epsilon": np.array([float(layer.epsilon)])
    }


def _spread(values: np.ndarray, shape: tuple[int, ...], units: np.ndarray) -> np.ndarray:
    """(h or 1, w or 1, U or 1), and one number where all are the same place's."""
    if values.size == 1:
        return values.reshape(1)
    values = np.broadcast_to(values, (*values.shape[:2], shape[2])) if values.ndim == 3 else values.reshape(1, 1, -1)
    return values[..., units]


def _array(values: Any) -> np.ndarray:
    return np.asarray(import_keras().ops.convert_to_numpy(values), np.float64)
