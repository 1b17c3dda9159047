"""Readings of a set that a visit chose are those of that set."""

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from pages.ui import loaders


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
