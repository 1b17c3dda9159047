"""What is worked out once per model: truncated copies and compiled steps, forgotten with the model."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

LIMIT = 24
"""Entries kept per model; the one unused longest goes first."""

_lock = threading.RLock()
_store: "weakref.WeakKeyDictionary[Any, OrderedDict[Any, Any]]" = weakref.WeakKeyDictionary()


def once(model: Any, key: Hashable, make: Callable[[], T]) -> T:
    """make(), called once per model and key. What it returns must not hold the model itself, or neither is ever
    freed. Threads wait for one another, since Keras builds models with global state."""
    with _lock:
        entries = _store.setdefault(model, OrderedDict())
        if key not in entries:
            entries[key] = make()
            while len(entries) > LIMIT:
                entries.popitem(last=False)
        entries.move_to_end(key)
        found: T = entries[key]
        return found
