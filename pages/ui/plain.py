"""Texts from outside on the screen: file names, notes, addresses and error sentences that quote them."""

import re

from fer_core.languages import Sentence
from pages.ui.language import say

_MARKUP = re.compile(r"[\\\[\]<`*$]|:(?=[a-z_]+\[)")


def plain(text: object) -> str:
    """A text as Streamlit's markdown shows it letter by letter: no picture, link, tag, emphasis, code or colour
    comes of it, so that nobody's file name makes a browser fetch something.

    A Sentence, alone or as an error's, is said in the language of the visit.
    """
    return _MARKUP.sub(lambda found: f"\\{found[0]}", said(text))


def said(text: object) -> str:
    """A text, or an error's sentence, in the language of the visit where it is a Sentence; else as it is."""
    if isinstance(text, Exception) and text.args and isinstance(text.args[0], Sentence):
        text = text.args[0]
    return say(text) if isinstance(text, Sentence) else str(text)
