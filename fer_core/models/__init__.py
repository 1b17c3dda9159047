"""The architectures, one a file, behind one registry.

Every network takes raw pixels (N, 48, 48, 1), 0 to 255, and gives softmax probabilities (N, 7); its last two layers
are Dense "logits" and Activation "probabilities".
"""

import inspect
from importlib import import_module
from typing import Any

from fer_core.errors import FerError

ARCHITECTURES = ("report_cnn", "mini_xception", "compact", "vgg")
"""Names; each is a module of this package with a `body(x, **options) -> features`, whose docstring is shown."""


def names() -> tuple[str, ...]:
    """Names of the architectures that `build` knows."""
    return ARCHITECTURES


def describe(name: str) -> str:
    """What the architecture is: its module's docstring."""
    return inspect.getdoc(_module(name)) or ""


def options(name: str) -> dict[str, Any]:
    """The options an architecture takes, with their defaults."""
    parameters = inspect.signature(_module(name).body).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}


def build(name: str, normalisation: str = "none", statistics: Any = None, seed: int = 0, **given: Any) -> Any:
    """An untrained keras.Model: Input (48, 48, 1) raw pixels -> normalisation -> body -> logits -> softmax.

    Args:
        name: one of `names()`.
        normalisation: a key of `fer_core.models.preprocessing.NORMALISATIONS`.
        statistics: `fer_core.models.preprocessing.Statistics` for the featurewise ones.
        seed: of the initial weights; the same seed gives the same weights.
        given: options of the architecture, see `options(name)`.

    Raises FerError for an unknown name, an unknown option or a value out of range.
    """
    from fer_core.models.preprocessing import normalisation_layers
    from fer_core.runtime import import_keras

    known = options(name)
    for option in given:
        if option not in known:
            raise FerError(f"{name} has no option {option!r}; it takes: {', '.join(known) or 'none'}.")
    keras = import_keras()
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((48, 48, 1), name="pixels")
    x = inputs
    for layer in normalisation_layers(normalisation, statistics):
        x = layer(x)
    x = _module(name).body(x, **{**known, **given})
    x = keras.layers.Dense(7, name="logits")(x)
    # float32 even under mixed precision: probabilities of 1e-4 matter to the calibration.
    outputs = keras.layers.Activation("softmax", dtype="float32", name="probabilities")(x)
    return keras.Model(inputs, outputs, name=name)


def multiply_adds(model: Any) -> int:
    """Multiply-adds of one forward pass on one image, in the convolutions and dense layers."""
    import numpy as np

    total = 0
    for layer in model.layers:
        kind = type(layer).__name__
        if kind in ("Conv2D", "DepthwiseConv2D"):
            kernel = layer.kernel
            total += int(np.prod(kernel.shape)) * int(np.prod(layer.output.shape[1:3]))
        elif kind == "SeparableConv2D":
            area = int(np.prod(layer.output.shape[1:3]))
            total += area * (int(np.prod(layer.depthwise_kernel.shape)) + int(np.prod(layer.pointwise_kernel.shape)))
        elif kind == "Dense":
            total += int(np.prod(layer.kernel.shape))
    return total


def _module(name: str) -> Any:
    if name not in ARCHITECTURES:
        raise FerError(f"There is no network {name!r}; choose one of: {', '.join(ARCHITECTURES)}.")
    return import_module(f"{__name__}.{name}")
