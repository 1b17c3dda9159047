"""How a picture is sought: everything of a gradient ascent but the model and the objective."""

from dataclasses import asdict, dataclass
from typing import Any

from fer_core.errors import FerError
from fer_core.features.parametrisations import Fourier, Parametrisation, Pixels
from fer_core.features.regularisers import PNorm, Regulariser, SquaredVariation, TotalVariation
from fer_core.features.transforms import Jitter, Rotation, Scale, Transform

OPTIMISERS = ("adam", "rmsprop")

_FOURIER = Fourier()


@dataclass(frozen=True)
class Settings:
    """Settings of an ascent.

    Attributes:
        parametrisation: `Pixels` or `Fourier`.
        transforms: random moves, applied in this order; empty for none.
        regularisers: what pictures pay for; empty for nothing.
        optimiser: "adam" (Kingma and Ba 2015), or "rmsprop" on each picture's gradient scaled to unit mean square,
            as keras-vis does it.
        rate: step size, above 0, in the parametrisation's units.
        spread: whether scores count in units of their spread over noise, which makes the regularisers' weights mean
            the same for all layers; False leaves them as they are, as keras-vis does.
        copies: pictures per objective, 1 to 16.
        diversity: how much copies of one objective pay for being alike, 0 or more.
        seed: of the first noise and of the moves. Every objective starts from the same noise, so that pictures of
            two filters, layers or runs can be compared.
    """

    parametrisation: Parametrisation = _FOURIER
    transforms: tuple[Transform, ...] = (Jitter(), Rotation(), Scale())
    regularisers: tuple[Regulariser, ...] = (TotalVariation(0.3),)
    optimiser: str = "adam"
    rate: float = 0.1
    spread: bool = True
    copies: int = 1
    diversity: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.optimiser not in OPTIMISERS:
            raise FerError(f"There is no optimiser {self.optimiser!r}; choose one of: {', '.join(OPTIMISERS)}.")
        if not self.rate > 0:
            raise FerError(f"The step size must be above 0, not {self.rate}.")
        if not 1 <= self.copies <= 16:
            raise FerError(f"There can be 1 to 16 pictures per objective, not {self.copies}.")
        if not self.diversity >= 0 or not all(r.weight >= 0 for r in self.regularisers):
            raise FerError("The weights of regularisers and of diversity must be 0 or more.")

    def record(self) -> dict[str, Any]:
        """All settings as plain values, for a file."""
        own = {"kind": self.parametrisation.name, **asdict(self.parametrisation)}
        several = {
            name: [{"kind": one.name, **asdict(one)} for one in getattr(self, name)]
            for name in ("transforms", "regularisers")
        }
        return {**asdict(self), "parametrisation": own, **several}


PRESETS: dict[str, tuple[str, Settings]] = {
    "robust": (
        "In Fourier space with the mean spectrum of faces, moved a little at each step: shapes, not pixel noise.",
        Settings(),
    ),
    "plain": (
        "Each pixel by itself, nothing held back: the strongest input, however noisy.",
        Settings(parametrisation=Pixels(), transforms=(), regularisers=()),
    ),
    "as in the report": (
        "The defaults of keras-vis, which the report used: uniform noise, pixels, RMSProp on the normalised gradient, "
        "10 × L6 norm + 10 × total variation (on the network's scale, pixels / 255), nothing moved; 200 steps there.",
        Settings(
            parametrisation=Pixels(contrast=12.75 / 128, free=True),
            transforms=(),
            regularisers=(PNorm(10.0), SquaredVariation(10.0)),
            optimiser="rmsprop",
            rate=1 / 128,
            spread=False,
        ),
    ),
}
"""Name -> (what it does, settings)."""


def preset(name: str) -> Settings:
    """The settings of a preset. Raises FerError for an unknown name."""
    if name not in PRESETS:
        raise FerError(f"There is no preset {name!r}; choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name][1]
