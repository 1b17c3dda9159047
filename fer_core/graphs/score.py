"""The score that is explained: what the model's output is the softmax of, found in the graph and checked.

From the output back through whatever only hands numbers on (a cast, a reshape, dropout) to the softmax, wherever it
is: a layer, the activation of a layer, an operation. What goes into it is the score. Where the output is probabilities
that no softmax at the end has made (the average of two networks), the score is their logarithm: its softmax is the
output too. In any case softmax(score) is compared with the model's own output before anything is explained.
"""

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.graphs import behaviour
from fer_core.graphs.nodes import Graph, graph_of
from fer_core.runtime import as_array, import_keras, import_tensorflow
from fer_core.types import Doubles, Floats, Tensor

LOGIT, LOG_PROBABILITY = "logit", "log-probability"

_LEAST = 1e-30
_lock = threading.RLock()
_cache: "weakref.WeakKeyDictionary[Any, Score]" = weakref.WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Score:
    """Where a model's scores are.

    Attributes:
        graph: of the model.
        base: name of the node that they are computed from.
        finish: (output of that node) -> scores f32 (B, classes).
        kind: LOGIT or LOG_PROBABILITY.
        layer: name of the node whose output, without its activation, they are.
        classes: how many.
    """

    graph: Graph
    base: str
    finish: Callable[[Any], Any]
    kind: str
    layer: str
    classes: int

    @property
    def note(self) -> str:
        """What a page must say about it; empty where logits are explained."""
        if self.kind == LOGIT:
            return ""
        return (
            "This network's probabilities are not made by one softmax at its end, so that no logits belong to them: "
            "in their place the logarithm of the probability is explained."
        )

    def of(self, images: Any, instead: dict[str, Any] | None = None) -> Any:
        """Scores f32 (B, classes) of pictures (B, h, w, channels)."""
        return self.finish(self.graph.run(images, [self.base], instead)[self.base])


def score_of(model: Any) -> Score:
    """The model's score, found and checked on first use and forgotten with the model.

    Raises FerError for a model that is not a graph of one input and one output with a number for each class; that
    ends in another activation than softmax; or whose graph does not compute what the model computes.
    """
    with _lock:
        if model not in _cache:
            _cache[model] = _found(model)
        return _cache[model]


def _found(model: Any) -> Score:
    graph = graph_of(model)
    if len(model.outputs) != 1:
        raise FerError(f"Only a network of one input and one output can be explained, not of {len(model.outputs)}.")
    shape = tuple(model.outputs[0].shape)
    if len(shape) != 2 or shape[-1] is None or shape[-1] < 2:
        raise FerError(f"Only a network with one score a class (N, classes) can be explained, not {shape}.")
    pictures = _probes(graph)
    own = _answer(model(_as_given(model, pictures), training=False))
    if not np.allclose(_answer(_output(graph, pictures)), own, atol=_tolerance(graph)):
        raise FerError(
            f"The layers of the model {model.name!r}, called one after the other, give another answer than the model: "
            "it has code of its own that the graph does not show, so it can't be looked into."
        )
    probable = own.min() >= -1e-3 and np.allclose(own.sum(axis=1), 1, atol=2e-2)
    score = _before_softmax(graph, shape[-1])
    if score is not None and np.allclose(_softmax(_answer(score.of(pictures))), own, atol=_tolerance(graph)):
        return score
    if probable:
        return Score(graph, graph.output.node, _logarithm(graph), LOG_PROBABILITY, graph.output.node, shape[-1])
    _check_open_end(graph, own)
    return Score(graph, graph.output.node, _flat(graph), LOGIT, graph.output.node, shape[-1])


def _before_softmax(graph: Graph, classes: int) -> Score | None:
    """What the softmax at the end is made of, or None where there is none."""
    name = _handed_on(graph, graph.output.node, positive=True)
    node = graph.nodes[name]
    alone = behaviour.of_one_input(node)
    if alone is None:
        return None
    if behaviour.is_softmax(alone, behaviour.input_shape(node)):
        return _at(graph, node.feeds[0], classes)
    function = getattr(node.layer, "activation", None)
    if not callable(function) or not behaviour.is_softmax(function, (classes,)):
        return None
    bare = behaviour.twin(node.layer, activation=import_keras().activations.linear)

    def finish(value: Any) -> Any:
        return _rows(node.call({node.feeds[0]: value}, bare), classes)

    return Score(graph, node.feeds[0], finish, LOGIT, node.name, classes)


