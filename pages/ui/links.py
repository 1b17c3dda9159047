"""One way to link to a page in a state."""

import contextlib
import difflib
import urllib.parse
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from pages.ui import states
from pages.ui.fields import Several
from pages.ui.listing import PAGES, by_name


def link(page: str, label: str, icon: str | None = ":material/arrow_forward:", **state: Any) -> None:
    """A link to a page in a state: `link("explain", "Where it looked", view="Trust", run="drawn")`.

    The chosen run goes along unless the state names another. Raises ValueError for a name that the page does not keep
    in its address, or a value that it can't take.
    """
    query = states.of(page).query(**state)
    with contextlib.suppress(StreamlitPageNotFoundError):  # a page that runs alone has no neighbours
        st.page_link(f"pages/{by_name(page).name}.py", label=label, icon=icon, query_params=query)


def read(address: str) -> tuple[str, dict[str, Any]]:
    """The page and the state that an address speaks of: `playground?run=drawn&face=12_0.4`, with or without a server
    before it.

    Raises ValueError, one sentence, for a page that is not there, a name that the page does not keep, or a value out of
    its range. Options that depend on what is there (runs, layers, splits) are known only where the page is drawn.
    """
    parts = urllib.parse.urlsplit(address.strip())
    page = parts.path.rstrip("/").rpartition("/")[2] or "overview"
    pages = [entry.name for entry in PAGES]
    if page not in pages:
        raise ValueError(f"There is no page {page!r}{_near(page, pages)}.")
    state, values = states.of(page), {}
    for name, texts in urllib.parse.parse_qs(parts.query, keep_blank_values=True).items():
        name = state.renamed.get(name, name)
        if name not in state.fields:
            raise ValueError(f"The page {page} keeps no {name!r}{_near(name, list(state.fields))}.")
        field = state.fields[name]
        try:
            values[name] = field.read(texts) if field.is_settled else texts if isinstance(field, Several) else texts[-1]
        except ValueError as error:
            raise ValueError(f"{page} can't have {name}={texts[-1]}: {error}.") from None
    return page, values


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"; is {near[0]} meant?" if near else f"; there are {', '.join(known)}"
