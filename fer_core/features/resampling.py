"""Receptive fields through layers that enlarge or shrink a picture: Resizing, UpSampling2D, Conv2DTranspose.

What one output sees there differs by a pixel or two from place to place; the field is the smallest that holds them all.
"""

from typing import Any

from fer_core.graphs import Node

Axis = tuple[float, float, float]
"""(size, stride, offset) along one axis, in pixels of the model's input."""

_REACH = {"nearest": 1, "bilinear": 1, "area": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}
"""How many places of its input each way an output of each interpolation takes in, at most."""


def resampled(node: Node, axis: int, before: Axis) -> Axis | None:
    """The field of such a layer along an axis (0 rows, 1 columns), or None for any other layer."""
    given, made = node.inputs[0].shape[1 + axis], node.shape[axis]
    layer: Any = node.layer
    if not given or not made:
        return None
    if node.kind == "Conv2DTranspose":
        return _transposed(layer, axis, before)
    known = getattr(layer, "interpolation", None) in _REACH and node.kind in ("Resizing", "UpSampling2D")
    changed = any(getattr(layer, name, False) for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"))
    if not known or changed:
        return None
    reach, ratio = _REACH[layer.interpolation], given / made
    size, stride, offset = before
    # Output r lies at (r + 1/2) ratio - 1/2 of the input, and takes in places nearer than `reach`.
    return size + 2 * reach * stride, stride * ratio, offset + ((ratio - 1) / 2 - reach) * stride


def _transposed(layer: Any, axis: int, before: Axis) -> Axis | None:
    kernel, step, dilation = layer.kernel_size[axis], layer.strides[axis], layer.dilation_rate[axis]
    if layer.output_padding is not None or layer.padding not in ("same", "valid"):
        return None
    reach = (kernel - 1) * dilation + 1
    pad = max(reach - step, 0) // 2 if layer.padding == "same" else 0
    size, stride, offset = before
    # Output r takes in i where i step <= r + pad < i step + reach.
    return size + (reach - 1) * stride / step, stride / step, offset + (pad - reach + 1) * stride / step
