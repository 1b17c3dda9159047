"""The expression in the page's address: ?face=6_0.8-12_0.9 is AU6 at 0.8 and AU12 at 0.9, ?face=rest a face at rest."""

from collections.abc import Mapping

import streamlit as st

from fer_core.data.drawn.dataset import ACTION_UNITS, EXPRESSIONS

START = "happy"
"""What the page shows when the address says nothing."""

_NAME, _REST = "face", "rest"


def text(units: Mapping[int, float]) -> str:
    """The units as the address has them."""
    return "-".join(f"{unit}_{value:g}" for unit, value in units.items() if value > 0) or _REST


def read(given: str) -> dict[int, float]:
    """The units of such a text; what is no unit or no intensity from 0 to 1 is left out."""
    units = {}
    for part in given.split("-"):
        number, _, value = part.partition("_")
        try:
            unit, intensity = int(number), float(value)
        except ValueError:
            continue
        if unit in ACTION_UNITS and 0.0 <= intensity <= 1.0:
            units[unit] = intensity
    return units


def put(units: Mapping[int, float]) -> None:
    """Sets all sliders; before they are drawn in this run, or in a callback."""
    for number in ACTION_UNITS:
        st.session_state[f"au{number}"] = units.get(number, 0.0)


def open_from_address() -> None:
    """Sets the sliders by the address where it is new; else leaves them as they are."""
    given = st.query_params.get(_NAME)
    first = "au1" not in st.session_state
    if given is not None and (first or given != st.session_state.get("face_seen")):
        put(read(given))
    elif first:
        put(EXPRESSIONS[START])


def keep_in_address(units: Mapping[int, float]) -> None:
    """Writes the sliders into the address."""
    st.session_state.face_seen = text(units)
    if st.query_params.get(_NAME) != text(units):
        st.query_params[_NAME] = text(units)
