"""A kept copy of the drawn set: drawing 3,500 faces takes some twenty seconds of one core, opening the copy none.

`python -m fer_core.data.drawn.copy` makes the copy, on all cores; the dashboard runs that beside itself when it starts.
The copy is named by the source that draws, so a change of the drawing never meets an old copy.
"""

import functools
import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from fer_core.data import cache
from fer_core.data.dataset import Dataset
from fer_core.data.drawn.dataset import as_dataset, draw_rows

COUNT = 3500
"""Pictures in the default set."""


def kept_drawn(count: int = COUNT, seed: int = 0, processes: int = 1) -> Dataset:
    """The set of `drawn_dataset(count, seed)`, from its copy if there is one, else drawn and kept.

    processes: how many to draw with; more than one only where the calling program can be imported anew.
    """
    key = _key(count, seed)
    kept = cache.read(key)
    if kept is not None:
        return kept
    dataset = as_dataset(_draw(count, seed, processes))
    cache.write(key, dataset)
    return dataset


def is_kept(count: int = COUNT, seed: int = 0) -> bool:
    """Whether a copy is there already."""
    return cache.read(_key(count, seed)) is not None


def _draw(count: int, seed: int, processes: int) -> np.ndarray:
    if processes < 2 or count < 100:
        return draw_rows(0, count, seed)[0]
    starts = range(0, count, 100)
    stops = [min(start + 100, count) for start in starts]
    with ProcessPoolExecutor(processes) as pool:
        parts = pool.map(draw_rows, starts, stops, [seed] * len(stops))
        return np.concatenate([pixels for pixels, _ in parts])


@functools.cache
def _source() -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))


def _key(count: int, seed: int) -> str:
    return "drawn-" + hashlib.sha256(_source() + f"{count} {seed}".encode()).hexdigest()[:16]


if __name__ == "__main__":
    print(f"{len(kept_drawn(processes=os.cpu_count() or 1)):,} faces")
