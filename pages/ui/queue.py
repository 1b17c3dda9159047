"""Heavy work of all visitors, one behind the other: light pages stay light, and everybody sees the place in line.

`turn` waits inside a script run, for work that is done in one go. `look` is for work that a fragment does a moment at a
time, where a press on Stop is heard in between: it says whether it is this visitor's turn.
"""

import contextlib
import os
import threading
import time
from collections.abc import Hashable, Iterator

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from fer_core.errors import FerError
from fer_core.line import Line
from pages.ui.language import count
from pages.ui.plain import plain

MOST = 40
"""Computations in line, those under way counted."""
_ASK = 0.3
_inside = threading.local()


@st.cache_resource(show_spinner=False)
def line() -> Line:
    """The server's line: one computation for two processors, each of which uses both, at least one."""
    return Line(max(1, (os.cpu_count() or 2) // 2), MOST)


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Waits until it is this visitor's turn, with the place on the screen. A press anywhere ends the waiting, too."""
    if getattr(_inside, "depth", 0):  # part of work whose turn it is
        yield
        return
    who = (_session(), threading.get_ident(), time.monotonic())
    place = None
    try:
        while before := _before(who):
            place = place or st.empty()
            place.info(words(before), icon=":material/hourglass_top:")  # here Streamlit ends what nobody waits for
            time.sleep(_ASK)
        if place is not None:
            place.empty()
        with _working(who):
            yield
    finally:
        line().leave(who)


@contextlib.contextmanager
def look(what: Hashable) -> Iterator[bool]:
    """One look at work in this visit, named `what`: whether it may go on now; else the place is on the screen.

    Call `leave` when the work has ended or was stopped.
    """
    who = (_session(), what)
    if before := _before(who):
        st.info(words(before), icon=":material/hourglass_top:")
        time.sleep(_ASK)
        yield False
        return
    with _working(who):
        yield True


def leave(what: Hashable) -> None:
    """The work named `what` of this visit has ended."""
    line().leave((_session(), what))


def words(before: int) -> str:
    """The place in line."""
    return count(
        before,
        "One computation of other visitors goes first; yours begins by itself.",
        "{count} computations of other visitors go first; yours begins by itself.",
    )


def _before(who: Hashable) -> int:
    try:
        return line().before(who)
    except FerError as error:
        st.error(plain(error))
        st.stop()


@contextlib.contextmanager
def _working(who: Hashable) -> Iterator[None]:
    _inside.depth = getattr(_inside, "depth", 0) + 1
    try:
        with line().working(who):
            yield
    finally:
        _inside.depth -= 1


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""
