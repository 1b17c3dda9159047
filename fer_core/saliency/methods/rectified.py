"""The rectified gradient: the deconvnet rule."""

from dataclasses import dataclass
from typing import ClassVar

from fer_core.saliency.methods.gradient import Gradient


@dataclass(frozen=True)
class Rectified(Gradient):
    """The gradient with only its positive part passed on at each activation, whatever the activation's slope.

    At each activation the gradient dy from above passes on as dy * [dy > 0]; the report's modifier "relu". As the
    slope of the activation is left out, the way back hardly knows which units were awake: like the guided map it can
    be pretty and blind. Ask the trust panel before believing it.

    Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 2.1.
    """

    name: ClassVar[str] = "rectified"
    label: ClassVar[str] = "Rectified (relu)"
    rule: ClassVar[str | None] = "rectified"
