"""What a screen reader says of an answer that changes in place, and of sliders whose numbers have words."""

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "fer_lab_spoken",
    html='<p class="spoken" aria-live="polite"></p>',
    css=".spoken {position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%);}",
    js=(Path(__file__).parent / "assets" / "spoken.js").read_text(encoding="utf-8"),
)


def spoken(text: str, key: str, sliders: Sequence[str] = (), steps: Sequence[tuple[float, str]] = ()) -> None:
    """Says a text, politely, once it stays for a moment; nothing of it is seen. Each run of the page gives the newest.

    sliders: keys of Streamlit's sliders that say a word behind their number. steps: (from which value on, the word),
    ascending.
    """
    names = [re.sub(r"[^a-zA-Z0-9_-]", "-", one) for one in sliders]
    _component(key=key, data={"text": text, "sliders": names, "steps": [list(one) for one in steps]})
