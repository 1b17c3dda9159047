"""Which pixels of the picture one place of a layer's output can see.

Arithmetic of Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019,
equations 1 to 4, carried from the input forwards.
"""

from dataclasses import dataclass
from typing import Any

from fer_core.features.graph import LayerUse, nodes

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
_MERGES = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"}


@dataclass(frozen=True)
class ReceptiveField:
    """A receptive field; each pair is (rows, columns), in pixels of the model's input.

    Attributes:
        size: how many pixels one output sees.
        stride: how far the field moves from one output to the next.
        offset: where the field of output 0 begins; negative where it reaches into the padding.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    offset: tuple[int, int]

    def box(self, row: int, column: int, height: int = 48, width: int = 48) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of the pixels that output (row, column) sees, cut to the picture; the last
        two are exclusive."""
        top = self.offset[0] + row * self.stride[0]
        left = self.offset[1] + column * self.stride[1]
        return max(top, 0), max(left, 0), min(top + self.size[0], height), min(left + self.size[1], width)


def receptive_fields(model: Any) -> dict[str, ReceptiveField | None]:
    """Layer name -> its receptive field; None where an output sees the whole picture (after flattening, dense
    layers, global pooling) or where the arithmetic doesn't know the layer.

    Channel gates (squeeze-and-excitation) and normalisation by a picture's own statistics see the whole picture
    too; they count as not widening the field, since they only scale what is seen in it.
    """
    fields: dict[str, ReceptiveField | None] = {}
    for name, node in nodes(model).items():
        fields[name] = _field(node, [fields[feed] for feed in node.feeds])
    return fields


def _field(node: LayerUse, before: list[ReceptiveField | None]) -> ReceptiveField | None:
    if not before:
        return ReceptiveField((1, 1), (1, 1), (0, 0)) if len(node.tensor.shape) == 4 else None
    if node.kind in _MERGES:
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
    return first if node.kind in _POINTWISE else None


def _windowed(node: LayerUse, before: ReceptiveField) -> ReceptiveField:
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


def _merged(node: LayerUse, before: list[ReceptiveField | None]) -> ReceptiveField | None:
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
