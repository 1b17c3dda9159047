"""Heavy work waits for its turn, with the place on the screen, and gives it up again."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from fer_core.line import Line
from pages.ui import queue


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line(at_once=1, most=3)
    monkeypatch.setattr(queue, "line", lambda: made)
    return made


def waiting() -> None:
    import streamlit as st

    from pages.ui import queue

    with queue.turn(), queue.turn():  # work within work waits for nothing
        st.write("computed")


def looking() -> None:
    import streamlit as st

    from pages.ui import queue

    with queue.look("work") as mine:
        st.write("computed" if mine else "not yet")
    if mine:
        queue.leave("work")


def test_work_waits_for_that_of_others_and_leaves_the_line(line: Line) -> None:
    line.before("another")

    def end() -> None:
        with line.working("another"):
            time.sleep(1.0)
        line.leave("another")

    other = threading.Thread(target=end)
    other.start()
    begun = time.monotonic()
    app = AppTest.from_function(waiting, default_timeout=60).run()
    other.join()
    assert time.monotonic() - begun > 0.5
    assert app.markdown[0].value == "computed" and not app.info  # the place is gone from the screen
    assert line.before("next") == 0


def test_a_look_says_the_place_and_computes_when_it_is_the_turn(line: Line) -> None:
    with line.working("another"):
        line.before("another")
        app = AppTest.from_function(looking, default_timeout=60).run()
        assert app.info[0].value == "One computation of other visitors goes first; yours begins by itself."
        assert app.markdown[0].value == "not yet"
        line.leave("another")
        app.run()
    assert app.markdown[0].value == "computed" and not app.info
    assert line.before("next") == 0


def test_a_full_line_is_a_sentence(line: Line) -> None:
    for who in "abc":
        line.before(who)
    app = AppTest.from_function(waiting, default_timeout=60).run()
    assert "3 computations wait here already" in app.error[0].value and not app.markdown
    assert line.before("c") == 2
