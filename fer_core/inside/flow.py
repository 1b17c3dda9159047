"""What flows through a network on one picture: a small picture of each layer's strongest channel."""

import threading
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.graphs import Graph, graph_of
from fer_core.pictures.pixels import check_pixels
from fer_core.runtime import import_tensorflow

TILE = 48
"""Side of a layer's picture in pixels."""

_lock = threading.RLock()
_opened: "weakref.WeakKeyDictionary[Any, tuple[Graph, Any]]" = weakref.WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Flowing:
    """One layer's strongest channel on a picture.

    Attributes:
        channel: the one with the greatest mean; for numbers without places, the greatest.
        mean: of that channel.
        picture: u8 (48, 48), from its smallest value (black) to its greatest (white); numbers without places are bars,
            at most 48, standing on zero, the negative ones half as bright.
    """

    channel: int
    mean: float
    picture: np.ndarray


def opened(model: Any) -> Graph:
    """The model's graph, read on first use and forgotten with the model."""
    return _open(model)[0]


def outputs(model: Any, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Every node's output on one picture (h, w), 0 to 255: f32 without the batch, by name, in one forward pass.

    Raises FerError for a model that is not a graph, and for pixels that are not raw.
    """
    graph, run = _open(model)
    own, there = graph.input.shape, np.shape(pixels)
    # An input of any size takes the picture's own.
    size = tuple(int(there[i] if own[i] is None and i < len(there) else own[i] or 0) for i in (0, 1))
    images = check_pixels(np.asarray(pixels)[None], (size[0], size[1]))
    if graph.input.shape[-1] != 1:
        raise FerError(f"Only a network of gray pictures can be stepped through, not of {graph.input.shape}.")
    found = run(import_tensorflow().constant(images[..., None]))
    return {name: value.numpy()[0] for name, value in found.items()}


def flow(model: Any, pixels: np.ndarray) -> dict[str, Flowing]:
    """Node name -> what flows out of it on one picture (h, w), 0 to 255; inputs first."""
    return {name: _shown(value) for name, value in outputs(model, pixels).items()}


def _open(model: Any) -> tuple[Graph, Any]:
    with _lock:
        if model not in _opened:
            graph = graph_of(model)
            _opened[model] = (graph, _compiled(graph))
        return _opened[model]


def _compiled(graph: Graph) -> Any:
    tf = import_tensorflow()

    def run(images: Any) -> dict[str, Any]:
        found = graph.run(images, [graph.output.node])
        return {
            name: tf.cast(value[0] if isinstance(value, (list, tuple)) else value, tf.float32)
            for name, value in found.items()
        }

    return tf.function(run, input_signature=[tf.TensorSpec([None, *graph.input.shape])], autograph=False)


def _shown(value: np.ndarray) -> Flowing:
    if value.ndim == 3 and value.shape[0] * value.shape[1] > 1:
        means = value.mean(axis=(0, 1))
        channel = int(means.argmax())
        return Flowing(channel, float(means[channel]), _enlarged(value[..., channel]))
    flat = value.reshape(-1)
    channel = int(flat.argmax())
    return Flowing(channel, float(flat[channel]), _bars(flat))


def _enlarged(channel: np.ndarray) -> np.ndarray:
    """A channel f32 (h, w) as u8 (48, 48), each value a whole block where it fits."""
    low, high = float(channel.min()), float(channel.max())
    gray = np.rint((channel - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
    rows, columns = (np.arange(TILE) * n // TILE for n in channel.shape)
    return np.asarray(gray[rows[:, None], columns])


def _bars(values: np.ndarray) -> np.ndarray:
    """Numbers f32 (K,) as bars in u8 (48, 48); of more than 48, the greatest in size of each neighbourhood."""
    groups = np.array_split(values, min(len(values), TILE))
    shown = np.array([group[np.abs(group).argmax()] for group in groups])
    tallest = max(float(np.abs(shown).max()), 1e-12)
    heights = np.maximum(1, np.rint(TILE * np.abs(shown) / tallest)).astype(int)
    own = np.arange(TILE) * len(shown) // TILE
    lit = np.arange(TILE)[::-1, None] < heights[own]
    return np.asarray(np.where(lit, np.where(shown[own] < 0, 110, 230), 0), np.uint8)
