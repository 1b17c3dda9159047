"""A few reusable objects that only one thread may use at a time.

Face detectors and LiteRT interpreters keep state between calls. One for each thread would be made anew at every
click, since a web server runs each click on a fresh thread; one behind a lock would make all visitors queue.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Pool(Generic[T]):
    """Lends out objects made by `make`; at most `keep` idle ones are kept for the next borrower."""

    def __init__(self, make: Callable[[], T], keep: int = 4) -> None:
        self._make = make
        self._keep = keep
        self._idle: list[T] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def borrow(self) -> Iterator[T]:
        """One object, this thread's alone until the block ends; not reused after an error inside the block."""
        with self._lock:
            item = self._idle.pop() if self._idle else None
        if item is None:
            item = self._make()
        yield item
        with self._lock:
            if len(self._idle) < self._keep:
                self._idle.append(item)
