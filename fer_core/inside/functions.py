"""Activation functions as formulas, each held against the live one before it is believed."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fer_core.runtime import as_array, import_keras

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""G. Klambauer et al., "Self-Normalizing Neural Networks", 2017."""

Formula = Callable[[np.ndarray, dict[str, float]], np.ndarray]


def _relu(x: np.ndarray, own: dict[str, float]) -> np.ndarray:
    top, slope, threshold = own.get("top", np.inf), own.get("slope", 0.0), own.get("threshold", 0.0)
    return np.where(x >= threshold, np.minimum(x, top), slope * (x - threshold))


def _elu(x: np.ndarray, own: dict[str, float]) -> np.ndarray:
    return np.where(x > 0, x, own.get("alpha", 1.0) * np.expm1(np.minimum(x, 0)))


def _selu(x: np.ndarray, own: dict[str, float]) -> np.ndarray:
    return SELU_SCALE * _elu(x, {"alpha": SELU_ALPHA})


def _sigmoid(x: np.ndarray, own: dict[str, float]) -> np.ndarray:
    return 1 / (1 + np.exp(-np.asarray(x, np.float64)))


FORMULAS: dict[str, tuple[str, Formula]] = {
    "linear": ("x", lambda x, own: x),
    "relu": ("x above 0, else 0", _relu),
    "selu": ("1.0507 × (x above 0, else 1.6733 × (eˣ − 1))", _selu),
    "elu": ("x above 0, else α × (eˣ − 1)", _elu),
    "sigmoid": ("1 / (1 + e⁻ˣ)", _sigmoid),
    "tanh": ("tanh x", lambda x, own: np.tanh(x)),
    "softplus": ("log(1 + eˣ)", lambda x, own: np.logaddexp(0, x)),
    "softsign": ("x / (1 + |x|)", lambda x, own: x / (1 + np.abs(x))),
    "silu": ("x / (1 + e⁻ˣ)", lambda x, own: x * _sigmoid(x, own)),
    "hard_sigmoid": ("(x + 3) / 6, within 0 and 1", lambda x, own: np.clip(x / 6 + 0.5, 0, 1)),
    "exponential": ("eˣ", lambda x, own: np.exp(x)),
}
"""Keras' name -> (the formula in words, what it does to float64); the browser has the same ones by the same names."""


def recognised(function: Any, name: str, own: dict[str, float]) -> bool:
    """Whether the formula of that name does to some numbers what the live function does."""
    if name not in FORMULAS:
        return False
    x = np.linspace(-9, 9, 55, dtype=np.float32)[None]
    try:
        found = np.asarray(as_array(function(import_keras().ops.convert_to_tensor(x))))
    except Exception:  # whatever somebody's function raises on numbers it was not made for
        return False
    return found.shape == x.shape and bool(
        np.allclose(found, FORMULAS[name][1](x.astype(np.float64), own), rtol=1e-4, atol=1e-4)
    )
