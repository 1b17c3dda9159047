"""Readings of a set that a visit chose are those of that set; what a cache says while it works."""

import ast
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from pages.ui import loaders
from tests.conftest import REPO


def test_a_reading_is_kept_for_the_set_that_was_open(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", session)
    there: list[Any] = [None]
    monkeypatch.setattr(loaders, "_as_read", lambda: there[0])
    loaders.read_otherwise("numbers", "from 1")
    assert session == {} and loaders.readings() == {}
    there[0] = SimpleNamespace(fingerprint="f1")
    loaders.read_otherwise("numbers", "from 1")
    loaders.read_otherwise("split", "by folder")
    assert loaders.readings() == {"numbers": "from 1", "split": "by folder"}
    there[0] = SimpleNamespace(fingerprint="f2")
    assert loaders.readings() == {}
    loaders.read_otherwise("numbers", "from 0")
    assert loaders.readings() == {"numbers": "from 0"}
    assert session["data_readings"]["f1"] == {"numbers": "from 1", "split": "by folder"}


def test_no_cache_shows_its_function_s_name_while_it_works() -> None:
    """Streamlit's own words are "Running `_discover(...)`."; ours are a sentence or none."""
    caches = [
        (path.relative_to(REPO), node.lineno, ast.unparse(node))
        for path in sorted((REPO / "pages").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st.cache_")
    ]
    assert len(caches) > 40
    silent = ("show_spinner=False", "show_spinner='", "show_spinner=Later(mark('")
    assert [one for one in caches if not any(words in one[2] for words in silent)] == []
