"""Widgets whose state is in the page's address, also while they are not on the screen.

Streamlit's own `bind="query-params"` drops a parameter as soon as its widget is not drawn (another section, say) and
when the value is the default, which for "the five best runs" means something else tomorrow. Here a parameter stays
until its page is left.

    smoothing = st.slider("Smoothing", 0.0, 0.95, **address.keep("smooth", 0.0))
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

_KEY = "address:"
_LATE_SECONDS = 5.0


def keep(
    name: str, default: Any, options: Sequence[Any] | None = None, always: bool = False, after: Callable | None = None
) -> dict[str, Any]:
    """`key` and `on_change` for a widget whose value stands in the address as `name`.

    default: used where the address says nothing or something impossible; its type says how to read the address
    (a list: the parameter repeated). options: the values allowed; None for any. always: write the value even
    where it is the default. after: called when the user changes the widget, once the address is up to date.
    """
    key = _KEY + name
    given = st.query_params.get_all(name)
    state = st.session_state
    moved = state.get(f"{key}:seen") != given
    if key not in state or (moved and not _is_late(key, given)):
        state[key] = _read(given, default, options)
    elif options is not None:
        state[key] = _allowed(state[key], default, options)
    if always or moved:
        _write(name, state[key], default, always)
    state[f"{key}:seen"] = st.query_params.get_all(name)
    return {"key": key, "on_change": _changed, "args": (name, default, always, after)}


def _is_late(key: str, given: list[str]) -> bool:
    """Whether this is an address that we changed moments ago.

    A click carries the browser's address along. Where it comes before the browser has heard of the last change, that
    address is an old one, and taking it at its word would undo the change.
    """
    now = time.monotonic()
    return any(given == old and now - when < _LATE_SECONDS for old, when in st.session_state.get(f"{key}:left", []))


def put(name: str, value: Any) -> None:
    """Sets a kept value from code; before its widget is drawn in this run, or in a callback."""
    st.session_state[_KEY + name] = value
    _write(name, value, None, always=True)
    st.session_state[f"{_KEY}{name}:seen"] = st.query_params.get_all(name)


def _changed(name: str, default: Any, always: bool, after: Callable | None) -> None:
    _write(name, st.session_state[_KEY + name], default, always)
    st.session_state[f"{_KEY}{name}:seen"] = st.query_params.get_all(name)
    if after:
        after()


def _write(name: str, value: Any, default: Any, always: bool) -> None:
    before = st.query_params.get_all(name)
    texts = [_text(one) for one in value] if isinstance(value, (list, tuple)) else [_text(value)]
    if value == default and not always:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get_all(name) != (texts or [""]):
        st.query_params[name] = texts or [""]  # an empty choice is a choice too
    if (now := st.query_params.get_all(name)) != before:
        left = st.session_state.get(f"{_KEY}{name}:left", [])
        st.session_state[f"{_KEY}{name}:left"] = [*left, (before, time.monotonic())][-8:]
        st.session_state[f"{_KEY}{name}:seen"] = now


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def _read(given: list[str], default: Any, options: Sequence[Any] | None) -> Any:
    if not given:
        return _allowed(default, default, options)
    if isinstance(default, list):
        by_text = {_text(option): option for option in options} if options is not None else None
        values = [by_text[g] if by_text is not None else g for g in given if by_text is None or g in by_text]
        return list(dict.fromkeys(values)) if values or given == [""] else list(default)
    text = given[-1]
    if options is not None:
        return next((option for option in options if _text(option) == text), _allowed(default, default, options))
    try:
        if isinstance(default, bool):
            return {"1": True, "0": False}[text]
        return type(default)(text) if default is not None else text
    except (ValueError, KeyError):
        return default


def _allowed(value: Any, default: Any, options: Sequence[Any] | None) -> Any:
    """The value as far as the options allow it."""
    if options is None:
        return list(value) if isinstance(value, list) else value
    if isinstance(value, list):
        return [one for one in value if one in options]
    if value in options:
        return value
    return default if default in options else (options[0] if options else None)
