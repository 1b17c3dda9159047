"""Which pixels of the picture one place of a layer's output can see.

Arithmetic of Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019,
equations 1 to 4, carried from the input forwards.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fer_core.features.graph import nodes
from fer_core.features.resampling import resampled
from fer_core.graphs import Node
from fer_core.graphs.behaviour import input_shape, nature, of_one_input

_KERNELS = {
    "Conv2D": "kernel_size",
    "DepthwiseConv2D": "kernel_size",
    "SeparableConv2D": "kernel_size",
    "MaxPooling2D": "pool_size",
    "AveragePooling2D": "pool_size",
}
# Statistics over the whole picture or over all places: they scale what a place sees and do not widen where it looks.
_POINTWISE = {
    "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout", "SpatialDropout2D", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "BatchNormalization", "LayerNormalization", "GroupNormalization",
    "Normalization", "Rescaling", "Identity",
}  # fmt: skip
_MERGES = {
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Divide", "TrueDivide", "Power",
    "Where",
}  # fmt: skip
"""Layers and operations that take several pictures place by place."""


_NEAR = 1e-6


@dataclass(frozen=True)
class ReceptiveField:
    """A receptive field; each pair is (rows, columns), in pixels of the model's input. Behind a layer that enlarges or
    shrinks the picture they are fractions, and the field is the smallest that holds what any output sees.

    Attributes:
        size: how many pixels one output sees.
        stride: how far the field moves from one output to the next.
        offset: where the field of output 0 begins; negative where it reaches into the padding.
    """

    size: tuple[float, float]
    stride: tuple[float, float]
    offset: tuple[float, float]

    def pixels(self) -> tuple[int, int]:
        """The size in whole pixels; of any two outputs the same."""
        whole = [float(v).is_integer() for v in (*self.size, *self.stride, *self.offset)]
        height, width = (math.ceil(v - _NEAR) + (not all(whole)) for v in self.size)
        return height, width

    def around(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of what output (row, column) sees, padding included; the last two exclusive."""
        top = math.floor(self.offset[0] + row * self.stride[0] + _NEAR)
        left = math.floor(self.offset[1] + column * self.stride[1] + _NEAR)
        height, width = self.pixels()
        return top, left, top + height, left + width

    def box(self, row: int, column: int, height: int = 48, width: int = 48) -> tuple[int, int, int, int]:
        """The same, cut to the picture."""
        top, left, bottom, right = self.around(row, column)
        return max(top, 0), max(left, 0), min(bottom, height), min(right, width)


def receptive_fields(model: Any) -> dict[str, ReceptiveField | None]:
    """Node name -> its receptive field; None where an output sees the whole picture (after flattening, dense layers,
    global pooling) or where it isn't known, see `unknown_fields`.

    Channel gates (squeeze-and-excitation) and normalisation by a picture's own statistics see the whole picture
    too; they count as not widening the field, since they only scale what is seen in it.
    """
    return _read(model)[0]


def unknown_fields(model: Any) -> set[str]:
    """Names of the nodes of which it isn't known what a place of theirs sees, for they are, or come after, a layer that
    the arithmetic has no rule for."""
    return _read(model)[1]


def _read(model: Any) -> tuple[dict[str, ReceptiveField | None], set[str]]:
    fields: dict[str, ReceptiveField | None] = {}
    unknown: set[str] = set()
    for name, node in nodes(model).items():
        before = [fields[feed] for feed in node.feeds]
        fields[name] = _field(node, before)
        lost = fields[name] is None and len(node.tensor.shape) == 4 and _many_places(node)
        if lost and (any(before) or any(feed in unknown for feed in node.feeds)):
            unknown.add(name)
    return fields, unknown


def _many_places(node: Node) -> bool:
    return tuple(node.shape[:2]) != (1, 1)


def _field(node: Node, before: list[ReceptiveField | None]) -> ReceptiveField | None:
    if not before:
        return ReceptiveField((1, 1), (1, 1), (0, 0)) if len(node.tensor.shape) == 4 else None
    if node.kind in _MERGES and len(before) > 1:
        return _merged(node, before)
    first = before[0]
    if first is None or len(node.tensor.shape) != 4:
        return None
    if node.kind in _KERNELS:
        return _windowed(node, first)
    if node.kind == "ZeroPadding2D":
        (top, _), (left, _) = node.layer.padding
        return _moved(first, -top, -left)
    if node.kind == "Cropping2D":
        (top, _), (left, _) = node.layer.cropping
        return _moved(first, top, left)
    if node.kind in _POINTWISE or _elementwise(node):
        return first
    return _by_axis(lambda axis: resampled(node, axis, (first.size[axis], first.stride[axis], first.offset[axis])))


def _elementwise(node: Node) -> bool:
    """Whether a layer or operation works on each number alone, found by asking it: `i / 255.0`, `ops.relu`, a random
    layer at inference."""
    alone = of_one_input(node)
    return (
        alone is not None and node.tensor.shape == node.inputs[0].shape and nature(alone, input_shape(node)) is not None
    )


def _by_axis(found: Callable[[int], tuple[float, float, float] | None]) -> ReceptiveField | None:
    rows, columns = found(0), found(1)
    if rows is None or columns is None:
        return None
    return ReceptiveField((rows[0], columns[0]), (rows[1], columns[1]), (rows[2], columns[2]))


def _windowed(node: Node, before: ReceptiveField) -> ReceptiveField | None:
    layer, input_shape = node.layer, node.inputs[0].shape
    kernel, stride = getattr(layer, _KERNELS[node.kind]), layer.strides
    dilation = getattr(layer, "dilation_rate", (1, 1))
    size, step, offset = [], [], []
    for axis in range(2):
        reach = (kernel[axis] - 1) * dilation[axis] + 1
        pad = 0
        if layer.padding == "same":
            length = input_shape[1 + axis]
            outputs = -(-length // stride[axis])
            pad = max((outputs - 1) * stride[axis] + reach - length, 0) // 2
        size.append(before.size[axis] + (reach - 1) * before.stride[axis])
        step.append(before.stride[axis] * stride[axis])
        offset.append(before.offset[axis] - pad * before.stride[axis])
    return ReceptiveField((size[0], size[1]), (step[0], step[1]), (offset[0], offset[1]))


def _moved(before: ReceptiveField, rows: int, columns: int) -> ReceptiveField:
    top, left = before.offset[0] + rows * before.stride[0], before.offset[1] + columns * before.stride[1]
    return ReceptiveField(before.size, before.stride, (top, left))


def _merged(node: Node, before: list[ReceptiveField | None]) -> ReceptiveField | None:
    """The smallest field that holds those of all branches; a branch of 1 x 1 places is a gate and is left out."""
    shapes = [tensor.shape for tensor in node.inputs]
    branches = [f for f, shape in zip(before, shapes, strict=True) if len(shape) == 4 and tuple(shape[1:3]) != (1, 1)]
    spatial = [f for f in branches if f is not None]
    if not spatial or len(spatial) < len(branches) or len({f.stride for f in spatial}) > 1:
        return None
    offset = min(f.offset[0] for f in spatial), min(f.offset[1] for f in spatial)
    ends = max(f.offset[0] + f.size[0] for f in spatial), max(f.offset[1] + f.size[1] for f in spatial)
    size = ends[0] - offset[0], ends[1] - offset[1]
    return ReceptiveField(size, spatial[0].stride, offset)
