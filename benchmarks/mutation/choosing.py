"""Which tests could notice a fault in a file, those that mirror it first; read from names and imports."""

import ast
import functools
import re
from collections.abc import Set
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent.parent
MOST = 6
"""Test files asked about one fault: to collect more takes longer than to run the few tests that fail."""


def tests_for(file: str, repo: Path = REPO) -> list[str]:
    """Test files in the order in which they are asked: the mirror of the file, what its page is accepted to show, tests
    that import it (by its name or through its package), tests that import what imports it and so on, and the room's,
    those first that have its words; at most MOST. Paths from the root."""
    tests = _tests(repo)
    nearest = [test for module in _reached(_module(file), repo) for test in _users(module, tests)]
    room = _likely_first(_room(file, tests), words(Path(file).stem.replace("_", " ")), repo)
    transcripts = [test for test in room if test.endswith("_transcript.py")]
    ordered = [*_mirrors(file, tests), *transcripts, *nearest, *room]
    return list(dict.fromkeys(ordered))[:MOST]


def words_of(file: str, code: str, line: int) -> set[str]:
    """Words that a test which could notice a change in a line is likely to have: those of the file's name, of the
    functions around the line, and of the line."""
    around = [
        node.name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    changed = code.splitlines()[line - 1]
    return words(" ".join([Path(file).stem, *around, changed]))


def words(text: str) -> set[str]:
    """The words of a text or of code, names taken apart, in small letters, without those of two letters."""
    return set(re.findall(r"[a-z]{3,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))


def by_likelihood(tests: list[set[str]], wanted: Set[str]) -> list[int]:
    """Positions of tests, given the words of each, those first that share most with the wanted words; a word counts
    the more the fewer tests have it."""
    spread = {word: sum(word in one for one in tests) for word in wanted}
    shares = [sum(1 / spread[word] for word in wanted & one) for one in tests]
    return sorted(range(len(tests)), key=lambda at: -shares[at])


def _module(file: str) -> str:
    return ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__")


def _page(file: str) -> str:
    """The page that a file of pages/ belongs to; "" for what pages share and for the core."""
    parts = Path(file).parts
    return "" if parts[0] != "pages" or parts[1] == "ui" else parts[1].removesuffix(".py").removesuffix("_parts")


def _mirrors(file: str, tests: dict[str, set[str]]) -> list[str]:
    """Tests named after the file, then those named after the page or the folder in a room that it belongs to."""
    stem, place = Path(file).stem, "tests/pages/" if file.startswith("pages/") else "tests/core/"
    folder = Path(file).parent.name
    names = [f"test_{stem}.py", f"test_{stem}_command.py", f"test_{_page(file)}.py"]
    if len(Path(file).parts) > 3:
        names += [f"test_{folder}.py", f"test_{Path(file).parts[1]}_{folder}.py"]
    if "/commands/" in file:
        names += ["test_shell_transcript.py", "test_commands.py"]
    return [test for name in names for test in sorted(tests) if Path(test).name == name and test.startswith(place)]


def _users(module: str, tests: dict[str, set[str]]) -> list[str]:
    """Tests that import a module, short ones first."""
    found = [test for test, names in tests.items() if _is_in(module, names)]
    return sorted(found, key=lambda test: (len(tests[test]), test))


def _is_in(module: str, names: set[str]) -> bool:
    """Whether the module, or a name out of it, is among dotted names."""
    return any(f"{name}.".startswith(f"{module}.") for name in names)


def _room(file: str, tests: dict[str, set[str]]) -> list[str]:
    """All tests of the core's room, or those that open the page."""
    parts = Path(file).parts
    if parts[0] == "pages":
        return sorted(test for test, names in tests.items() if f"pages.{_page(file)}" in names)
    return sorted(test for test in tests if test.startswith(f"tests/core/{parts[1]}/"))


def _likely_first(tests: list[str], wanted: set[str], repo: Path) -> list[str]:
    written = [words((repo / test).read_text(encoding="utf-8")) for test in tests]
    return [tests[at] for at in by_likelihood(written, wanted)]


def _reached(module: str, repo: Path) -> list[str]:
    """A module, then the modules of the house (packages left out) that import it, then those that import these..."""
    found = [module]
    for one in found:
        users = (name for name, imported in _sources(repo).items() if _is_in(one, imported))
        found += sorted(name for name in users if name not in found)
    return found


@functools.cache
def _tests(repo: Path) -> dict[str, set[str]]:
    """Test file -> the modules and names that it imports and the pages that it opens, as dotted names."""
    faces = _faces(repo)
    found = {}
    for path in [*repo.glob("tests/core/**/test_*.py"), *repo.glob("tests/pages/test_*.py")]:
        names = _imported(path)
        written = {node.value for node in ast.walk(_tree(path)) if _is_words(node)}
        opened = {f"pages.{Path(words).stem}" for words in written if words.endswith(".py")}
        found[str(path.relative_to(repo))] = names | {faces[name] for name in names & faces.keys()} | opened
    return found


@functools.cache
def _sources(repo: Path) -> dict[str, set[str]]:
    paths = [path for folder in ("fer_core", "pages") for path in (repo / folder).rglob("*.py")]
    found = {_module(str(path.relative_to(repo))): _imported(path) for path in paths if path.name != "__init__.py"}
    faces = _faces(repo)
    return {name: imported | {faces[one] for one in imported & faces.keys()} for name, imported in found.items()}


@functools.cache
def _faces(repo: Path) -> dict[str, str]:
    """What packages pass on: "package.name" -> "package.module.name"."""
    found = {}
    for path in (repo / "fer_core").rglob("__init__.py"):
        package = _module(str(path.relative_to(repo)))
        found |= {f"{package}.{name.rsplit('.', 1)[-1]}": name for name in _imported(path) if name.count(".") > 1}
    return found


def _imported(path: Path) -> set[str]:
    """Dotted names of the house that a file imports: modules, and names out of modules."""
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] in ("fer_core", "pages")}


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
