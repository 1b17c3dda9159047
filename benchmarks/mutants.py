"""Which small faults the tests notice: faults are planted one at a time in a copy, and the tests that mirror it run.

    make mutants                                            # a sample of 30 of the core and the pages, seed 0
    python benchmarks/mutants.py --count 300 --seed 1       # hours on two cores; --room evaluation for one room

The faults are cosmic-ray's. Its operators are used as a library: its own sessions plant every fault of a file and run
one test command for all, where a seeded sample with the tests of each place is what is wanted here. (mutmut 3 runs the
code from a rewritten tree, in which pages that Streamlit runs as scripts are not what runs.) A sample is drawn evenly
over lines, not over faults: a line that can be changed in forty ways counts as one. The tests of a place are those that
mirror it (tests/core/<room>, tests/pages/test_<page>.py); a fault that they let pass may be caught elsewhere, so the
share is a lower bound. Faults that change nothing that can be seen stand in mutants_equivalent.toml, with the reason.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
_LEFT_OUT = ("NumberReplacer", "RemoveDecorator", "ExceptionReplacer")
"""Kinds that mostly change a width, a cache or which sentence is said; --all takes them too."""


@dataclass(frozen=True)
class Mutant:
    """One fault: file and line (from 1) in the tree, the operator's name and which of its places, and the line before
    and after."""

    file: str
    line: int
    operator: str
    occurrence: int
    before: str
    after: str
    code: str

    @property
    def title(self) -> str:
        """The fault in one line."""
        return f"{self.file}:{self.line}: {self.before} -> {self.after}"


def sample(files: list[Path], count: int, seed: int, every_kind: bool = False) -> list[Mutant]:
    """Faults at `count` different lines of the files, drawn evenly over the lines that can be changed."""
    chosen = random.Random(seed)
    places = [(file, line) for file in sorted(files) for line in _lines(file, every_kind)]
    chosen.shuffle(places)
    known = {(one["file"], one["before"], one["after"]) for one in _equivalent()}
    found: list[Mutant] = []
    for file, line in places:
        mutants = [one for one in _mutants(file, line, every_kind) if (one.file, one.before, one.after) not in known]
        if mutants:
            found.append(chosen.choice(mutants))
        if len(found) == count:
            break
    return found


def tests_for(file: str) -> list[str]:
    """The tests that mirror a file, as paths that are there; [] where none does."""
    parts = Path(file).parts
    if parts[0] == "pages":
        page = parts[1].removesuffix("_parts").removesuffix(".py")
        named = [REPO / f"tests/pages/test_{page}.py"] if page != "ui" else [REPO / f"tests/pages/test_{parts[-1]}"]
    elif len(parts) == 2:
        named = [REPO / f"tests/core/test_{parts[1]}"]
    elif parts[1] == "commands":
        named = [REPO / "tests/core/test_commands.py"]
    else:
        own = REPO / f"tests/core/{parts[1]}/test_{parts[-1]}"
        named = [own if own.exists() else own.parent]
    return [str(path.relative_to(REPO)) for path in named if path.exists()]


def outcome(mutant: Mutant, tree: Path, limit: float) -> str:
    """ "caught", "caught (no end)", "not caught" or "no test" of a fault planted in a copy of the tree."""
    tests = tests_for(mutant.file)
    if not tests:
        return "no test"
    place = tree / mutant.file
    original = place.read_text(encoding="utf-8")
    place.write_text(mutant.code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return "caught (no end)"
    finally:
        place.write_text(original, encoding="utf-8")
    return "not caught" if done.returncode == 0 else "caught"


def _operators(every_kind: bool) -> Iterator[tuple[str, Any]]:
    import cosmic_ray.plugins

    for name in sorted(cosmic_ray.plugins.operator_names()):
        operator = cosmic_ray.plugins.get_operator(name)
        if not operator.arguments() and (every_kind or not name.endswith(_LEFT_OUT)):
            yield name, operator()


def _places(file: Path, every_kind: bool) -> Iterator[tuple[str, Any, int, int]]:
    """(operator's name, operator, occurrence, line) of all faults of a file."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path

    nodes = list(ast_nodes(get_ast_from_path(file)))
    for name, operator in _operators(every_kind):
        spots = [start[0] for node in nodes for start, _ in operator.mutation_positions(node)]
        yield from ((name, operator, occurrence, line) for occurrence, line in enumerate(spots))


def _lines(file: Path, every_kind: bool) -> list[int]:
    return sorted({line for *_, line in _places(file, every_kind)})


def _mutants(file: Path, line: int, every_kind: bool) -> list[Mutant]:
    from cosmic_ray.mutating import mutate_code

    source = file.read_text(encoding="utf-8")
    before = source.splitlines()
    found = []
    for name, operator, occurrence, at in _places(file, every_kind):
        if at == line and (code := mutate_code(source, operator, occurrence)):
            after = code.splitlines()
            changed = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), line - 1)
            relative = str(file.relative_to(REPO))
            found.append(
                Mutant(relative, line, name, occurrence, before[changed].strip(), after[changed].strip(), code)
            )
    return found


def _equivalent() -> list[dict[str, str]]:
    return list(tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", []))


def _files(folder: str, room: str) -> list[Path]:
    return [path for path in (REPO / folder / room).rglob("*.py") if path.name != "__init__.py"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30, help="faults in all (default 30)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", choices=("fer_core", "pages", "both"), default="both")
    parser.add_argument("--room", default="", help="one room, say evaluation or runs_parts")
    parser.add_argument("--all", action="store_true", help="kinds of faults that are mostly cosmetic too")
    parser.add_argument("--limit", type=float, default=600, help="seconds for the tests of one fault (default 600)")
    args = parser.parse_args()
    folders = ("fer_core", "pages") if args.folder == "both" else (args.folder,)
    counts: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        left_out = shutil.ignore_patterns(".git", ".venv", ".training", "__pycache__", "*.partial", ".*_cache")
        shutil.copytree(REPO, tree, ignore=left_out)
        for folder in folders:
            share = args.count // len(folders)
            for mutant in sample(_files(folder, args.room), share, args.seed, args.all):
                began = time.monotonic()
                found = outcome(mutant, tree, args.limit)
                tally = counts.setdefault(folder, {})
                tally[found] = tally.get(found, 0) + 1
                print(f"{found:15} {time.monotonic() - began:4.0f} s  {mutant.title}", flush=True)
    print(f"\nseed {args.seed}\n\n| place | faults | caught | not caught | no test mirrors it |")
    print("|---|---:|---:|---:|---:|")
    for folder, tally in counts.items():
        caught = tally.get("caught", 0) + tally.get("caught (no end)", 0)
        whole, passed, untested = sum(tally.values()), tally.get("not caught", 0), tally.get("no test", 0)
        print(f"| {folder} | {whole} | {caught} ({caught / whole:.0%}) | {passed} | {untested} |")


if __name__ == "__main__":
    main()
