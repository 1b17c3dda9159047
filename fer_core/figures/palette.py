"""Colours of runs and the look that all comparison figures share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

RUN_COLOURS = ("#0085E7", "#DB7900", "#348E6A", "#B25685", "#6E57AA", "#AE9A5F", "#81A1A6", "#D63040")
"""Any two at least 10 apart (CIEDE2000) under protanopia, deuteranopia and tritanopia; from the ninth run on they
repeat, dashed and marked anew."""

MUTED = "#8A949E"
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")
PATTERNS = ("", "/", "x", ".", "+")
TRAIN_DASH = "dot"
"""The dash of every training curve; it is no run's own."""


@dataclass(frozen=True)
class LineStyle:
    """How a run, or a group of runs, is drawn. `turn`: how often the colours were gone through before: 0 for the first
    eight runs, 1 for the next eight."""

    colour: str
    turn: int = 0

    @property
    def dash(self) -> str:
        """Of its lines."""
        return DASHES[self.turn % len(DASHES)]

    @property
    def symbol(self) -> str:
        """Of its points."""
        return SYMBOLS[self.turn % len(SYMBOLS)]

    @property
    def pattern(self) -> str:
        """Of its bars."""
        return PATTERNS[self.turn % len(PATTERNS)]


def look_of(slot: int) -> LineStyle:
    """The look of a run by its number: forty of them differ."""
    return LineStyle(RUN_COLOURS[slot % len(RUN_COLOURS)], slot // len(RUN_COLOURS))


def looks(names: Iterable[str]) -> dict[str, LineStyle]:
    """A look for each name, by its place."""
    return {name: look_of(i) for i, name in enumerate(names)}


def slots(names: list[str], known: dict[str, int]) -> dict[str, int]:
    """A number for each name that stays its own: the one in `known`, else the least that none of the others has.

    So a run keeps its colour while others come and go; `known` is not changed.
    """
    found = {name: known[name] for name in names if name in known}
    for name in names:
        if name not in found:
            taken = set(found.values())
            found[name] = next(i for i in range(len(taken) + 1) if i not in taken)
    return found


def faint(colour: str, alpha: float) -> str:
    """A hex colour as rgba, alpha 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def dress(figure: Any, height: int = 380, **layout: Any) -> Any:
    """Transparent background, little margin, legend below; grid lines that light and dark both bear."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0, "title": None},
        **layout,
    )
    figure.update_xaxes(gridcolor="rgba(128,128,128,0.2)", zerolinecolor="rgba(128,128,128,0.4)", automargin=True)
    figure.update_yaxes(gridcolor="rgba(128,128,128,0.2)", zerolinecolor="rgba(128,128,128,0.4)", automargin=True)
    return figure
