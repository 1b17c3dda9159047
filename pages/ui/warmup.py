"""TensorFlow beside Streamlit: warmed in the background, and kept from what Streamlit does to it.

Measured (DESIGN.md, section 4): TensorFlow takes seconds to import, so a daemon thread does it while people look at
the first page. After every script run Streamlit collects all garbage (0.4 s with TensorFlow loaded, switched off in
.streamlit/config.toml) and clears Keras' session for all users at once, which breaks whatever another session is
building; `fer_core.runtime.warm(server=True)` turns that off and freezes what the import left behind.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

import streamlit as st

from fer_core import runtime
from fer_core.data.drawn.copy import is_kept
from pages.ui.language import say

_FIRST_PAGE_SECONDS = 2.0
"""The import holds Python's lock for seconds: the page that is being asked for comes first."""

_needed = threading.Event()


@st.cache_resource(show_spinner=False)
def start() -> threading.Thread | None:
    """Starts the warming once per server process. FER_WARM=0 leaves it to the first computation; FER_LIGHT=1 does
    without."""
    if os.environ.get("FER_WARM") == "0":
        return None
    _drawing()
    if runtime.is_light():
        return None
    thread = threading.Thread(target=_warm, daemon=True, name="warm-tensorflow")
    thread.start()
    return thread


def _warm() -> None:
    _needed.wait(_FIRST_PAGE_SECONDS)
    runtime.warm(server=True)


def ready() -> bool:
    """Whether TensorFlow is there already; pages that are about to compute say so where it is not."""
    return runtime.is_ready()


def wait() -> None:
    """Blocks until TensorFlow is there, with a sentence on the screen; imports it here if nothing else does."""
    if ready():
        return
    if runtime.is_light():
        runtime.import_keras()  # says why not
    _needed.set()
    with st.spinner(say("TensorFlow is starting; this happens once and takes some seconds.")):
        thread = start()
        if thread is not None:
            thread.join()
        runtime.warm(server=True)


def wait_for_drawn() -> None:
    """Waits for the process that draws the default set, where one was started."""
    if os.environ.get("FER_WARM") != "0" and (process := _drawing()) is not None:
        process.wait()


@st.cache_resource(show_spinner=False)
def _drawing() -> subprocess.Popen | None:
    """Draws the default set beside the server, in a process of its own: drawing in this one would slow every click."""
    if is_kept():
        return None
    return subprocess.Popen(
        [sys.executable, "-m", "fer_core.data.drawn.copy"],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
