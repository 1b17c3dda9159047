"""Brings the catalogues of all languages in step with the texts of pages and core, and says what still has to be
translated: new texts are added without a translation, texts that nothing says any more go.

    python docs/catalogue.py [--check]
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from fer_core.languages import DEFAULT, LANGUAGES, po  # noqa: E402
from fer_core.languages.catalogue import path_of  # noqa: E402

_SAYING = {"say": (0,), "mark": (0,), "Sentence": (0,), "count": (1, 2), "counted": (1, 2)}
"""What says a text -> the places of the text among its arguments, and of that for more than one."""
_IN_SCRIPTS = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"')


def in_code(path: Path) -> Iterator[tuple[str, str]]:
    """The texts that a module says, each with its text for more than one, or an empty one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in _SAYING or len(node.args) <= max(_SAYING[name]):
            continue
        found = [list(_literals(node.args[place])) for place in _SAYING[name]]
        if len(found) == 2:
            yield from zip(*found, strict=True)
        else:
            yield from ((text, "") for text in found[0])


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be: itself, or each branch of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _literals(value)


def in_scripts(path: Path) -> Iterator[tuple[str, str]]:
    """The texts of `say("...")` in a script of the browser or a template."""
    for found in _IN_SCRIPTS.finditer(path.read_text(encoding="utf-8")):
        yield ast.literal_eval(f'"{found[1]}"'), ""


def as_data() -> Iterator[tuple[str, str]]:
    """Texts that stand as data and are said by their name: (text, where)."""
    from fer_core import saliency
    from fer_core.data.drawn.dataset import ACTION_UNITS, HAIR_STYLES, MUSCLES
    from fer_core.evaluation.fairness import FACTORS
    from fer_core.figures.layers import SCALES
    from fer_core.labels import CLASSES
    from fer_core.reading.faces import HOW
    from fer_core.reading.sure import UNSURE
    from pages.ui import states
    from pages.ui.listing import PAGES

    for name in CLASSES:
        yield name, "fer_core/labels.py"
    for text in (*ACTION_UNITS.values(), *MUSCLES.values(), *HAIR_STYLES):
        yield text, "fer_core/data/drawn"
    for method in map(saliency.get, saliency.names()):
        for text in (method.label, method.summary(), method.how_to_read()):
            yield text, "fer_core/saliency/methods"
    for text in ("training", "finished", "stopped"):
        yield text, "fer_core/runs/folder.py"
    for text in (*HOW.values(), *SCALES.values(), UNSURE, "too small", "blurred"):
        yield text, "fer_core/reading"
    for factor in FACTORS:
        for text in (factor.name, factor.name.capitalize(), factor.low, factor.high):
            yield text, "fer_core/evaluation/fairness.py"
    for page in PAGES:
        for text in filter(None, (page.title, page.section, page.answers)):
            yield text, "pages/ui/listing.py"
    for state, name in (
        (states.LESSONS, "view"),
        (states.PREDICT, "way"),
        (states.PREDICT, "question"),
        (states.LEARNING, "steps"),
        (states.PLAYGROUND, "look"),
    ):
        for text in state.options(name):
            yield text, "pages/ui/states.py"


def entries() -> list[po.Message]:
    """All texts that are said, in the order of the files."""
    places: dict[tuple[str, str], list[str]] = {}

    def add(found: Iterable[tuple[str, str]], where: str) -> None:
        for text, many in found:
            there = places.setdefault((text, many), [])
            if where not in there:
                there.append(where)

    for path in sorted((REPO / "pages").rglob("*.py")) + sorted((REPO / "fer_core").rglob("*.py")):
        add(in_code(path), path.relative_to(REPO).as_posix())
    for pattern in ("pages/ui/assets/**/*.js", "fer_core/reports/templates/*.html"):
        for path in sorted(REPO.glob(pattern)):
            add(in_scripts(path), path.relative_to(REPO).as_posix())
    for text, where in as_data():
        add([(text, "")], where)
    found = [po.Message(text, ("",), many, tuple(where)) for (text, many), where in places.items() if text]
    return sorted(found, key=lambda one: one.places[0])


def in_step(old: list[po.Message], now: list[po.Message]) -> list[po.Message]:
    """The entries of now with the translations of the old ones; the old header first."""
    header, *rest = old
    there = {one.text: one for one in rest}
    kept = (replace(one, forms=there[one.text].forms, fuzzy=there[one.text].fuzzy) if one.text in there else one
            for one in now)  # fmt: skip
    return [header, *kept]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a catalogue is out of step")
    check, failed, now = parser.parse_args().check, False, entries()
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        path = path_of(language)
        before = path.read_text(encoding="utf-8")
        after = in_step(po.parse(before, path.name), now)
        if check:
            failed |= before != po.write(after)
        else:
            path.write_text(po.write(after), encoding="utf-8")
        missing = [one.text for one in after if not all(one.forms)]
        print(f"{language}: {len(after) - 1} texts, {len(missing)} without a translation")
        for text in missing:
            print(f"  {text!r}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
