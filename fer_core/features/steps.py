"""The compiled step of gradient ascent: parameters in, parameters, scores and pictures out, nothing kept.

Being a pure function of its arguments it is compiled once per model, layer and kind of settings and serves all threads;
which filters, weights, places and moves it works with are values, not code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.features.cache import once
from fer_core.features.channel_readout import head
from fer_core.features.parametrisations import Parametrisation, pictures
from fer_core.features.regularisers import Regulariser
from fer_core.features.transforms import move_copies
from fer_core.features.trunk import trunk
from fer_core.runtime import import_tensorflow

_GRAM_CHANNELS = 8
_DECAY, _DECAY_SQUARE, _EPSILON = 0.9, 0.999, 1e-8
_RMS_DECAY, _RMS_EPSILON = 0.95, 1e-7


@dataclass(frozen=True)
class AscentPlan:
    """All that the code of a step depends on.

    Attributes:
        terms: for each term (layer, own channel or direction, linear).
        parametrisation, moved, regularisers, optimiser, copies, diverse: as in `Settings`; of regularisers, the
            weights don't matter.
        side: (h, w) of the pictures.
    """

    terms: tuple[tuple[str, bool, bool], ...]
    parametrisation: Parametrisation
    moved: bool
    regularisers: tuple[Regulariser, ...]
    optimiser: str
    copies: int
    diverse: bool
    side: tuple[int, int]


def reader(model: Any, terms: tuple[tuple[str, bool, bool], ...]) -> Callable[..., tuple[Any, Any]]:
    """A function (images (B, h, w, 1), selections, places) -> (scores (B,), the first term's base output).

    selections: for each term channels i32 (B,) or directions f32 (B, C); places: for each term f32 (B, h', w'),
    the weight of each place.
    """
    heads = [head(model, *term) for term in terms]
    bases = tuple(dict.fromkeys(h.base for h in heads))
    run = trunk(model, bases)

    def read(images: Any, selections: Any, places: Any) -> tuple[Any, Any]:
        tf = import_tensorflow()
        outputs = dict(zip(bases, run(images), strict=True))
        scores = tf.add_n(
            [
                tf.reduce_sum(place * h.read(outputs[h.base], selection), axis=[1, 2])
                for h, selection, place in zip(heads, selections, places, strict=True)
            ]
        )
        return scores, outputs[bases[0]]

    return read


def compiled_scores(model: Any, terms: tuple[tuple[str, bool, bool], ...]) -> Callable[..., Any]:
    """The compiled (images (B, h, w), selections, places) -> scores (B,); cached."""

    def make() -> Any:
        read, tf = reader(model, terms), import_tensorflow()
        side = tuple(model.inputs[0].shape[1:3])
        return tf.function(
            lambda images, selections, places: read(images[..., None], selections, places)[0],
            input_signature=[tf.TensorSpec([None, *side]), *_signature(terms)],
            autograph=False,  # nothing to convert, and converting takes longer than tracing
        )

    compiled: Callable[..., Any] = once(model, ("scores", terms), make)
    return compiled


def compiled_step(model: Any, plan: AscentPlan) -> Callable[..., tuple[Any, ...]]:
    """The compiled step; cached. Its arguments are those of `_step` after read and plan."""

    def make() -> Any:
        read, tf = reader(model, plan.terms), import_tensorflow()
        shape = plan.parametrisation.start(np.random.default_rng(0), plan.side).shape
        state = tf.TensorSpec([None, *shape])
        return tf.function(
            lambda *given: _step(read, plan, *given),
            # One trace for all batch sizes.
            input_signature=[
                *(state, state, state, tf.TensorSpec([]), tf.TensorSpec([])),
                *_signature(plan.terms),
                *(tf.TensorSpec([None]), tf.TensorSpec([None]), tf.TensorSpec([None, 2, 3])),
            ],
            autograph=False,
        )

    compiled: Callable[..., tuple[Any, ...]] = once(model, ("step", plan), make)
    return compiled


def _signature(terms: tuple[tuple[str, bool, bool], ...]) -> tuple[list[Any], list[Any]]:
    """Shapes and dtypes of selections and places."""
    tf = import_tensorflow()
    selections = [tf.TensorSpec([None], tf.int32) if own else tf.TensorSpec([None, None]) for _, own, _ in terms]
    return selections, [tf.TensorSpec([None, None, None]) for _ in terms]


def _step(
    read: Callable[..., tuple[Any, Any]],
    plan: AscentPlan,
    parameters: Any,  # f32 (B, ...)
    first: Any,  # running mean of the gradient, like parameters
    second: Any,  # running mean of its square, like parameters
    count: Any,  # f32 (), steps made before this one
    rate: Any,  # f32 ()
    selections: Any,
    places: Any,
    units: Any,  # f32 (B,), what one unit of each score is
    weights: Any,  # f32 (R + 1,), of the regularisers and of diversity
    maps: Any,  # f32 (copies, 2, 3), see transforms.draw
) -> tuple[Any, Any, Any, Any, Any]:
    tf = import_tensorflow()
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        images = pictures(plan.parametrisation, parameters, plan.side)
        shown = move_copies(images, maps, plan.copies) if plan.moved else images
        scores, base = read(tf.expand_dims(shown, -1), selections, places)
        loss = -scores / units
        for k, regulariser in enumerate(plan.regularisers):
            loss += weights[k] * regulariser.penalty(images / 255.0)
        if plan.diverse:
            loss += weights[-1] * likeness(base, shown, plan.copies)
        # Each picture's loss depends on its own parameters alone (diversity: its copies'), so the sum's gradient is
        # each one's own.
        total = tf.reduce_sum(loss)
    gradient = tape.gradient(total, parameters)
    update = _adam if plan.optimiser == "adam" else _rmsprop
    parameters, first, second = update(parameters, gradient, first, second, count, rate)
    return parameters, first, second, scores, images


def _adam(x: Any, gradient: Any, first: Any, second: Any, count: Any, rate: Any) -> tuple[Any, Any, Any]:
    """Kingma and Ba, "Adam", ICLR 2015, algorithm 1."""
    tf = import_tensorflow()
    first = _DECAY * first + (1 - _DECAY) * gradient
    second = _DECAY_SQUARE * second + (1 - _DECAY_SQUARE) * gradient**2
    mean, square = first / (1 - _DECAY ** (count + 1)), second / (1 - _DECAY_SQUARE ** (count + 1))
    return x - rate * mean / (tf.sqrt(square) + _EPSILON), first, second


def _rmsprop(x: Any, gradient: Any, first: Any, second: Any, count: Any, rate: Any) -> tuple[Any, Any, Any]:
    """keras-vis' RMSProp: each picture's gradient is scaled to unit mean square first."""
    tf = import_tensorflow()
    axes = list(range(1, len(gradient.shape)))
    gradient /= tf.sqrt(tf.reduce_mean(gradient**2, axis=axes, keepdims=True)) + _RMS_EPSILON
    second = _RMS_DECAY * second + (1 - _RMS_DECAY) * gradient**2
    return x - rate * gradient / tf.sqrt(second + _RMS_EPSILON), first, second


def likeness(base: Any, images: Any, copies: int) -> Any:
    """How much each picture is like the other copies of its objective: f32 (B,), mean cosine, -1 to 1.

    Compared are the Gram matrices of the features below the layer (Olah et al. 2017, "Diversity"); where those have
    too few channels to tell textures apart, the pictures themselves, each around its mean.
    """
    tf = import_tensorflow()
    if len(base.shape) == 4 and base.shape[-1] >= _GRAM_CHANNELS:
        flat = tf.reshape(base, [-1, base.shape[1] * base.shape[2], base.shape[3]])
        flat -= tf.reduce_mean(flat, axis=1, keepdims=True)
        features = tf.reshape(tf.matmul(flat, flat, transpose_a=True), [-1, copies, base.shape[3] ** 2])
    else:
        centred = images - tf.reduce_mean(images, axis=[1, 2], keepdims=True)
        features = tf.reshape(centred, [-1, copies, images.shape[1] * images.shape[2]])
    features = tf.math.l2_normalize(features, axis=-1, epsilon=1e-12)
    cosines = tf.matmul(features, features, transpose_b=True)
    others = (tf.reduce_sum(cosines, axis=-1) - 1.0) / max(copies - 1, 1)
    return tf.reshape(others, [-1])
