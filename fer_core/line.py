"""A line for work that fills a processor: so many at once, the others one behind the other, and not endlessly many."""

import contextlib
import threading
import time
from collections.abc import Callable, Hashable, Iterator

from fer_core.errors import FerError


class Line:
    """First come, first served; safe from many threads. Whoever stands in it asks again and again how many are before.

    Who is not working and has not asked for `patience` seconds has gone, say by closing the browser, and loses the
    place.
    """

    def __init__(
        self, at_once: int, most: int, patience: float = 8.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """at_once: how many work at a time. most: how many may stand in line, those at work counted."""
        self.at_once, self.most = at_once, most
        self._patience, self._clock = patience, clock
        self._seen: dict[Hashable, float] = {}
        self._working: set[Hashable] = set()
        self._lock = threading.Lock()

    def before(self, who: Hashable) -> int:
        """How many must end before `who` may begin; 0: begin. Joins the line where `who` does not stand in it.

        Raises FerError where the line is full.
        """
        with self._lock:
            now = self._clock()
            gone = [one for one, seen in self._seen.items() if now - seen > self._patience]
            for one in gone:
                if one not in self._working and one != who:
                    del self._seen[one]
            if who not in self._seen and len(self._seen) >= self.most:
                raise FerError(f"{len(self._seen)} computations wait here already; try again in a minute.")
            self._seen[who] = now
            return max(0, list(self._seen).index(who) + 1 - self.at_once)

    @contextlib.contextmanager
    def working(self, who: Hashable) -> Iterator[None]:
        """While `who` works, no silence costs the place."""
        with self._lock:
            self._working.add(who)
        try:
            yield
        finally:
            with self._lock:
                self._working.discard(who)
                if who in self._seen:
                    self._seen[who] = self._clock()

    def leave(self, who: Hashable) -> None:
        """Gives the place up; nothing where there is none."""
        with self._lock:
            self._seen.pop(who, None)
