"""A classifier opened for questions: its scores, gradients at the pixels, and features of a layer, in batches.

Each question is one compiled TensorFlow function, made once for each model and backward rule and kept as long as the
model lives. The target is a weight on each score and comes in as data, so no target needs a compilation of its own.
"""

import threading
import weakref
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.graphs import Score, score_of
from fer_core.runtime import as_array, import_keras, import_tensorflow
from fer_core.saliency.contrast import RULES as CONTRAST
from fer_core.saliency.contrast import rewrite_for_contrast
from fer_core.saliency.relevance import RULES as RELEVANCE
from fer_core.saliency.relevance import rewrite_for_relevance
from fer_core.saliency.rules import Rewritten, rewrite

CHUNK = 32
"""Images in one pass; more gain nothing on a CPU and cost memory."""

_lock = threading.RLock()
_cache: "weakref.WeakKeyDictionary[Any, dict[str | None, Network]]" = weakref.WeakKeyDictionary()


def network_for(model: Any, rule: str | None = None) -> "Network":
    """The opened model, made on first use and forgotten with the model. Safe from many threads; reads live weights.

    Raises FerError for a model that can't be explained, see `fer_core.graphs.score_of`, for one of other than gray
    pictures, and for a rule that can't be put on all its activations, see `rules.rewrite`.
    """
    with _lock:
        opened = _cache.setdefault(model, {})
        if rule not in opened:
            opened[rule] = Network(score_of(model), rule)
        return opened[rule]


