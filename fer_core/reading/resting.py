"""A personal resting face: how far a face is from how the same network reads it at rest.

Some people's resting faces are read as sad or angry. Over some seconds of a neutral face the log-odds of each class,
log(p / (1 - p)), are averaged; afterwards each class is shown by the difference of its log-odds from that average. A
difference of 1 says that the odds are e = 2.7 times those at rest. The network itself is not changed by this, nor are
its labels.
"""

from dataclasses import dataclass, field

import numpy as np

SECONDS = 10.0
"""How long a resting face is watched."""
LEAST_FRAMES = 5
"""Frames below which the average counts for nothing."""
_CLIP = 1e-3  # probabilities nearer to 0 or 1 count as this: there the log-odds follow the network's noise


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)) of float (..., 7), f64; p is kept from 0.001 to 0.999."""
    p = np.clip(np.asarray(probabilities, dtype=np.float64), _CLIP, 1 - _CLIP)
    return np.log(p) - np.log1p(-p)


@dataclass
class RestingFaces:
    """The resting faces of one session.

    Attributes:
        began: when the watching began, in seconds of the session; None where nobody was watched.
    """

    began: float | None = None
    _sums: dict[int, np.ndarray] = field(default_factory=dict)
    _frames: dict[int, int] = field(default_factory=dict)

    def begin(self, when: float | None) -> None:
        """Watches from `when` on and forgets what was known; None only forgets."""
        self.began, self._sums, self._frames = when, {}, {}

    def done(self, when: float) -> float:
        """How much of the watching is over at `when`, 0 to 1."""
        return 0.0 if self.began is None else float(np.clip((when - self.began) / SECONDS, 0, 1))

    def see(self, number: int, when: float, probabilities: np.ndarray) -> np.ndarray | None:
        """Takes a face's probabilities (7,) in while it is watched; afterwards its difference from rest.

        Returns f64 (7,), in log-odds; None while it is watched, or where this face was seen in fewer than
        LEAST_FRAMES frames of the watching.
        """
        if self.began is None or when < self.began:
            return None
        odds = log_odds(probabilities)
        if when < self.began + SECONDS:
            self._sums[number] = self._sums.get(number, 0.0) + odds
            self._frames[number] = self._frames.get(number, 0) + 1
            return None
        if self._frames.get(number, 0) < LEAST_FRAMES:
            return None
        return odds - self._sums[number] / self._frames[number]