def _at(graph: Graph, name: str, classes: int) -> Score:
    base = _handed_on(graph, name)
    return Score(graph, base, lambda value: _rows(value, classes), LOGIT, base, classes)


def _handed_on(graph: Graph, name: str, positive: bool = False) -> str:
    """The last node before those that only hand numbers on: reshapes, casts, dropout, identities.

    positive: that it hands on what lies from 0 to 1 is enough, as behind a softmax.
    """
    while True:
        node = graph.nodes[name]
        alone = behaviour.of_one_input(node)
        if alone is None or not behaviour.is_identity(alone, behaviour.input_shape(node), positive):
            return name
        name = node.feeds[0]


def _check_open_end(graph: Graph, own: np.ndarray) -> None:
    """Raises FerError where the output is neither probabilities nor bare numbers."""
    node = graph.nodes[_handed_on(graph, graph.output.node)]
    function = getattr(node.layer, "activation", None)
    alone = behaviour.of_one_input(node)
    bent = alone is not None and behaviour.nature(alone, behaviour.input_shape(node)) in (
        behaviour.OTHER,
        behaviour.RECTIFIER,
    )
    if callable(function) and not behaviour.is_log_softmax(function):
        bent = bent or behaviour.nature(function) != behaviour.LINEAR
    if bent:
        name = getattr(function, "__name__", node.kind)
        raise FerError(f"The network ends in the activation {name!r}; explanations need one that ends in softmax.")
    if own.min() >= 0 and own.max() <= 1:
        raise FerError(
            "The network gives numbers from 0 to 1 that do not add up to 1; explanations need probabilities or logits."
        )


def _probes(graph: Graph) -> Floats:
    """Four pictures of whole numbers, 0 to 255: noise of several contrasts, as a network may standardise."""
    given = graph.input.shape
    shape = [side for side in given if side is not None]
    if not len(given) == len(shape) == 3:
        raise FerError(f"Only a network of pictures (N, height, width, channels) can be explained, not of {given}.")
    noise = np.random.default_rng(0).integers(0, 256, (4, *shape))
    contrast = np.array([1.0, 0.5, 0.25, 0.1]).reshape(4, 1, 1, 1)
    probes: Floats = np.rint(noise * contrast + 60 * (1 - contrast)).astype(np.float32)
    return probes


def _as_given(model: Any, pictures: Any) -> Any:
    """The pictures in the list that a model built with Model([inputs], ...) asks for."""
    keras = import_keras()
    structure = None if isinstance(model, keras.Sequential) else model.input
    return pictures if structure is None else keras.tree.pack_sequence_as(structure, [pictures])


def _output(graph: Graph, pictures: Any) -> Any:
    value = graph.run(pictures, [graph.output.node])[graph.output.node]
    return value[graph.output.index] if isinstance(value, (list, tuple)) else value


def _flat(graph: Graph) -> Callable[[Any], Any]:
    index = graph.output.index
    return lambda value: import_tensorflow().cast(
        value[index] if isinstance(value, (list, tuple)) else value, "float32"
    )


def _logarithm(graph: Graph) -> Callable[[Any], Any]:
    flat = _flat(graph)
    tf = import_tensorflow()
    return lambda value: tf.math.log(tf.maximum(flat(value), _LEAST))


def _rows(value: Any, classes: int) -> Any:
    tf = import_tensorflow()
    return tf.reshape(tf.cast(value, tf.float32), [-1, classes])


def _tolerance(graph: Graph) -> float:
    half = any("float16" in str(node.tensor.dtype) for node in graph.nodes.values())  # bfloat16 too
    return 3e-2 if half else 1e-3


def _softmax(scores: Doubles) -> Doubles:
    powers: Doubles = np.exp(scores - scores.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers


def _answer(tensor: Tensor) -> Doubles:
    return np.asarray(as_array(import_keras().ops.cast(tensor, "float32")), np.float64)
