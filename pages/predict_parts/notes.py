"""What the page says once a session: where frames go, and what the answers must not be used for."""

import streamlit as st

from pages.ui.language import mark, say

PRIVACY = mark(
    "Pictures, frames and videos are sent to the computer on which FER Lab runs, and nowhere else. They stay in its "
    "memory while this page is open; nothing is written to disk or kept. Browsers open cameras only on HTTPS pages or "
    "on localhost."
)

LIMITS = mark(
    "**What this must not be used for.** The network names the label that people gave to pictures found on the web; it "
    "does not know what anybody feels. It is often wrong, and more often for some people than for others; how often on "
    "its test pictures stands beside its name. Don't use it to judge, hire, grade, diagnose, monitor or police anyone, "
    "and point it at nobody who has not agreed."
)

_READ = "predict_limits_read"


def read() -> bool:
    """Whether somebody said in this session that the notes were read."""
    return bool(st.session_state.get(_READ))


def in_full() -> None:
    """Both notes, and the button that folds them."""
    with st.container(border=True):
        _notes()
        st.button(say("I have read this"), key="predict_limits_button", icon=":material/check:", on_click=_fold)


def as_a_line() -> None:
    """One line that opens the notes again."""
    with st.popover(say("What this must not be used for"), icon=":material/front_hand:", type="tertiary"):
        _notes()


def _notes() -> None:
    st.warning(say(LIMITS), icon=":material/front_hand:")
    st.caption(f":material/lock: {say(PRIVACY)}")


def _fold() -> None:
    st.session_state[_READ] = True
