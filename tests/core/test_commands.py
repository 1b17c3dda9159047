"""What all commands have in common."""

import ast

import pytest

from tests.conftest import REPO

FILES = sorted((REPO / "fer_core" / "commands").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_whatever_looks_runs_up_by_name_can_be_told_where_they_are(path) -> None:
    """Every `find_run(name, ...)` gets the folder that `--root` names."""
    source = path.read_text(encoding="utf-8")
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "find_run"
    ]
    assert all(ast.unparse(call.args[-1]) == "args.root" for call in calls)
    assert not calls or '"--root"' in source
