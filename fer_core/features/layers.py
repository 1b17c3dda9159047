"""A model's layers, as the Filters page and the command line list them, and their outputs on pictures."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.data.dataset import SIDE
from fer_core.errors import FerError
from fer_core.features.cache import once
from fer_core.features.graph import graph, node, nodes
from fer_core.features.receptive_field import ReceptiveField, receptive_fields, unknown_fields
from fer_core.graphs import Node
from fer_core.pictures.pixels import check_pixels
from fer_core.runtime import import_keras, import_tensorflow

CONVOLUTIONS = ("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose")

ACTIVATIONS = (
    "Activation",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "PReLU",
    "Relu",
    "Relu6",
    "LeakyRelu",
    "Elu",
    "Selu",
    "Gelu",
    "Silu",
)
"""Layers, and the operations of `keras.ops`, whose names are spelt otherwise."""

_HANDING_ON = (*ACTIVATIONS, "BatchNormalization", "Dropout", "SpatialDropout2D")

BATCH = 32


@dataclass(frozen=True)
class LayerInfo:
    """One layer.

    Attributes:
        name: the layer's name in the model.
        kind: its Keras class, such as Conv2D.
        shape: of its output without the batch: (h, w, filters), or (units,).
        field: receptive field of one output, None where it sees the whole picture.
        filters: channels or units of its output.
        linear: whether it is a convolution without an activation of its own. A filter's mean over all places then
            hangs on little but the picture's brightness; the activation that follows tells more.
        known: whether it is known what one output sees.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    field: ReceptiveField | None
    filters: int
    linear: bool = False
    known: bool = True

    @property
    def is_convolution(self) -> bool:
        """Whether it is a convolution of any kind."""
        return self.kind in CONVOLUTIONS

    def describe(self) -> str:
        """One line for a picker: name, kind, shape, receptive field."""
        shape = " × ".join(map(str, self.shape))
        return f"{self.name} ({self.kind}, {shape}, sees {self.sees()})"

    def sees(self) -> str:
        """The receptive field in words."""
        if not self.known:
            return "a part of the picture that isn't known"
        if self.field is None or min(self.field.size) >= SIDE:
            return "the whole picture"
        height, width = self.field.pixels()
        return f"{height} × {width} pixels"


def layers(model: Any) -> list[LayerInfo]:
    """All layers between the model's input and its output, in order, without the input itself."""
    fields, unknown = receptive_fields(model), unknown_fields(model)
    found = []
    for name, entry in nodes(model).items():
        shape = tuple(side for side in entry.shape if side is not None)
        if len(shape) == len(entry.shape) and entry.feeds and len(shape) in (1, 3):
            linear = entry.kind in CONVOLUTIONS and entry.layer.activation is import_keras().activations.linear
            found.append(LayerInfo(name, entry.kind, shape, fields[name], int(shape[-1]), linear, name not in unknown))
    return found


def first_answering(found: list[LayerInfo]) -> LayerInfo:
    """The layer to begin with: the first convolution with an activation, else the first activation after one."""
    seen = False
    for info in found:
        if info.is_convolution and not info.linear:
            return info
        if seen and info.kind in ACTIVATIONS:
            return info
        seen = seen or info.is_convolution
    return found[0]


def find_layer(model: Any, name: str) -> LayerInfo:
    """The layer of that name. Raises FerError where there is none, naming those there are."""
    found = {info.name: info for info in layers(model)}
    if name not in found:
        raise FerError(f"The model has no layer {name!r}; choose one of: {', '.join(found)}.")
    return found[name]


def forward(model: Any, names: tuple[str, ...]) -> Any:
    """The compiled function f32 (N, h, w, 1) -> list of the named layers' outputs, f32; cached. Of a layer with
    several outputs the first is given."""

    def make() -> Any:
        tf = import_tensorflow()
        found = graph(model)

        @tf.function(input_signature=[tf.TensorSpec([None, *found.input.shape])], autograph=False)
        def run(images: Any) -> Any:
            values = found.run(images, names)
            return [one_output(values[name]) for name in names]

        return run

    return once(model, ("forward", names), make)


def one_output(value: Any) -> Any:
    """A node's output, the first of several, as f32."""
    return import_tensorflow().cast(value[0] if isinstance(value, (list, tuple)) else value, "float32")


def as_batch(model: Any, images: np.ndarray) -> np.ndarray:
    """Pictures (N, h, w) or (N, h, w, 1), 0 to 255, as the f32 batch the model takes; FerError for another size."""
    expected = graph(model).input.shape
    if len(expected) != 3 or expected[-1] != 1 or expected[0] is None or expected[1] is None:
        raise FerError(f"Only a network of gray pictures (N, height, width, 1) is looked at, not of {expected}.")
    return check_pixels(images, (expected[0], expected[1]))[..., None]


def activations(model: Any, layer: str, images: np.ndarray) -> np.ndarray:
    """The layer's outputs on pictures.

    Args:
        model: a Keras model that takes raw pixels; shared models are safe, from any thread.
        layer: name of one of `layers(model)`.
        images: u8 or f32 (N, 48, 48) or (N, 48, 48, 1), 0 to 255.

    Returns: f32 (N, h, w, C); a dense layer's units come as (N, 1, 1, C).
    """
    find_layer(model, layer)
    images = as_batch(model, images)
    run = forward(model, (layer,))
    parts = [run(images[i : i + BATCH])[0].numpy() for i in range(0, len(images), BATCH)]
    out = np.concatenate(parts)
    return out if out.ndim == 4 else out.reshape(len(out), 1, 1, -1)


def kernel_of(model: Any, layer: str) -> np.ndarray | None:
    """Weights f32 (kh, kw, filters) of a convolution that looks at the picture itself (one channel), else None.

    For a normalisation, activation or dropout right after such a convolution they are that convolution's, whose
    channels it hands on one by one.
    """
    found = _convolution_of(model, layer)
    if found is None or found.inputs[0].shape[-1] != 1:
        return None
    return np.asarray(found.layer.kernel)[:, :, 0]


def filter_weights(model: Any, layer: str, filter: int) -> np.ndarray | None:
    """Weights f32 (kh, kw, channels) of one filter of a convolution, or of what comes right after it, as `kernel_of`;
    None for other layers and for a filter that there isn't."""
    found = _convolution_of(model, layer)
    kernel = None if found is None else np.asarray(found.layer.kernel)
    return kernel[..., filter] if kernel is not None and 0 <= filter < kernel.shape[3] else None


def _convolution_of(model: Any, layer: str) -> Node | None:
    """The convolution that a layer is, or whose channels it hands on."""
    found = nodes(model)
    entry = node(model, layer)
    while entry.kind in _HANDING_ON and len(entry.feeds) == 1:
        entry = found[entry.feeds[0]]
    return entry if entry.kind == "Conv2D" else None
