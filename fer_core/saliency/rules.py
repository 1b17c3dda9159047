"""The report's two backward rules, written for any activation.

For an activation f with input x and the gradient dy arriving from above:
    plain      passes  dy * f'(x)
    rectified  passes  dy * [dy > 0]                      (Zeiler and Fergus 2014, the "deconvnet" rule)
    guided     passes  dy * [dy > 0] * [x > 0] * f'(x)    (Springenberg et al. 2015, section 3.4)
    ratio      passes  dy * f(x) / (x + e sign(x))        (what epsilon-LRP is, Ancona et al. 2018, proposition 1)
keras-vis, which the report used, calls the rectified rule "relu".

On relu, where f'(x) is 1 wherever x > 0, the second is guided backpropagation as its paper has it. Tools that override
relu by name leave a selu network's gradient as it is and say nothing; here whatever behaves as such an activation is
rewritten, be it a layer, the argument of a layer or an operation, and a network without any is an error.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fer_core.errors import FerError
from fer_core.graphs import Score
from fer_core.runtime import import_tensorflow
from fer_core.saliency.activations import find_activations

RULES = ("guided", "rectified", "ratio")

EPSILON = 0.01
"""Of the ratio rule, in units of the activation's input."""


@dataclass(frozen=True)
class Rewritten:
    """Which activations carry a rule.

    Attributes:
        done: names of the nodes whose activation is rewritten; a node's name stands once for each activation in it.
        left: names of those with a function that treats both signs alike (sigmoid, tanh, a softmax inside): the rules
            say nothing about them, and they keep their own slope.
        instead: what is called in the place of a node's layer.
        entry: for relevance (see `relevance`), name of the node where the pixels enter.
    """

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    instead: dict[str, Callable[..., Any]] = field(default_factory=dict)
    entry: str = ""

    def words(self) -> str:
        """What was done, for the screen; empty without a rule."""
        if not self.done:
            return ""
        many = len(self.done) > 1
        said = f"The rule stands in the place of the slope of {'all ' if many else ''}{len(self.done)} "
        said += f"activation{'s' if many else ''} of this network."
        if self.left:
            named = ", ".join(self.left[:4]) + (", ..." if len(self.left) > 4 else "")
            one = len(self.left) == 1
            said += (
                f" {len(self.left)} function{'' if one else 's'} that treat{'s' if one else ''} both signs alike, as "
                f"sigmoid does ({named}), keep{'s' if one else ''} the slope."
            )
        return said


def rewrite(score: Score, rule: str) -> Rewritten:
    """The rule on every activation between the pixels and the score.

    Raises FerError where there is none (the map would silently be the plain gradient), and where one may lie in a layer
    that can't be looked into (the map would silently be neither).
    """
    found = find_activations(score)
    if found.unseen:
        count = len(found.rewritable)
        raise FerError(
            f"The {rule} rule has to change every activation; {count} of this network could be changed, but what "
            f"happens inside {', '.join(found.unseen)} can't be seen, so there is no such map."
        )
    if not found.rewritable and rule != "ratio":
        raise FerError(
            f"The {rule} rule changes activations such as selu or relu, and this network has none; "
            "its map would be the plain gradient."
        )
    changed = {name: change(lambda f: with_rule(f, rule)) for name, _, change in found.rewritable}
    names = tuple(name for name, count, _ in found.rewritable for _ in range(count))
    return Rewritten(names, tuple(found.left), changed)


def with_rule(function: Callable[[Any], Any], rule: str) -> Callable[[Any], Any]:
    """The same elementwise function with another backward pass, for tensors of TensorFlow."""
    tf = import_tensorflow()
    if rule not in RULES:
        raise FerError(f"There is no backward rule {rule!r}; choose one of: {', '.join(RULES)}.")

    def passed(x: Any, y: Any, dy: Any, pull: Callable[[Any], Any]) -> Any:
        if rule == "ratio":
            return dy * y / (x + tf.where(x >= 0, EPSILON, -EPSILON))
        risen = tf.maximum(dy, 0)
        # f is elementwise, so its pullback multiplies by f'(x).
        return pull(tf.where(x > 0, risen, tf.zeros_like(risen))) if rule == "guided" else risen

    return with_backward(function, passed)


def with_backward(function: Callable[[Any], Any], passed: Callable[..., Any]) -> Callable[[Any], Any]:
    """The same elementwise function with the backward pass `passed(x, y, dy, pull)`: x, y = f(x), dy of one shape,
    `pull` the function's own backward pass; what it gives is handed on in the place of d score / d x."""
    tf = import_tensorflow()

    # Weights inside (PReLU's slopes) are no part of an input's gradient and must not be asked for by the tape.
    def rewritten(x: Any) -> Any:
        @tf.custom_gradient
        def core(x: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                y = function(x)

            def backward(dy: Any, variables: Any = None) -> Any:
                handed = passed(x, y, dy, lambda d: tape.gradient(y, x, d))
                return handed if variables is None else (handed, [None] * len(variables))

            return y, backward

        return core(x)

    return rewritten
