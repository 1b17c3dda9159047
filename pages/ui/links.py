"""One way to link to a page in a state."""

import contextlib
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from pages.ui.listing import by_name
from pages.ui.states import STATES


def link(page: str, label: str, icon: str | None = ":material/arrow_forward:", **state: Any) -> None:
    """A link to a page in a state: `link("explain", "Where it looked", view="Trust", run="drawn")`.

    The chosen run goes along unless the state names another. Raises ValueError for a name that the page does not keep
    in its address, or a value that it can't take.
    """
    query = STATES[page].query(**state)
    with contextlib.suppress(StreamlitPageNotFoundError):  # a page that runs alone has no neighbours
        st.page_link(f"pages/{by_name(page).name}.py", label=label, icon=icon, query_params=query)
