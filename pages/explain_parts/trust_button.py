"""From any map on the page to whether it can be trusted, by one press."""

from typing import Any

import streamlit as st

from fer_core.labels import CLASSES
from fer_core.saliency import Difference
from pages.explain_parts.request import NOTHING
from pages.ui import address

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
    if method is not None:
        address.put("method", method)
    if isinstance(target, Difference):
        address.put("why", CLASSES[target.towards])
        address.put("why_not", CLASSES[target.against])
    elif target is not None:
        address.put("why", CLASSES[target])
        address.put("why_not", NOTHING)
    st.session_state["view"] = TRUST
    st.session_state[_PRESSED] = True
