"""A classifier opened for questions: its logits, gradients at the pixels, and features of a layer, in batches.

Each question is one compiled TensorFlow function, made once for each model and backward rule and kept as long as the
model lives. The target is a weight on each logit and comes in as data, so no target needs a compilation of its own.
"""

import threading
import weakref
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.saliency.logits import copy_of, logits_model
from fer_core.saliency.rules import apply_rule

CHUNK = 32
"""Images in one pass; more gain nothing on a CPU and cost memory."""

_lock = threading.RLock()
_cache: "weakref.WeakKeyDictionary[Any, dict[str | None, Network]]" = weakref.WeakKeyDictionary()


def network_for(model: Any, rule: str | None = None) -> "Network":
    """The opened model, made on first use and forgotten with the model. Safe from many threads.

    With a rule, the network works on a copy of the weights as they were then; without, it reads the live ones.
    """
    with _lock:
        opened = _cache.setdefault(model, {})
        if rule not in opened:
            opened[rule] = Network(model, rule)
        return opened[rule]


class Network:
    """The questions that explanations ask. Images are f32 (N, H, W, 1), raw pixels 0 to 255; weights f32 (N, C)."""

    def __init__(self, model: Any, rule: str | None = None, private: bool = False):
        """private=True works on a copy of the weights, which may then be changed (see trust.randomisation)."""
        opened = logits_model(model)
        self.rewritten = 0
        """How many activations carry the rule."""
        if rule is not None or private:
            opened = copy_of(opened)
        if rule is not None:
            self.rewritten = apply_rule(opened, rule)
        self.model = opened
        """The keras.Model that gives logits; never to be changed unless the network is private."""
        self.size: tuple[int, int] = tuple(opened.inputs[0].shape[1:3])
        self.classes: int = opened.outputs[0].shape[-1]
        self._functions: dict[Any, Any] = {}

    def logits(self, images: np.ndarray) -> np.ndarray:
        """f32 (N, C)."""
        return self._in_chunks(self._function("logits"), images)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Softmax of the logits, f32 (N, C)."""
        logits = self.logits(images).astype(np.float64)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    def score(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The explained score sum(weights * logits), f32 (N,)."""
        return np.sum(self.logits(images) * weights, axis=1)

    def gradient(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """d score / d pixel, f32 (N, H, W), through the normalisation inside the model, by the network's rule."""
        return self._in_chunks(self._function("gradient"), images, weights)[..., 0]

    def features(self, images: np.ndarray, weights: np.ndarray, layer: str = "") -> tuple[np.ndarray, np.ndarray]:
        """A layer's output and d score / d output, f32 (N, h, w, K) each.

        layer: a name out of `feature_layers()`; "" for the last of them.
        """
        return self._in_chunks(self._function("features", self.layer_named(layer)), images, weights)

    def feature_layers(self) -> list[str]:
        """Names of the layers with pictures as output, input side first; the last is the default of the CAMs.

        That last one is where the last convolution's block ends: the last output as large as the last convolution's,
        so that the normalisation, activation or sum that follows the convolution is taken in.
        """
        keras = import_keras()
        spatial = [
            layer
            for layer in self.model.layers
            if not isinstance(layer, keras.layers.InputLayer) and _is_picture(layer) and _after_a_convolution(layer)
        ]
        convolutions = [layer for layer in spatial if "Conv" in type(layer).__name__]
        if not convolutions:
            return []
        size = convolutions[-1].output.shape[1:3]
        end = max(i for i, layer in enumerate(spatial) if layer.output.shape[1:3] == size)
        return [layer.name for layer in spatial[: end + 1]]

    def layer_named(self, name: str = "") -> str:
        """The name itself, or the default layer's for ""; raises FerError where there is no such layer."""
        names = self.feature_layers()
        if not names:
            raise FerError("Class activation maps need a convolution, and this network has none.")
        if name and name not in names:
            raise FerError(f"The network has no picture-like layer {name!r}; it has: {', '.join(names)}.")
        return name or names[-1]

    def _function(self, kind: str, layer: str = "") -> Any:
        key = (kind, layer)
        if key not in self._functions:
            with _lock:  # one thread compiles, the others wait for it
                if key not in self._functions:
                    self._functions[key] = self._compile(kind, layer)
        return self._functions[key]

    def _compile(self, kind: str, layer: str) -> Any:
        keras, tf = import_keras(), import_tensorflow()
        model = self.model
        if kind == "features":
            model = keras.Model(model.inputs[0], [model.get_layer(layer).output, model.outputs[0]])
        pixels = tf.TensorSpec((None, *self.size, 1), tf.float32)
        weight = tf.TensorSpec((None, self.classes), tf.float32)

        def logits(x: Any) -> Any:
            return tf.cast(model(x, training=False), tf.float32)

        def gradient(x: Any, w: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                score = tf.reduce_sum(logits(x) * w)
            # A score that no pixel moves has a gradient of zero, not none.
            return tape.gradient(score, x, unconnected_gradients="zero")

        def features(x: Any, w: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                output, z = model(x, training=False)
                score = tf.reduce_sum(tf.cast(z, tf.float32) * w)
            return output, tape.gradient(score, output, unconnected_gradients="zero")

        signatures = {"logits": (logits, [pixels]), "gradient": (gradient, [pixels, weight])}
        signatures["features"] = (features, [pixels, weight])
        function, signature = signatures[kind]
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


def _is_picture(layer: Any) -> bool:
    shape = getattr(getattr(layer, "output", None), "shape", ())
    return len(shape) == 4 and None not in shape[1:] and shape[1] > 1 and shape[2] > 1


def _after_a_convolution(layer: Any) -> bool:
    # Normalisation at the front keeps the one gray channel; what a convolution made has more, or is one.
    return layer.output.shape[-1] > 1 or "Conv" in type(layer).__name__
