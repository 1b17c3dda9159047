"""Texts from outside on the screen: file names, notes, addresses and error sentences that quote them."""

import re

_MARKUP = re.compile(r"[\\\[\]<`*$]|:(?=[a-z_]+\[)")


def plain(text: object) -> str:
    """A text as Streamlit's markdown shows it letter by letter: no picture, link, tag, emphasis, code or colour
    comes of it, so that nobody's file name makes a browser fetch something."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", str(text))
