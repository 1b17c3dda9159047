"""From the picture to the tensors that the heads read, with a quick way back through the first convolution.

TensorFlow's gradient of a convolution with regard to an input of one channel took as long on a CPU as the rest of the
backward pass (11 of 31 ms for 16 pictures, report's network). Written as a matrix product followed by nine shifted
additions (`taps`) it takes a fraction of that.
"""

from collections.abc import Callable
from typing import Any

from fer_core.features.channel_readout import _padding
from fer_core.features.graph import graph
from fer_core.features.layers import one_output
from fer_core.features.shifted_conv import read_shifted
from fer_core.graphs import Node
from fer_core.runtime import import_tensorflow


def trunk(model: Any, names: tuple[str, ...]) -> Callable[[Any], list[Any]]:
    """A function f32 (B, h, w, 1) -> outputs of the named layers, f32, at inference; equal to the model's own."""
    found = graph(model)
    instead = {name: _quick(found.nodes[name].layer) for name in found.ancestors(names) if _fits(found.nodes[name])}

    def run(images: Any) -> list[Any]:
        values = found.run(images, names, instead)
        return [one_output(values[name]) for name in names]

    return run


def _quick(layer: Any) -> Callable[..., Any]:
    return lambda images, **_: layer.activation(_convolve(layer, images))


def _fits(node: Node) -> bool:
    if node.kind != "Conv2D":
        return False
    layer = node.layer
    return (
        node.inputs[0].shape[-1] == 1
        and layer.compute_dtype == "float32"
        and tuple(layer.strides) == (1, 1)
        and layer.data_format == "channels_last"
        and layer.padding in ("same", "valid")
    )


def _convolve(layer: Any, images: Any) -> Any:
    """The convolution with its bias, without its activation; same values, a quicker gradient by the images."""
    tf = import_tensorflow()
    kernel = tf.convert_to_tensor(layer.kernel)
    bias = tf.convert_to_tensor(layer.bias) if layer.use_bias else None
    padding, dilations = layer.padding.upper(), list(layer.dilation_rate)

    @tf.custom_gradient
    def linear(x: Any) -> Any:
        y = tf.nn.conv2d(x, kernel, 1, padding, dilations=dilations)
        y = tf.nn.bias_add(y, bias) if bias is not None else y  # right after it: TensorFlow fuses the two
        return y, lambda gradient: _backward(layer, kernel, gradient, x.shape[1], x.shape[2])

    return linear(images)


def _backward(layer: Any, kernel: Any, gradient: Any, height: int, width: int) -> Any:
    """Each tap's share of the gradient by one matrix product, added up where the tap looked."""
    tf = import_tensorflow()
    (kh, kw), (dy, dx), filters = layer.kernel_size, layer.dilation_rate, kernel.shape[-1]
    top, _, rows = _padding(layer.padding, height, (kh - 1) * dy + 1, 1)
    left, _, columns = _padding(layer.padding, width, (kw - 1) * dx + 1, 1)
    flat = tf.reshape(gradient, [-1, rows * columns, filters])
    # A kernel for each picture: the product that broadcasts one kernel takes longer.
    kernels = tf.tile(tf.reshape(kernel, [1, kh * kw, filters]), [tf.shape(flat)[0], 1, 1])
    taps = tf.reshape(tf.matmul(kernels, flat, transpose_b=True), [-1, kh * kw, rows, columns])
    shifts = [(top - i * dy, left - j * dx) for i in range(kh) for j in range(kw)]
    return tf.expand_dims(read_shifted(taps, shifts, (height, width)), -1)
