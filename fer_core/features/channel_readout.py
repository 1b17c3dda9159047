"""A layer's output for one channel of each picture, without computing the other channels.

In a batch where each picture follows a filter of its own, a convolution with C filters would compute C times too
much. With z (B, h, w, D) the convolution's input and k_b (kh, kw, D) the kernel of picture b's filter,

    out_b[y, x] = sum_ij ( z_b k_b[i, j] )[s y + d i - p, s x + d j - p]

so one batched matrix product (B, kh kw, D) x (B, D, h w) gives kh kw maps that are then shifted and added. What
follows the convolution channel by channel (bias, activation, batch normalisation, pooling) is applied to that one map.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fer_core.errors import FerError
from fer_core.features.graph import nodes
from fer_core.features.shifted_conv import shifted_sum
from fer_core.graphs import Node, score_of
from fer_core.runtime import import_keras, import_tensorflow

_DROPOUTS = ("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Identity")
_CHANNELWISE = ("Activation", "ReLU", "LeakyReLU", "ELU", "MaxPooling2D", "AveragePooling2D")


@dataclass(frozen=True)
class Head:
    """How a term's map is computed from one tensor of the model.

    Attributes:
        base: name of the layer whose output is taken.
        own: whether `read` computes only each picture's own channel; else it takes weights of all channels.
        read: (base output, channels i32 (B,) or directions f32 (B, C)) -> f32 (B, h, w); 1 x 1 for dense layers.
    """

    base: str
    own: bool
    read: Callable[[Any, Any], Any]


def head(model: Any, layer: str, own: bool, linear: bool = False) -> Head:
    """The head for a layer: own=True for one channel a picture, False for a direction over all channels.

    linear=True reads the classes' scores (see fer_core.graphs.score), whose node the layer must be. Where the layer
    isn't one that can be computed channel by channel, the whole layer is computed and the channel gathered from it.
    """
    graph = nodes(model)
    if layer not in graph:
        raise FerError(f"The model has no layer {layer!r}; it has: {', '.join(graph)}.")
    if linear:
        score = score_of(model)
        pick = _gather if own else _project
        return Head(score.base, own, lambda value, selection: pick(score.finish(value), selection))
    if not own:
        return Head(layer, False, _project)
    tail: list[Node] = []
    current = graph[layer]
    while current.kind in (*_CHANNELWISE, *_DROPOUTS, "BatchNormalization") and _plain(current):
        tail.append(current)
        current = graph[current.feeds[0]]
    if current.kind != "Conv2D" or current.layer.groups != 1 or not _channels_last(current.layer):
        return Head(layer, True, _gather)
    return Head(current.feeds[0], True, _convolution(current.layer, [_after(node.layer) for node in reversed(tail)]))


def _plain(node: Node) -> bool:
    if len(node.tensor.shape) != 4 or len(node.feeds) != 1:
        return False
    layer = node.layer
    if node.kind == "BatchNormalization":
        return layer.axis in (-1, 3)
    if node.kind == "Activation":
        return layer.activation is not import_keras().activations.softmax
    return _channels_last(layer)


def _channels_last(layer: Any) -> bool:
    return getattr(layer, "data_format", "channels_last") == "channels_last"


def _gather(output: Any, channels: Any) -> Any:
    tf = import_tensorflow()
    picked = (
        tf.gather(output, channels, axis=-1, batch_dims=1) if len(output.shape) == 2 else _gather_map(output, channels)
    )
    return picked if len(picked.shape) == 3 else picked[:, None, None]


def _gather_map(output: Any, channels: Any) -> Any:
    # As a product with one-hot vectors: the gradient of a batched gather along the last axis is slow on a CPU.
    tf = import_tensorflow()
    return tf.einsum("bhwc,bc->bhw", output, tf.one_hot(channels, output.shape[-1], dtype=output.dtype))


def _project(output: Any, directions: Any) -> Any:
    tf = import_tensorflow()
    if len(output.shape) == 2:
        return tf.reduce_sum(output * directions, axis=-1)[:, None, None]
    return tf.einsum("bhwc,bc->bhw", output, directions)


def _convolution(layer: Any, tail: list[Callable[[Any, Any], Any]]) -> Callable[[Any, Any], Any]:
    def read(z: Any, channels: Any) -> Any:
        tf = import_tensorflow()
        out = _own_maps(layer, z, channels)
        if layer.use_bias:
            out += tf.gather(layer.bias, channels)[:, None, None]
        out = layer.activation(out)
        for step in tail:
            out = step(out, channels)
        return out

    return read


def _own_maps(layer: Any, z: Any, channels: Any) -> Any:
    """The convolution's linear output for each picture's own filter: f32 (B, oh, ow)."""
    tf = import_tensorflow()
    (kh, kw), (sy, sx), (dy, dx) = layer.kernel_size, layer.strides, layer.dilation_rate
    height, width, depth = z.shape[1:]
    kernel = tf.gather(tf.reshape(tf.transpose(layer.kernel, [3, 0, 1, 2]), [-1, kh * kw, depth]), channels)
    maps = tf.matmul(kernel, tf.reshape(z, [-1, height * width, depth]), transpose_b=True)
    maps = tf.reshape(maps, [-1, kh * kw, height, width])
    (top, _, rows), (left, _, columns) = (
        _padding(layer.padding, length, reach, stride)
        for length, reach, stride in ((height, (kh - 1) * dy + 1, sy), (width, (kw - 1) * dx + 1, sx))
    )
    shifts = [(i * dy - top, j * dx - left) for i in range(kh) for j in range(kw)]
    out = shifted_sum(maps, shifts, ((rows - 1) * sy + 1, (columns - 1) * sx + 1))
    return out if (sy, sx) == (1, 1) else out[:, ::sy, ::sx]


def _padding(padding: str, length: int, reach: int, stride: int) -> tuple[int, int, int]:
    """(before, after, outputs) along one axis, as TensorFlow pads 'same' and 'valid'."""
    if padding == "valid":
        return 0, 0, (length - reach) // stride + 1
    outputs = -(-length // stride)
    total = max((outputs - 1) * stride + reach - length, 0)
    return total // 2, total - total // 2, outputs


def _after(layer: Any) -> Callable[[Any, Any], Any]:
    """The layer on one map a picture: (f32 (B, h, w), channels (B,)) -> f32 (B, h', w')."""
    kind = type(layer).__name__
    if kind in _DROPOUTS:  # nothing happens there when not training
        return lambda out, channels: out
    if kind == "BatchNormalization":
        return lambda out, channels: _normalised(layer, out, channels)
    if kind == "Activation":
        return lambda out, channels: layer.activation(out)
    return lambda out, channels: layer.call(out[..., None])[..., 0]


def _normalised(layer: Any, out: Any, channels: Any) -> Any:
    """Batch normalisation at inference: gamma (x - mean) / sqrt(variance + epsilon) + beta."""
    tf = import_tensorflow()
    factor = tf.math.rsqrt(layer.moving_variance + layer.epsilon)
    if layer.scale:
        factor *= layer.gamma
    shift = -layer.moving_mean * factor
    if layer.center:
        shift += layer.beta
    return out * tf.gather(factor, channels)[:, None, None] + tf.gather(shift, channels)[:, None, None]
