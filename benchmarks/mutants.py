"""Which small faults the tests notice: faults are planted one at a time in a copy, and the tests that could see it run.

    make mutants                                            # 30 faults of the core and the pages, seed 0
    python benchmarks/mutants.py --count 300 --seed 1 --results FILE.jsonl      # hours; stopped, the same line goes on

The faults are cosmic-ray's. Its operators are used as a library: its own sessions plant every fault of a file and run
one test command for all, where a seeded sample with the tests of each place is what is wanted here. (mutmut 3 runs the
code from a rewritten tree, in which pages that Streamlit runs as scripts are not what runs.) A sample is drawn evenly
over lines, not over faults: a line that can be changed in forty ways counts as one. Two of three are in the core.

A fault's tests (mutation/choosing.py) are those named after its file, then those that import it, then the room's, six
files at most. Tests that have words of the line run first, up to --limit seconds of the processor and to the first that
fails. Tests elsewhere are not asked, and a fault whose tests took too long is not counted as caught: the share is a
lower bound. Each runs in a fork of a process that has imported the libraries (mutation/running.py). Faults that change
nothing that can be seen stand in mutation/equivalent.toml, with the reason.
"""

import argparse
import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.mutation.choosing import tests_for, words_of  # noqa: E402 - the path comes first
from benchmarks.mutation.faults import Fault, drawn  # noqa: E402
from benchmarks.mutation.results import Results, table  # noqa: E402
from benchmarks.mutation.running import Tree, warm  # noqa: E402

_LEFT_OUT = (".git", ".venv", ".training", "__pycache__", "*.partial", ".*_cache", "screenshots")


def sample(folder: str, room: str, count: int, seed: int, every_kind: bool) -> Iterator[Fault]:
    """`count` faults, so mixed that a sample that is cut short has both folders in it, two of the core to one page."""
    turns = ("fer_core", "fer_core", "pages") if folder == "both" else (folder,)
    supplies = {one: drawn(_files(one, room), seed, every_kind) for one in set(turns)}
    for turn in itertools.islice(itertools.cycle(turns), count):
        fault = next(supplies[turn], None)
        if fault:
            yield fault


def _files(folder: str, room: str) -> list[Path]:
    return [path for path in (REPO / folder / room).rglob("*.py") if path.name != "__init__.py"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30, help="faults in all (default 30)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", choices=("fer_core", "pages", "both"), default="both")
    parser.add_argument("--room", default="", help="one room, say evaluation or runs_parts")
    parser.add_argument("--all", action="store_true", help="kinds of faults that are mostly cosmetic too")
    parser.add_argument("--limit", type=float, default=90, help="processor seconds for one fault's tests (default 90)")
    parser.add_argument("--results", type=Path, help="keeps outcomes here; what stands there is not run again")
    parser.add_argument("--show", action="store_true", help="print the faults and their tests, and plant none")
    return parser.parse_args()


def main() -> None:
    args = _options()
    faults = sample(args.folder, args.room, args.count, args.seed, args.all)
    if args.show:
        for fault in faults:
            print(f"{fault.title}\n    {' '.join(tests_for(fault.file))}", flush=True)
        return
    results, outcomes = Results(args.results), []
    warm()
    with tempfile.TemporaryDirectory(prefix="mutants") as scratch:
        shutil.copytree(REPO, Path(scratch) / "tree", ignore=shutil.ignore_patterns(*_LEFT_OUT))
        tree = Tree(Path(scratch) / "tree")
        for fault in faults:
            found = results.of(fault)
            if found is None:
                likely = words_of(fault.file, fault.code, fault.line)
                found = tree.outcome(fault.file, fault.code, tests_for(fault.file), args.limit, likely)
                results.add(fault, found)
            print(f"{found.word:12} {found.seconds:4.0f} s  {fault.title}", flush=True)
            outcomes.append((fault.file, found.word))
    print(f"\nseed {args.seed}\n\n{table(outcomes)}")


if __name__ == "__main__":
    main()
