"""What a block of a network begins with, read from its live layer."""

from typing import Any

import numpy as np

from fer_core.graphs import Graph, Node
from fer_core.inside.step_arithmetic import Operation, as_places, plain

Outputs = dict[str, np.ndarray]
_MERGES = {"Add": "add", "Multiply": "multiply"}
_GLOBAL = {"GlobalMaxPooling2D": "max", "GlobalAveragePooling2D": "average"}
_WINDOWS = {"MaxPooling2D": "max", "AveragePooling2D": "average"}
_CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")


def operation_of(graph: Graph, node: Node, found: Outputs, units: np.ndarray) -> Operation:
    """The node as an operation for the units i64 (U,); "given" where its arithmetic is not known here.

    found: outputs of all nodes, as `flow.outputs` gives them.
    """
    layer, kind = node.layer, node.kind
    inputs = tuple(as_places(found[name]) for name in node.feeds)
    last = getattr(layer, "data_format", "channels_last") in (None, "channels_last")
    if last and kind in _CONVOLUTIONS:
        return _convolution(node, inputs[0], units)
    if kind == "Dense" and found[node.feeds[0]].ndim in (1, 3):
        kernel = np.asarray(layer.kernel)[None, None][..., units]
        return Operation(
            "sum", node.name, kind, inputs, kernel=kernel, bias=_bias(layer, units), channels=_all(inputs[0]),
            flattened=_flattened(graph, node, found),
        )  # fmt: skip
    if last and (kind in _GLOBAL or kind in _WINDOWS):
        return _window(node, inputs[0], units)
    if kind in _MERGES and all(one.ndim == 3 for one in inputs):
        picked = tuple(one[..., units] if one.shape[2] > 1 else one for one in inputs)
        return Operation(_MERGES[kind], node.name, kind, picked)
    return Operation("given", node.name, kind, (as_places(found[node.name])[..., units],))


def _convolution(node: Node, image: np.ndarray, units: np.ndarray) -> Operation:
    layer, kind = node.layer, node.kind
    channels, own, kernel = np.arange(image.shape[2]), False, None
    if kind == "SeparableConv2D":  # nothing bends between its two kernels: their product is one
        across, along = np.asarray(layer.depthwise_kernel), np.asarray(layer.pointwise_kernel)[0, 0][:, units]
        kernel = np.einsum("hwcm,cmu->hwcu", across, along.reshape(*across.shape[2:], -1))
    elif kind == "DepthwiseConv2D":
        weights = np.asarray(layer.kernel)
        many = weights.shape[3]
        channels, own = units // many, True
        kernel = np.stack([weights[:, :, unit // many, unit % many] for unit in units], -1)[:, :, None]
    else:
        weights = np.asarray(layer.kernel)
        kernel, groups = weights[..., units], int(getattr(layer, "groups", 1))
        if groups > 1:
            if len(units) != 1:
                raise ValueError("Of a convolution in groups one filter is read at a time.")
            group, size = int(units[0]) // (weights.shape[3] // groups), weights.shape[2]
            channels = np.arange(group * size, (group + 1) * size)
    strides, dilation = plain(layer.strides), plain(layer.dilation_rate)
    start = _start(image.shape[:2], kernel.shape[:2], strides, dilation, layer.padding)
    return Operation(
        "sum", node.name, kind, (image[..., channels],), own, kernel, _bias(layer, units), strides, dilation, start,
        np.asarray(channels),
    )  # fmt: skip


def _window(node: Node, image: np.ndarray, units: np.ndarray) -> Operation:
    layer, kind = node.layer, node.kind
    if kind in _GLOBAL:
        size, strides, start = image.shape[:2], (1, 1), (0, 0)
    else:
        size, strides = plain(layer.pool_size), plain(layer.strides)
        start = _start(image.shape[:2], size, strides, (1, 1), layer.padding)
    kernel = np.ones((*size, 1, len(units)), np.float32)
    return Operation(
        {**_GLOBAL, **_WINDOWS}[kind], node.name, kind, (image[..., units],), True, kernel, None, strides, (1, 1),
        start, units,
    )  # fmt: skip


def _start(
    image: tuple[int, ...], size: tuple[int, ...], strides: tuple[int, ...], dilation: tuple[int, ...], padding: str
) -> tuple[int, int]:
    """Where the first window begins: with padding "same" the odd row or column of zeros lies behind, not in front."""
    if padding != "same":
        return 0, 0
    starts = []
    for length, window, stride, step in zip(image, size, strides, dilation, strict=False):
        spans = (-(-length // stride) - 1) * stride + (window - 1) * step + 1
        starts.append(-(max(spans - length, 0) // 2))
    return starts[0], starts[1]


def _bias(layer: Any, units: np.ndarray) -> np.ndarray | None:
    return np.asarray(layer.bias)[units] if layer.use_bias else None


def _all(values: np.ndarray) -> np.ndarray:
    return np.arange(values.shape[2])


def _flattened(graph: Graph, node: Node, found: Outputs) -> tuple[int, int, int] | None:
    """What shape a dense layer's inputs had before they were made a row, if that can be told."""
    name = node.feeds[0]
    while graph.nodes[name].kind in ("Dropout", "Flatten") and len(graph.nodes[name].feeds) == 1:
        name = graph.nodes[name].feeds[0]
        if found[name].ndim == 3:
            height, width, channels = found[name].shape
            return height, width, channels
    return None
