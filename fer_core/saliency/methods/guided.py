"""Guided backpropagation."""

from dataclasses import dataclass
from typing import ClassVar

from fer_core.saliency.methods.gradient import Gradient


@dataclass(frozen=True)
class Guided(Gradient):
    """The gradient with everything negative stopped on its way back: sharp, pretty, and often blind to the network.

    At each activation f with input x, the gradient dy from above passes on as dy * [dy > 0] * [x > 0] * f'(x); one of
    the report's three modifiers. It draws the edges that survive, and edges are in the picture whatever the network
    has learned: Adebayo et al. 2018 ("Sanity Checks for Saliency Maps") found it hardly changed when the network's
    weights were replaced by noise. Ask the trust panel before believing it.

    Springenberg et al. 2015, "Striving for Simplicity", section 3.4, here for selu and its kin too.
    """

    name: ClassVar[str] = "guided"
    label: ClassVar[str] = "Guided"
    rule: ClassVar[str | None] = "guided"
