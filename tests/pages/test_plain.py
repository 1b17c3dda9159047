"""Nothing from outside is markup."""

import ast
import re

import pytest

from pages.ui.plain import plain
from tests.conftest import REPO


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![m](http://host/x.png)", r"!\[m\](http://host/x.png)"),
        ("<img src=x>", r"\<img src=x>"),
        ("a `b` **c** $d$", r"a \`b\` \*\*c\*\* \$d\$"),
        (":red[x] 10:30", r"\:red\[x\] 10:30"),
        (r"\[", r"\\\["),
        ("faces.npz, row 3: pixel value 0.5", "faces.npz, row 3: pixel value 0.5"),
    ],
)
def test_markup_is_shown_letter_by_letter(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_every_error_from_the_core_is_shown_plain() -> None:
    """An error's sentence quotes names of files and runs."""
    for path in (REPO / "pages").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"st\.(error|warning|info|caption)\((str\(error\)|problem\))", source), path


OUTSIDE = re.compile(
    r"\b(clip|file|info|layer|dataset|there|lesson|own\.collection)\.names?$|\bstate\.problem$|\bpanel\.problem$"
)
"""What comes from files: their names, those of a network's layers, of a data set, of a class's own classes."""

SHOWN = {"markdown", "caption", "subheader", "error", "warning", "info", "success", "write", "segmented_control",
         "button", "expander", "metric", "toast", "pills", "radio", "toggle", "checkbox"}  # fmt: skip


def _raw(call: ast.Call) -> list[str]:
    """What stands of it in a call's texts as it is, not made plain."""
    if any(word.arg == "format_func" for word in call.keywords) or ast.unparse(call.func).startswith("downloads."):
        return []
    parts = list(call.args)
    for text in [part for part in call.args for part in ast.walk(part) if isinstance(part, ast.JoinedStr)]:
        parts += [part.value for part in text.values if isinstance(part, ast.FormattedValue)]
    return [said for part in parts if OUTSIDE.search(said := ast.unparse(part))]


def test_names_from_files_are_shown_plain() -> None:
    found = []
    for path in (REPO / "pages").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in SHOWN:
                found += [f"{path.name}:{call.lineno} {said}" for said in _raw(call)]
    assert found == []
