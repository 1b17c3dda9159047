"""How fast fer2013.csv is read, against pandas with str.split per row, in one run on one machine.

    python benchmarks/csv_loading.py PATH/fer2013.csv [--repeats 3]

Seconds by the clock and CPU seconds, the best of the repeats of each way, which take turns so that a busy moment meets
them all. What is read is compared: the ways must give the same pixels. The converted copy is timed by the clock, in a
cache of its own.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core.data import load
from fer_core.data.csv_pixels import read_table


def pandas_split(path: Path) -> np.ndarray:
    """The usual way: pandas for the csv, str.split for each row's pixels."""
    import pandas as pd

    frame = pd.read_csv(path)
    column = next(name for name in frame.columns if name.strip() in ("pixels", "feature"))
    return np.array([np.array(text.split(), dtype=np.uint8) for text in frame[column]]).reshape(-1, 48, 48)


def raw_bytes(path: Path) -> np.ndarray:
    """This project's way: the raw bytes as an array."""
    with path.open("rb") as stream:
        return read_table(stream, path.name).pixels


def measure(ways: dict[str, Callable[[Path], np.ndarray]], path: Path, repeats: int) -> dict[str, tuple[float, float]]:
    """Best (seconds, CPU seconds) of each way. Raises AssertionError where the ways read different pixels."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(repeats):
        results = []
        for name, way in ways.items():
            clock, processor = time.perf_counter(), time.process_time()
            results.append(way(path))
            taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
        assert all(np.array_equal(result, results[0]) for result in results), "the ways read different pixels"
    return {name: (min(clock for clock, _ in pairs), min(cpu for _, cpu in pairs)) for name, pairs in taken.items()}


def second_opening(path: Path) -> tuple[float, float]:
    """Seconds by the clock that the data set takes to open at first and from its converted copy (best of 5)."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FER_CACHE"] = folder
        times = []
        for _ in range(6):
            start = time.perf_counter()
            load(path)
            times.append(time.perf_counter() - start)
        return times[0], min(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    first, again = second_opening(args.path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # before pandas takes its share
    best = measure({"raw bytes": raw_bytes, "pandas and str.split": pandas_split}, args.path, args.repeats)
    slow, fast = best["pandas and str.split"], best["raw bytes"]
    print(f"{args.path.name}, {args.path.stat().st_size / 1e6:.0f} MB, best of {args.repeats}, measured\n")
    print("| way | seconds | CPU seconds | |\n|---|---:|---:|---|")
    print(f"| pandas and `str.split` per row | {slow[0]:.2f} | {slow[1]:.2f} | |")
    ratios = f"{slow[0] / fast[0]:.1f} times as fast, {slow[1] / fast[1]:.1f} in CPU seconds"
    print(f"| raw bytes as an array, two threads (ours) | {fast[0]:.2f} | {fast[1]:.2f} | {ratios} |")
    print(f"| data set opened the first time, copy written | {first:.2f} | | peak memory {peak:.0f} MB |")
    print(f"| data set opened from its converted copy | {again:.3f} | | |")


if __name__ == "__main__":
    main()