class Network:
    """The questions that explanations ask. Images are f32 (N, H, W, 1), raw pixels 0 to 255; weights f32 (N, C)."""

    def __init__(self, score: Score, rule: str | None = None, weights: "Weights | None" = None):
        """weights: used in the place of the model's own, which may then be changed (see trust.randomisation)."""
        shape = score.graph.input.shape
        if len(shape) != 3 or shape[-1] != 1 or shape[0] is None or shape[1] is None:
            raise FerError(f"Only a network of gray pictures (N, height, width, 1) can be explained, not of {shape}.")
        self.graph = score.graph
        self.score_of = score
        """What is explained: logits, or else log-probabilities."""
        self.rule = rule
        self.rewriting = _rewriting(score, rule)
        """Which activations carry the rule."""
        self.size: tuple[int, int] = (shape[0], shape[1])
        self.classes: int = score.classes
        self.weights = weights
        self._functions: dict[Any, Any] = {}
        self._others: dict[str | None, Network] = {}

    @property
    def rewritten(self) -> int:
        """How many activations carry the rule."""
        return len(self.rewriting.done)

    @property
    def plain(self) -> "Network":
        """The same network, of the same weights, without a rule."""
        return self.with_rule(None)

    def with_rule(self, rule: str | None) -> "Network":
        """The same network, of the same weights, with another rule."""
        with _lock:
            if rule == self.rule:
                return self
            found = self._others.get(rule)
            if found is None:
                found = self._others[rule] = Network(self.score_of, rule, self.weights)
            return found

    def logits(self, images: np.ndarray) -> np.ndarray:
        """The scores f32 (N, C): logits, or where the network has none (see `score_of.kind`), log-probabilities."""
        result: np.ndarray = self._in_chunks(self._function("logits"), images)
        return result

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Softmax of the logits, f32 (N, C)."""
        logits = self.logits(images).astype(np.float64)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: np.ndarray = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return result

    def score(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The explained score sum(weights * logits), f32 (N,)."""
        result: np.ndarray = np.sum(self.logits(images) * weights, axis=1)
        return result

    def gradient(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """d score / d pixel, f32 (N, H, W), through the normalisation inside the model, by the network's rule."""
        result: np.ndarray = self._in_chunks(self._function("gradient"), images, weights)[..., 0]
        return result

    def relevance(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """What each place contributes to the score where the pixels enter, f32 (N, h, w); of a network opened by a rule
        of relevance, see `relevance.rewrite_for_relevance`."""
        output, slope = self._in_chunks(self._function("features", self.rewriting.entry), images, weights)
        result: np.ndarray = np.sum(output * slope, axis=-1)
        return result

    def contrast(self, images: np.ndarray, others: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """What each place contributes to the score's difference to another picture, where the pixels enter, f32
        (N, h, w); of a network opened by a rule of contrast, see `contrast.rewrite_for_contrast`."""
        function = self._function("contrast", self.rewriting.entry)
        result: np.ndarray = self._in_chunks(function, images, others, weights)
        return result

    def features(self, images: np.ndarray, weights: np.ndarray, layer: str = "") -> tuple[np.ndarray, np.ndarray]:
        """A layer's output and d score / d output, f32 (N, h, w, K) each.

        layer: a name out of `feature_layers()`; "" for the last of them.
        """
        result: tuple[np.ndarray, np.ndarray] = self._in_chunks(
            self._function("features", self.layer_named(layer)), images, weights
        )
        return result

    def feature_layers(self) -> list[str]:
        """Names of the nodes with pictures as output, input side first; the last is the default of the CAMs.

        That last one is where the last convolution's block ends: the last output as large as the last convolution's,
        so that the normalisation, activation or sum that follows the convolution is taken in.
        """
        seen: dict[str, bool] = {}
        spatial = []
        for name in self.graph.ancestors([self.score_of.base]):
            node = self.graph.nodes[name]
            seen[name] = "Conv" in node.kind or any(seen[feed] for feed in node.feeds)
            if seen[name] and is_picture(node):
                spatial.append(node)
        convolutions = [node for node in spatial if "Conv" in node.kind]
        if not convolutions:
            return []
        size = convolutions[-1].shape[:2]
        end = max(i for i, node in enumerate(spatial) if node.shape[:2] == size)
        return [node.name for node in spatial[: end + 1]]

    def layer_named(self, name: str = "") -> str:
        """The name itself, or the default layer's for ""; raises FerError where there is no such layer."""
        names = self.feature_layers()
        if not names:
            raise FerError("Class activation maps need a convolution, and this network has none.")
        if name and name not in names:
            raise FerError(f"The network has no picture-like layer {name!r}; it has: {', '.join(names)}.")
        return name or names[-1]

    def places(self, layer: str = "") -> tuple[int, int]:
        """Height and width of that layer's output: how fine a class activation map of it is."""
        height, width = self.graph.nodes[self.layer_named(layer)].shape[:2]
        return height or 0, width or 0

    def _function(self, kind: str, layer: str = "") -> Any:
        key = (kind, layer)
        if key not in self._functions:
            with _lock:  # one thread compiles, the others wait for it
                if key not in self._functions:
                    self._functions[key] = self._compile(kind, layer)
        return self._functions[key]

    def _compile(self, kind: str, layer: str) -> Any:
        tf = import_tensorflow()
        score, instead = self.score_of, self.rewriting.instead
        pixels = tf.TensorSpec((None, *self.size, 1), tf.float32)
        weight = tf.TensorSpec((None, self.classes), tf.float32)

        def outputs(x: Any, *names: str) -> tuple[Any, ...]:
            values = score.graph.run(x, [*names, score.base], instead)
            return *(values[name] for name in names), score.finish(values[score.base])

        def logits(x: Any) -> Any:
            return outputs(x)[0]

        def gradient(x: Any, w: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                score = tf.reduce_sum(logits(x) * w)
            # A score that no pixel moves has a gradient of zero, not none.
            return tape.gradient(score, x, unconnected_gradients="zero")

        def features(x: Any, w: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                output, z = outputs(x, layer)
                score = tf.reduce_sum(z * w)
            slope = tape.gradient(score, output, unconnected_gradients="zero")
            return tf.cast(output, tf.float32), tf.cast(slope, tf.float32)

        def contrast(x: Any, other: Any, w: Any) -> Any:
            output, slope = features(tf.concat([x, other], axis=0), tf.concat([w, tf.zeros_like(w)], axis=0))
            mine, its = tf.split(output, 2)
            return tf.reduce_sum((mine - its) * tf.split(slope, 2)[0], axis=-1)

        signatures = {"logits": (logits, [pixels]), "gradient": (gradient, [pixels, weight])}
        signatures |= {"features": (features, [pixels, weight]), "contrast": (contrast, [pixels, pixels, weight])}
        function, signature = signatures[kind]
        if self.weights is not None:
            function = self.weights.used_by(function)
        return tf.function(function, input_signature=signature, autograph=False).get_concrete_function()

    def _in_chunks(self, function: Any, *arrays: np.ndarray) -> Any:
        tf = import_tensorflow()
        parts = []
        for start in range(0, len(arrays[0]), CHUNK):
            chunk = [tf.constant(a[start : start + CHUNK], tf.float32) for a in arrays]
            result = function(*chunk)
            several = isinstance(result, (tuple, list))
            parts.append(tuple(t.numpy() for t in result) if several else result.numpy())
        if isinstance(parts[0], tuple):
            return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
        return np.concatenate(parts)


def _rewriting(score: Score, rule: str | None) -> Rewritten:
    if rule is None:
        return Rewritten()
    if rule in CONTRAST:
        return rewrite_for_contrast(score)
    return rewrite_for_relevance(score, rule) if rule in RELEVANCE else rewrite(score, rule)


class Weights:
    """Weights of a model's layers, of our own: they start as the model's and may be changed without changing it."""

    def __init__(self, graph: Any):
        tf = import_tensorflow()
        layers = {id(node.layer): node.layer for node in graph.nodes.values() if node.is_layer}
        self._live = list({id(v): v for layer in layers.values() for v in layer.variables}.values())
        self._own = [tf.Variable(v.value, trainable=False) for v in self._live]

    def live(self) -> dict[int, np.ndarray]:
        """The model's own values as they are now, by the id of the layer's variable."""
        return {id(v): np.asarray(as_array(v.value)) for v in self._live}

    def assign(self, values: dict[int, np.ndarray]) -> None:
        """Takes these values, given as `live` gives them."""
        for variable, own in zip(self._live, self._own, strict=True):
            own.assign(values[id(variable)])

    def used_by(self, function: Any) -> Any:
        """The function with these weights in the place of the model's."""
        keras = import_keras()

        def inside(*given: Any) -> Any:
            with keras.StatelessScope(state_mapping=list(zip(self._live, (v.value() for v in self._own), strict=True))):
                return function(*given)

        return inside


def is_picture(node: Any) -> bool:
    """Whether a node's output has several places in both directions."""
    shape = node.shape
    return len(shape) == 3 and None not in shape and shape[0] > 1 and shape[1] > 1
