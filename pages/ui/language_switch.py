"""Choosing the language of a visit: in the address (`?lang=zh-TW`), and by a switch in the sidebar."""

import streamlit as st

from fer_core.languages import DEFAULT, LANGUAGES, known
from pages.ui import address, language
from pages.ui.language import say
from pages.ui.listing import Entry
from pages.ui.plain import plain

_SWITCH = "language_switch"


def follow() -> None:
    """Takes over the language that the address names, where it is new; before anything is said."""
    given = st.query_params.get(address.LANGUAGE)
    if given is None:
        if address.by_history():  # the entry was left in the usual language
            language.use(DEFAULT)
    elif not address.is_late():
        found = known(given)
        if found is not None:
            language.use(found)
        else:
            shown = LANGUAGES[language.current()]
            st.caption(
                say(
                    "The address has {given}, but it is one of {known}; {shown} is shown instead.",
                    given=plain(f"`{address.LANGUAGE}={given[:40]}`"),
                    known=", ".join(LANGUAGES),
                    shown=shown,
                )
            )


def switch(page: Entry) -> None:
    """The languages by their own names, in the sidebar; says so where a page has only some of its texts in them."""
    if st.session_state.get(_SWITCH) != language.current():
        st.session_state[_SWITCH] = language.current()
    st.sidebar.segmented_control(
        "Language · 語言",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_SWITCH,
        label_visibility="collapsed",
        on_change=_switched,
    )
    if language.current() != DEFAULT and not page.translated:
        st.sidebar.caption(say("Most of this page is in English so far."))


def _switched() -> None:
    chosen = st.session_state[_SWITCH]
    if chosen is None:  # a browser that is still drawing the switch says so before it knows better
        return
    language.use(chosen)
    address.rewrite()
