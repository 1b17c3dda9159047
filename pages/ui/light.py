"""A server without TensorFlow (FER_LIGHT=1): what it can't do says so, where it would stand."""

import streamlit as st

from fer_core import runtime
from pages.ui import layout
from pages.ui.language import mark, say
from pages.ui.listing import PAGES, Entry


def note(what: str) -> bool:
    """Says that `what` needs TensorFlow where this server runs without it; whether it does."""
    if not runtime.is_light():
        return False
    st.info(
        say(
            "{what} needs TensorFlow, and this server runs without it, to take little memory ({setting}).",
            what=say(what),
            setting=f"{runtime.LIGHT}=1",
        ),
        icon=":material/energy_savings_leaf:",
    )
    return True


def stands_in(entry: Entry) -> bool:
    """Draws, in the place of a page that can't work without TensorFlow, what it would answer; whether it did."""
    if not (entry.needs_tensorflow and runtime.is_light()):
        return False
    layout.header(say(entry.title), say(entry.answers))
    note(mark("This page"))
    working = say(", ").join(say(one.title) for one in PAGES if not one.needs_tensorflow)
    st.caption(say("These pages work here: {pages}.", pages=working))
    return True
