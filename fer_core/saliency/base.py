"""What every method is: a few settings, words for the screen, and maps from a network, images and targets."""

import inspect
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fer_core.errors import FerError
from fer_core.saliency.parameters import Parameter, parameters_of


@dataclass(frozen=True)
class Method:
    """One way of making a map. Subclasses are frozen dataclasses whose fields are the settings.

    The docstring is the text on the screen: its first line is the summary, and it names the paper and the equation.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    signed: ClassVar[bool] = True
    """Whether a negative value means something (this pixel speaks against the class)."""
    rule: ClassVar[str | None] = None
    """Name of the backward rule put in the place of the activations' derivative, or None."""
    unit: ClassVar[str] = ""
    """What a raw value is counted in; only maps of one unit can share a scale. Empty: in nothing."""
    is_slope: ClassVar[bool] = False
    """Whether the sign is a direction of brightness, so that importance is the magnitude; in other signed methods a
    negative pixel speaks against the class."""

    def __post_init__(self) -> None:
        for parameter in self.parameters():
            parameter.check(getattr(self, parameter.name), type(self).name)

    def maps(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Raw maps f32 (N, H, W).

        Args:
            network: fer_core.saliency.network.Network.
            images: f32 (N, H, W, 1), raw pixels 0 to 255.
            weights: f32 (N, C); the explained score of an image is sum(weights * logits), see `targets`.
        """
        raise NotImplementedError

    def promised(self, network: Any, images: np.ndarray, weights: np.ndarray) -> np.ndarray | None:
        """What each map must add up to, f32 (N,), where the method promises completeness; else None. Arguments as for
        `maps`."""
        return None

    @classmethod
    def how_to_read(cls) -> str:
        """What the colours mean, one sentence for the screen."""
        if cls.is_slope:
            return (
                "Strong colour: the score reacts to this pixel. Red: it rises if the pixel gets brighter; "
                "blue: if it gets darker."
            )
        if cls.signed:
            return "Red speaks for the class, blue against it."
        return "The brighter, the more this place matters for the class; there is no against."

    @classmethod
    def importance(cls, maps: np.ndarray) -> np.ndarray:
        """How much each pixel matters for the class, in the order of hiding: magnitudes of slopes, else the values."""
        return np.abs(maps) if cls.is_slope else np.asarray(maps)

    def passes(self) -> tuple[int, int]:
        """Cost of one image: how many forward and how many backward passes."""
        return 1, 1

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """The settings, for the controls."""
        return parameters_of(cls)

    @classmethod
    def text(cls) -> str:
        """The docstring, for the screen."""
        return inspect.getdoc(cls) or ""

    @classmethod
    def summary(cls) -> str:
        """The docstring's first line."""
        return cls.text().partition("\n")[0]


def create(cls: type[Method], given: dict[str, Any]) -> Method:
    """The method with these settings; raises FerError for a setting it does not have or a value out of range."""
    known = [parameter.name for parameter in cls.parameters()]
    for key in given:
        if key not in known:
            has = ", ".join(known) or "no settings"
            raise FerError(f"{cls.name} has no setting {key!r}; it has {has}.")
    return cls(**given)
