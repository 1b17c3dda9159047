"""The arithmetic of one block of a network at one output place, with all its numbers.

A block is what a sum, a window or a merge begins and what then happens to each value by itself: a convolution with its
bias, a normalisation, an activation. What stands here is plain arithmetic on arrays that were read once; the browser
does the same on the same arrays (pages/ui/assets/stepper.js), and both are held against what the network computes.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fer_core.inside.functions import FORMULAS


@dataclass(frozen=True, eq=False)
class Operation:
    """What a block begins with.

    Attributes:
        kind: "sum" (patch times kernel plus bias: convolutions and dense layers), "max" or "average" (of a window),
            "add" or "multiply" (of several inputs), "given" (taken as the network computed it).
        name, layer: of the node, and its Keras class.
        inputs: f32 (h, w, C) each; one, but for "add" and "multiply", where h and w may also be 1.
        own: whether unit u reads channel u of the input alone; else each unit reads all channels.
        kernel: f32 (kh, kw, C or 1, U), 1s where the window is all there is to it. bias: f32 (U,) or None.
        strides, dilation, start: (rows, columns); start is where the first window begins: 0, or minus the padding.
        channels: i64, the input channels' numbers in the network.
        flattened: (h, w, C) that a row of inputs had before it was made a row, or None.
    """

    kind: str
    name: str
    layer: str
    inputs: tuple[np.ndarray, ...]
    own: bool = False
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    strides: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    start: tuple[int, int] = (0, 0)
    channels: np.ndarray | None = None
    flattened: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class ArithmeticStep:
    """What happens to each value by itself after the operation.

    Attributes:
        kind: "normalise" ((x - mean) / sqrt(variance + epsilon) * gamma + beta), "rescale" (x * scale + offset),
            "function" (a formula of `functions`), "softmax", "same" (handed on), "given" (as the network computed it).
        name, layer: of the node, and its Keras class.
        numbers: of the kind, f64 (U,) or (h, w, U) each; of a function, its settings (1,).
        formula: name of the function.
        output: f32 (h, w, U), what the network itself computed here; None for the activation within a layer whose
            softmax or sum is not handed out.
        logits: f64 (h, w, K), all values that a softmax is taken over; which: i64 (U,), the units' places among them.
    """

    kind: str
    name: str
    layer: str
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    formula: str = ""
    output: np.ndarray | None = None
    logits: np.ndarray | None = None
    which: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Block:
    """An operation and its steps for some units (filters); `output` f32 (h, w, U) is the network's own."""

    operation: Operation
    steps: tuple[ArithmeticStep, ...]
    units: np.ndarray
    output: np.ndarray

    def at(self, unit: int, row: int, column: int) -> "OutputArithmetic":
        """All numbers at one place of one unit; unit: position in `units`."""
        place = _begin(self, unit, row, column)
        value = place.value
        for step in self.steps:
            value = _next(step, value, unit, row, column)
            place.values.append((step, value))
        return place

    def computed(self) -> np.ndarray:
        """The output by the arithmetic of `at`, place by place: f64 (h, w, U)."""
        out = np.empty(self.output.shape)
        for row, column, unit in np.ndindex(*out.shape):
            out[row, column, unit] = self.at(unit, row, column).result
        return out


@dataclass
class OutputArithmetic:
    """What is computed at one place.

    Attributes:
        patch: f64 (kh, kw, C), NaN outside the input, or (inputs,) of a merge; None of what is given.
        products: of the patch and the kernel, as large; NaN counts nothing.
        total: their sum (or greatest, mean, product). bias: 0 where there is none.
        values: (step, value after it).
    """

    patch: np.ndarray | None
    products: np.ndarray | None
    total: float
    bias: float
    values: list[tuple[ArithmeticStep, float]] = field(default_factory=list)

    @property
    def value(self) -> float:
        """After the bias, before all steps."""
        return self.total + self.bias

    @property
    def result(self) -> float:
        """After the last step."""
        return self.values[-1][1] if self.values else self.value

    def by_channel(self) -> np.ndarray:
        """What each channel gives to the sum, f64 (C,)."""
        assert self.products is not None
        found: np.ndarray = np.nansum(self.products, axis=(0, 1))
        return found


def _begin(block: Block, unit: int, row: int, column: int) -> OutputArithmetic:
    operation = block.operation
    if operation.kind in ("add", "multiply"):
        terms = np.array([_of(one, unit, row, column) for one in operation.inputs])
        return OutputArithmetic(terms, terms, float(terms.sum() if operation.kind == "add" else terms.prod()), 0.0)
    if operation.kind == "given":
        return OutputArithmetic(None, None, float(operation.inputs[0][row, column, unit]), 0.0)
    patch = patch_of(operation, unit, row, column)
    if operation.kind == "sum":
        assert operation.kernel is not None
        products = patch * operation.kernel[..., unit].astype(np.float64)
        return OutputArithmetic(
            patch, products, float(np.nansum(products)), 0.0 if operation.bias is None else float(operation.bias[unit])
        )
    total = np.nanmax(patch) if operation.kind == "max" else np.nanmean(patch)
    return OutputArithmetic(patch, patch, float(total), 0.0)


def patch_of(operation: Operation, unit: int, row: int, column: int) -> np.ndarray:
    """The window that an output place looks at: f64 (kh, kw, C), NaN where it lies outside the input."""
    assert operation.kernel is not None
    image = operation.inputs[0][..., unit : unit + 1] if operation.own else operation.inputs[0]
    rows, columns = (
        at * stride + start + step * np.arange(size)
        for at, stride, start, step, size in zip(
            (row, column),
            operation.strides,
            operation.start,
            operation.dilation,
            operation.kernel.shape[:2],
            strict=True,
        )
    )
    patch = np.full((len(rows), len(columns), image.shape[2]), np.nan)
    inside = np.ix_((rows >= 0) & (rows < image.shape[0]), (columns >= 0) & (columns < image.shape[1]))
    patch[inside] = image[np.ix_(rows[inside[0].ravel()], columns[inside[1].ravel()])]
    return patch


def _of(values: np.ndarray, unit: int, row: int, column: int) -> float:
    """One number of (U,) or (h, w, U), where 1 stands for every place."""
    if values.ndim == 1:
        return float(values[unit if len(values) > 1 else 0])
    height, width, units = values.shape
    return float(values[row if height > 1 else 0, column if width > 1 else 0, unit if units > 1 else 0])


def _next(step: ArithmeticStep, x: float, unit: int, row: int, column: int) -> float:
    own = {name: _of(values, unit, row, column) for name, values in step.numbers.items()}
    if step.kind == "normalise":
        return float((x - own["mean"]) / np.sqrt(own["variance"] + own["epsilon"]) * own["gamma"] + own["beta"])
    if step.kind == "rescale":
        return x * own["scale"] + own["offset"]
    if step.kind == "function":
        return float(FORMULAS[step.formula][1](np.asarray(x), own))
    if step.kind == "softmax":
        assert step.logits is not None and step.which is not None
        logits = step.logits[row, column].copy()
        logits[step.which[unit]] = x
        powers = np.exp(logits - logits.max())
        return float(powers[step.which[unit]] / powers.sum())
    if step.kind == "given":
        assert step.output is not None
        return float(step.output[row, column, unit])
    return x


def as_places(values: np.ndarray) -> np.ndarray:
    """An output as (h, w, units): a row of units has one place."""
    return values if values.ndim == 3 else values.reshape(1, 1, -1)


def plain(value: Any) -> Any:
    """A pair of integers of a Keras setting that may be one."""
    return (value, value) if isinstance(value, int) else tuple(int(one) for one in value)
