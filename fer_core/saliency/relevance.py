"""Layer-wise relevance propagation as a gradient with other rules at the layers.

With R = a * g at the output a of any layer, g being the gradient that arrives there, epsilon-LRP is what comes about
where each activation passes dy * f(x) / (x + e) in the place of its slope (Ancona et al. 2018, proposition 1). All that
is linear then folds by itself: a BatchNormalization hands on its factor, and its shift takes no part of what the pixels
get. The other rules:
    gamma      a convolution's contributions of the sign of its output count 1 + gamma times (Montavon et al. 2019,
               section 10.2.3; for inputs of both signs Andéol et al. 2021). A BatchNormalization behind it is folded
               into its weights first, as its factor may turn a contribution's sign.
    signal     of a product, all goes to the signal and none to the gate (Arras et al. 2017, "signal-take-all").
The pixels enter behind the network's own normalisation (see `way`): there relevance is what a place contributes, and a
share of the score.
"""

from collections.abc import Callable
from typing import Any

from fer_core.errors import FerError
from fer_core.graphs import Node, Score
from fer_core.graphs.score import LOGIT
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.saliency.activations import find_activations
from fer_core.saliency.rules import Rewritten, with_rule
from fer_core.saliency.way import check_ruled, way

GAMMA = 0.25
"""Montavon et al. 2019, section 10.3."""

RULES = ("lrp_epsilon", "lrp_composite")

_WINNERS = ("MaxPooling2D", "GlobalMaxPooling2D", "Maximum")


def rewrite_for_relevance(score: Score, rule: str) -> Rewritten:
    """The rules on every layer between the pixels and the score, and where the pixels enter (`Rewritten.entry`).

    Raises FerError where the network has no logits, where pixels enter at several places, and where a layer on the way
    has no rule.
    """
    if score.kind != LOGIT:
        raise FerError("Relevance is a share of a logit, and this network's probabilities are made of none.")
    entry, path, gates = _way(score)
    found = find_activations(score)
    bent = {name: change for name, _, change in found.rewritable if name in path}
    winners = [name for name in path if score.graph.nodes[name].kind in _WINNERS]
    without = [*found.left, *(words.split(" (")[0] for words in found.unseen)]
    check_ruled(score, path, {*bent, *gates, *winners}, without)
    instead: dict[str, Callable[..., Any]] = {
        name: change(lambda f: with_rule(f, "ratio")) for name, change in bent.items()
    }
    instead |= {name: _gated(score.graph.nodes[name], signal) for name, signal in gates.items()}
    if rule == "lrp_composite":
        for name in path:
            if _is_convolution(score.graph.nodes[name]):
                instead |= _boosted(score, name, name in bent)
    names = tuple(name for name, count, _ in found.rewritable for _ in range(count) if name in path)
    return Rewritten(names, (), instead, entry)


def _way(score: Score) -> tuple[str, list[str], dict[str, int]]:
    """(where the pixels enter, nodes behind it that relevance goes through, product -> which feed is the signal)."""
    gates: dict[str, int] = {}

    def follows(node: Node) -> tuple[str, ...]:
        if node.kind != "Multiply" or len(node.feeds) < 2:
            return node.feeds
        gates[node.name] = _signal(node)
        return (node.feeds[gates[node.name]],)

    entry, path = way(score, follows)
    return entry, path, gates


def _signal(node: Node) -> int:
    """Which factor of a product is the signal: the one with a value for each place, where the other has one for all."""
    places = [_size(tensor.shape[1:]) for tensor in node.inputs]
    largest = [i for i, size in enumerate(places) if size == max(places)]
    if len(largest) != 1:
        raise FerError(f"Which factor of {node.name} is the signal, and which the gate, can't be told for relevance.")
    return largest[0]


def _size(shape: Any) -> int:
    size = 1
    for side in shape:
        size *= side or 1
    return size


def _gated(node: Node, signal: int) -> Callable[..., Any]:
    """The product, with no gradient into any factor but the signal."""

    def call(*args: Any, **kwargs: Any) -> Any:
        keras, seen = import_keras(), iter(range(len(node.feeds)))

        def stopped(x: Any) -> Any:
            if not keras.ops.is_tensor(x):
                return x
            return x if next(seen) == signal else keras.ops.stop_gradient(x)

        args, kwargs = keras.tree.map_structure(stopped, (args, kwargs))
        return node.layer(*args, **kwargs)

    return call


def _is_convolution(node: Node) -> bool:
    layer = node.layer
    return node.kind == "Conv2D" and layer.groups == 1 and layer.data_format == "channels_last"


def _boosted(score: Score, name: str, bent: bool) -> dict[str, Callable[..., Any]]:
    """The convolution by the gamma rule, and the normalisation behind it, if any, that is folded into it."""
    graph = score.graph
    layer = graph.nodes[name].layer
    users = [node for node in graph.nodes.values() if name in node.feeds]
    folds = not bent and len(users) == 1 and users[0].kind == "BatchNormalization" and users[0].layer.axis in (-1, 3)
    norm = users[0].layer if folds else None
    activation = with_rule(layer.activation, "ratio") if bent else lambda x: x
    found = {name: lambda x, **_: activation(_gamma(layer, norm, x))}
    return found | ({users[0].name: lambda x, **_: x} if folds else {})


def _gamma(layer: Any, norm: Any, x: Any) -> Any:
    """The layer's linear output, whose gradient by x is the gamma rule's: z * stop(y / z), z with boosted parts."""
    tf = import_tensorflow()
    kernel, bias = _folded(layer, norm)
    kernel, bias = tf.cast(kernel, x.dtype), tf.cast(bias, x.dtype)
    above, below = tf.nn.relu(kernel), -tf.nn.relu(-kernel)
    light, dark = tf.nn.relu(x), -tf.nn.relu(-x)
    y = layer.convolution_op(x, kernel) + bias
    towards = layer.convolution_op(light, above) + layer.convolution_op(dark, below) + tf.nn.relu(bias)
    against = layer.convolution_op(light, below) + layer.convolution_op(dark, above) - tf.nn.relu(-bias)
    z = y + GAMMA * tf.where(y > 0, towards, against)  # of y's sign, and no smaller
    return z * tf.stop_gradient(tf.math.divide_no_nan(y, z))


def _folded(layer: Any, norm: Any) -> tuple[Any, Any]:
    """Kernel and bias of the convolution with the normalisation behind it, if any: factor * (w x + b) + shift."""
    ops = import_keras().ops
    kernel = ops.convert_to_tensor(layer.kernel)
    bias = ops.convert_to_tensor(layer.bias) if layer.use_bias else ops.zeros((layer.filters,), kernel.dtype)
    if norm is None:
        return kernel, bias
    factor = ops.rsqrt(norm.moving_variance + norm.epsilon) * (norm.gamma if norm.scale else 1.0)
    shift = (norm.beta if norm.center else 0.0) - norm.moving_mean * factor
    return kernel * factor, bias * factor + shift
