"""Rubbish into every way in: what is taken, what gets its sentence, and what should not be.

    python benchmarks/fuzz.py --seed 0 --files 1000 [--only pictures,addresses] [--save FOLDER]

Each way in (fuzzing/ways.py) gets whole files, the tricks that once hurt (fuzzing/tricks.py) and damaged copies, made
by the standard mutations (fuzzing/mutations.py). Every call runs in a process with a ceiling on its memory and a time
limit (fuzzing/worker.py), which notes its peak and what it writes, starts, connects to or unpickles. The goal is 0 in
every column but the first two. The same seed and number give the same files.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.fuzzing.ways import WAYS, Case  # noqa: E402 - the path comes first
from benchmarks.fuzzing.worker import ACCEPTED, OUTCOMES, SENTENCE, Result, Worker  # noqa: E402

FINE = (ACCEPTED, SENTENCE)


def campaign(seed: int, files: int, names: list[str], tricks: bool = True) -> Iterator[tuple[str, Case, Result]]:
    """Way, case and result of each call; the files are shared out among the ways named."""
    shares = sum(WAYS[name].share for name in names)
    with Worker() as worker:
        for name in names:
            way, rng = WAYS[name], random.Random(f"{seed} {name}")
            for made in way.cases(round(files * way.share / shares), rng, tricks):
                case: Case = made() if callable(made) else made
                yield name, case, worker.call(name, *case, way.limit)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--only", help=f"ways in, commas between: {', '.join(WAYS)}")
    parser.add_argument("--save", type=Path, help="keep the files of bad calls here")
    args = parser.parse_args()
    names = [name for name in WAYS if not args.only or any(part in name for part in args.only.split(","))]
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    peaks = dict.fromkeys(names, 0)
    kinds: set[str] = set()
    for number, (name, case, result) in enumerate(campaign(args.seed, args.files, names)):
        counts[name][result.outcome] += 1
        peaks[name] = max(peaks[name], result.peak)
        if result.outcome in FINE:
            continue
        kind = f"{name}{result.outcome}{result.words[-300:]}"
        if kind not in kinds:
            kinds.add(kind)
            print(f"\n{result.outcome}: {name}, {case[0][:300]} ({len(case[1]):,} bytes, {result.peak} MB)")
            print(result.words, flush=True)
        if args.save:
            args.save.mkdir(parents=True, exist_ok=True)
            (args.save / f"{number}-{Path(case[0][:80]).name}").write_bytes(case[1] or case[0].encode())
    print(f"\n| way in | {' | '.join(OUTCOMES)} | peak, MB |\n|---|{'---|' * (len(OUTCOMES) + 1)}")
    for name in names:
        print(f"| {name} | {' | '.join(str(counts[name][one]) for one in OUTCOMES)} | {peaks[name]} |")
    total = sum(counts.values(), Counter())
    print(f"| all | {' | '.join(str(total[one]) for one in OUTCOMES)} | {max(peaks.values())} |")
    return int(any(total[one] for one in OUTCOMES if one not in FINE))


if __name__ == "__main__":
    sys.exit(main())
