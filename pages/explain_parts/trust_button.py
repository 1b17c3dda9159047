"""From any map on the page to whether it can be trusted, by one press."""

from typing import Any

import streamlit as st

from fer_core.labels import CLASSES
from fer_core.saliency import Difference
from pages.explain_parts.request import NOTHING
from pages.ui.states import EXPLAIN

TRUST = "Trust"
"""Name of the view that answers."""

_PRESSED = "trust_pressed"


def button(key: str, label: str = "Trust it?", method: str | None = None, target: Any = None) -> None:
    """A button that opens the Trust view and starts it, for the map of another method or target where one is named."""
    st.button(
        label, key=f"trust_of_{key}", icon=":material/fact_check:", type="tertiary", on_click=_ask,
        args=(method, target), help=None if label != "Trust it?" else "Can I trust this map? Four measurements.",
    )  # fmt: skip


def was_pressed() -> bool:
    """Whether such a button opened this script run; True once."""
    return bool(st.session_state.pop(_PRESSED, False))


def _ask(method: str | None, target: Any) -> None:
    state: dict[str, Any] = {"view": TRUST}
    if method is not None and method != EXPLAIN.value("method"):
        state |= {"method": method, "settings": ""}
    if isinstance(target, Difference):
        state |= {"why": CLASSES[target.towards], "why_not": CLASSES[target.against]}
    elif target is not None:
        state |= {"why": CLASSES[target], "why_not": NOTHING}
    EXPLAIN.put_all(**state)
    st.session_state[_PRESSED] = True
