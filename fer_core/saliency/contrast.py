"""DeepLIFT as a gradient with other rules at the layers: what a picture has against another one, layer by layer.

Both pictures go through the network in one batch, its first half the pictures x, its second what they are held
against, b. With m = d score / d output as the rules hand it back, sum(m * (x - b)) is S(x) - S(b) at every layer, since
each rule keeps it so:
    rescale    a function of single numbers hands on (f(x) - f(b)) / (x - b) in the place of its slope (Shrikumar et al.
               2017, equations 11 and 12); it need not rise, so that swish and gaussians are right too.
    winner     of a maximum, what it rose by goes to the winner of x, what it fell by to the winner of b. As that one
               changed at least as much, nothing is divided by nothing.
    product    each factor's change counts with the others as they are in x, and as in b, and both are averaged, in the
               order of the factors and in the reverse one (Shapley's values of a product of two).
What is linear needs none. The pixels enter behind the network's own normalisation, see `way`.
"""

from collections.abc import Callable
from typing import Any

from fer_core.errors import FerError
from fer_core.graphs import Node, Score
from fer_core.graphs.behaviour import OTHER, RECTIFIER
from fer_core.graphs.score import LOGIT
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.saliency.activations import find_activations
from fer_core.saliency.rules import Rewritten, with_backward
from fer_core.saliency.way import check_ruled, way

RULES = ("deeplift",)

NEAR = 1e-4
"""Inputs that differ by less keep the slope: a quotient of differences so small is noise."""

_WINNERS = ("MaxPooling2D", "GlobalMaxPooling2D", "Maximum")
_PRODUCTS = ("Multiply", "Matmul")


def rewrite_for_contrast(score: Score) -> Rewritten:
    """The rules on every layer between the pixels and the score, and where the pixels enter (`Rewritten.entry`).

    Raises FerError where the network has no logits, where pixels enter at several places, and where a layer on the way
    has no rule.
    """
    if score.kind != LOGIT:
        raise FerError("DeepLIFT shares out a logit, and this network's probabilities are made of none.")
    entry, path = way(score)
    found = find_activations(score, (RECTIFIER, OTHER))
    instead: dict[str, Callable[..., Any]] = {
        name: change(_rescaled) for name, _, change in found.rewritable if name in path
    }
    for name in path:
        node = score.graph.nodes[name]
        if node.kind in _WINNERS:
            instead[name] = _over_tensors(node, _winner)
        elif node.kind in _PRODUCTS and len(node.feeds) > 1:
            instead[name] = _over_tensors(node, _product)
    check_ruled(score, path, instead, [*found.left, *(words.split(" (")[0] for words in found.unseen)])
    names = tuple(name for name, count, _ in found.rewritable for _ in range(count) if name in path)
    return Rewritten(names, (), instead, entry)


def _rescaled(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    tf = import_tensorflow()

    def passed(x: Any, y: Any, dy: Any, pull: Callable[[Any], Any]) -> Any:
        step, rise = _change(x), _change(y)
        near = tf.abs(step) < NEAR
        quotient = rise / tf.where(near, tf.ones_like(step), step)
        return _of_first(tf.where(near, _first(pull(dy)), _first(dy) * quotient))

    return with_backward(function, passed)


def _winner(largest: Callable[..., Any], given: list[Any]) -> Any:
    tf = import_tensorflow()

    @tf.custom_gradient
    def core(*given: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(given)
            y = largest(*given)

        def backward(dy: Any) -> Any:
            rise = _change(y)
            passed, none = _first(dy) * rise, tf.zeros_like(rise)
            by_winner = tf.concat([tf.where(rise > 0, passed, none), tf.where(rise < 0, passed, none)], axis=0)
            pulled = tape.gradient(y, given, by_winner)
            return [
                _of_first(tf.math.divide_no_nan(_first(p) + _second(p), _change(x)))
                for p, x in zip(pulled, given, strict=True)
            ]

        return y, backward

    return core(*given)


def _product(multiplied: Callable[..., Any], given: list[Any]) -> Any:
    tf = import_tensorflow()
    here = [tf.stop_gradient(tf.tile(_first(x), [2] + [1] * (len(x.shape) - 1))) for x in given]
    there = [tf.stop_gradient(tf.tile(_second(x), [2] + [1] * (len(x.shape) - 1))) for x in given]
    terms = [
        multiplied(*before[:i], x, *behind[i + 1 :])
        for before, behind in ((here, there), (there, here))
        for i, x in enumerate(given)
    ]
    shared = 0.5 * tf.add_n(terms)
    return tf.stop_gradient(multiplied(*given)) + shared - tf.stop_gradient(shared)


def _over_tensors(node: Node, rule: Callable[[Callable[..., Any], list[Any]], Any]) -> Callable[..., Any]:
    """What is called in a node's place: the rule on the node as a function of its tensors, and on those."""
    keras = import_keras()

    def call(*args: Any, **kwargs: Any) -> Any:
        def of(*tensors: Any) -> Any:
            left = iter(tensors)
            filled = keras.tree.map_structure(lambda x: next(left) if keras.ops.is_tensor(x) else x, (args, kwargs))
            return node.layer(*filled[0], **filled[1])

        return rule(of, [x for x in keras.tree.flatten((args, kwargs)) if keras.ops.is_tensor(x)])

    return call


def _first(x: Any) -> Any:
    return x[: import_tensorflow().shape(x)[0] // 2]


def _second(x: Any) -> Any:
    return x[import_tensorflow().shape(x)[0] // 2 :]


def _change(x: Any) -> Any:
    """x - b of a batch of both."""
    return _first(x) - _second(x)


def _of_first(x: Any) -> Any:
    """As the gradient of a whole batch: the second half is what the first is held against, and has none."""
    return import_tensorflow().concat([x, import_tensorflow().zeros_like(x)], axis=0)
