"""What the page says once: where frames go, and what the answers must not be used for."""

import streamlit as st

PRIVACY = (
    "Pictures, frames and videos are sent to the computer on which FER Lab runs, and nowhere else. They stay in its "
    "memory while this page is open; nothing is written to disk or kept. Browsers open cameras only on HTTPS pages or "
    "on localhost."
)

LIMITS = (
    "**What this must not be used for.** The network names the label that people gave to pictures found on the web; it "
    "does not know what anybody feels. It is often wrong, and more often for some people than for others; how often on "
    "its test pictures stands beside its name. Don't use it to judge, hire, grade, diagnose, monitor or police anyone, "
    "and point it at nobody who has not agreed."
)


def show() -> None:
    """Both notes, where one sees them before the first answer."""
    st.warning(LIMITS, icon=":material/front_hand:")
    st.caption(f":material/lock: {PRIVACY}")
