"""Do a map's pixels add up to what its method promises?

Methods that share out a difference in score (integrated gradients, expected gradients) promise that the shares add up
to it: completeness, Sundararajan et al. 2017, section 3. What is missing was lost on the way, in steps too coarse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.languages import Sentence
from fer_core.saliency.base import Method

GOOD, BAD = 0.01, 0.1
"""Gaps up to which a map is called complete, and from which on its values are no shares."""


@dataclass(frozen=True)
class Completeness:
    """What one map adds up to, and what was promised, both in units of the score."""

    total: float
    promised: float

    @property
    def gap(self) -> float:
        """What the sum is off by, as a share of what was promised; inf where nothing was, and something came."""
        off = abs(self.total - self.promised)
        return off / abs(self.promised) if self.promised else float("inf") if off else 0.0

    def words(self) -> str:
        """One line for beside the map; empty where the map is complete."""
        if self.gap <= GOOD:
            return ""
        return f"adds up to {self.total:+.3g}, not {self.promised:+.3g} (off by {self.percent()})"

    def percent(self) -> str:
        """The gap for the screen."""
        return (
            f"{self.gap:.1%}"
            if self.gap < BAD
            else f"{self.gap:.0%}"
            if self.gap < 10
            else Sentence("more than ten times")
        )


def completeness(
    method: Method, network: Any, images: np.ndarray, weights: np.ndarray, maps: np.ndarray
) -> Sequence[Completeness] | None:
    """One for each map, or None where the method promises nothing; arguments as for `Method.maps`, and its answer."""
    promised = method.promised(network.plain, images, weights)  # rules may want pictures in pairs
    if promised is None:
        return None
    totals = maps.astype(np.float64).sum(axis=(1, 2))
    return [Completeness(float(total), float(due)) for total, due in zip(totals, promised, strict=True)]
