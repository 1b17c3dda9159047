"""How fast a training goes, and how long it will still take, without the jumps of a first guess."""

import time
from collections.abc import Sequence

_LAST = 5
"""So many epochs tell how long the next ones take: their median, so that one slow epoch moves nothing."""


class Pace:
    """Told of each epoch's start, batches and end. The first batch of an epoch stands apart: it may compile.

    lengths: seconds of epochs that an earlier process trained.
    """

    def __init__(self, lengths: Sequence[float] = ()) -> None:
        self.lengths = list(lengths)
        self._started: float | None = None
        self._first: tuple[int, float] | None = None
        self._last: tuple[int, float] | None = None

    def batch(self, done: int, started: float, now: float | None = None) -> None:
        """`done` batches of the epoch that began at `started` are through."""
        now = time.time() if now is None else now
        if started != self._started:
            self._started, self._first = started, (done, now)
        self._last = (done, now)

    @property
    def seconds_a_batch(self) -> float | None:
        """Of this epoch, the first batch left out; None before the second."""
        if self._first is None or self._last is None or self._last[0] <= self._first[0]:
            return None
        return (self._last[1] - self._first[1]) / (self._last[0] - self._first[0])

    def epoch(self, seconds: float) -> None:
        """An epoch is through, validation included; what its first batch took beyond the others does not count."""
        extra = 0.0
        steady = self.seconds_a_batch
        if steady is not None and self._first is not None and self._started is not None:
            extra = max(0.0, self._first[1] - self._started - steady * self._first[0])
        self.lengths.append(max(0.0, seconds - extra))

    def seconds_left(self, epoch: int, epochs: int, batch: int, batches: int) -> float | None:
        """Until the end of `epochs`, after `batch` of `batches` of epoch `epoch` (0-based); None while unknown."""
        ahead = (batches - batch) / max(batches, 1) + (epochs - epoch - 1)
        if self.lengths:
            last = sorted(self.lengths[-_LAST:])
            middle = len(last) // 2
            return ahead * (last[middle] if len(last) % 2 else (last[middle - 1] + last[middle]) / 2)
        steady = self.seconds_a_batch
        return None if steady is None else ahead * steady * batches
