"""What pages say, in the language of the visit.

Pages say their texts by `say` and `count`; a text that is kept as data is marked where it stands. The language belongs
to the visit, as the chosen run does: several visits run side by side in threads of one process. How it is chosen is in
`pages/ui/language_switch.py`.
"""

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from fer_core.languages import DEFAULT, Catalogue, catalogue

_KEY = "language"


def current() -> str:
    """The language of this visit, a key of `fer_core.languages.LANGUAGES`."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    return st.session_state.get(_KEY, DEFAULT)


def use(language: str) -> None:
    """Sets the language of this visit."""
    st.session_state[_KEY] = language


def words() -> Catalogue:
    """The catalogue of this visit's language."""
    return catalogue(current())


def say(text: str, /, **fields: Any) -> str:
    """A text in the language of this visit, with its fields put in: `say("{count} pictures", count=3)`."""
    return words().say(text, **fields)


def count(number: int, one: str, many: str, /, **fields: Any) -> str:
    """A text about some things, whose number stands in it as {count}: `count(n, "{count} face", "{count} faces")`."""
    return words().count(number, one, many, **fields)


def mark(text: str) -> str:
    """The text as it is: marks it for the catalogues where it is kept as data and said later."""
    return text


class Later(str):
    """A text that is kept before there is any visit, a cache's spinner say, and said in the language of the visit that
    it is shown to: `Later(mark("Loading the network"))`. Streamlit asks for `str()` of what it shows."""

    __slots__ = ()

    def __str__(self) -> str:
        return say(super().__str__())
