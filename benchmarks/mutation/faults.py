"""Small faults of the sources, drawn by chance: cosmic-ray's operators, used as a library."""

import ast
import functools
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent.parent
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
_LEFT_OUT = ("NumberReplacer", "RemoveDecorator", "ExceptionReplacer")
"""Kinds that mostly change a width, a cache or which sentence is said; --all takes them too."""


@dataclass(frozen=True)
class Fault:
    """One fault: file and line (from 1) in the tree, the operator's name and which of its places, the line before and
    after, and the file's whole code with it."""

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


def drawn(files: list[Path], seed: int, every_kind: bool = False) -> Iterator[Fault]:
    """Faults without end of supply, one a line, drawn evenly over the lines that can be changed; the same for a seed.

    Lines are drawn from all that are written, and those that nothing can be changed in are passed over: only files
    that are drawn are read closely.
    """
    chosen = random.Random(seed)
    lines = [(file, line) for file in sorted(files) for line in _written(file)]
    chosen.shuffle(lines)
    for file, line in lines:
        places = [one for one in _places(file, every_kind) if one[-1] == line]
        chosen.shuffle(places)
        faults = (_planted(file, *place) for place in places)
        if fault := next((one for one in faults if one and not is_equivalent(one)), None):
            yield fault


def _planted(file: Path, name: str, operator: Any, occurrence: int, line: int) -> Fault | None:
    """The file with one fault; None where the operator changes nothing that runs, or leaves no Python."""
    from cosmic_ray.mutating import mutate_code

    source = file.read_text(encoding="utf-8")
    code = mutate_code(source, operator, occurrence)
    if not code or running(code) in (None, running(source)):
        return None
    before, after = source.splitlines(), code.splitlines()
    changed = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), line - 1)
    relative = str(file.relative_to(REPO)) if file.is_relative_to(REPO) else file.name
    return Fault(relative, line, name, occurrence, before[changed].strip(), after[changed].strip(), code)


def running(code: str) -> str | None:
    """What of a module's code runs, without what is said of types; None where it is no Python, as cosmic-ray's
    `f(%options)` for `f(**options)`. Faults there are caught by the first import: they would only raise the share."""
    try:
        return ast.dump(_Bare().visit(ast.parse(code)))
    except SyntaxError:
        return None


class _Bare(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def is_equivalent(fault: Fault) -> bool:
    """Whether a fault is listed as one that changes nothing a test could see, by itself or by its kind."""
    listed = _listed()
    one = {"file": fault.file, "before": fault.before, "after": fault.after}
    alone = any(one == {name: each[name] for name in one} for each in listed["mutant"])
    return alone or any(fault.after == fault.before.replace(kind["from"], kind["to"]) for kind in listed["kind"])


def equivalent() -> list[dict[str, str]]:
    """The faults that change nothing a test could see: file, before, after, why."""
    return _listed()["mutant"]


@functools.cache
def _listed() -> dict[str, list[dict[str, str]]]:
    return {"mutant": [], "kind": [], **tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))}


def _written(file: Path) -> list[int]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.strip()]


@functools.cache
def _places(file: Path, every_kind: bool) -> list[tuple[str, Any, int, int]]:
    """(operator's name, operator, occurrence, line) of all faults of a file."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path

    nodes = list(ast_nodes(get_ast_from_path(file)))
    found = []
    for name, operator in _operators(every_kind):
        spots = [start[0] for node in nodes for start, _ in operator.mutation_positions(node)]
        found += [(name, operator, occurrence, line) for occurrence, line in enumerate(spots)]
    return found


@functools.cache
def _operators(every_kind: bool) -> list[tuple[str, Any]]:
    import cosmic_ray.plugins

    found = []
    for name in sorted(cosmic_ray.plugins.operator_names()):
        operator = cosmic_ray.plugins.get_operator(name)
        if not operator.arguments() and (every_kind or not name.endswith(_LEFT_OUT)):
            found.append((name, operator()))
    return found
