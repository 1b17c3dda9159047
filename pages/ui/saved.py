"""Saved views: any page as it stands, under a name; opened from the sidebar, or by `?saved=NAME`."""

import contextlib

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from fer_core.errors import FerError
from fer_core.runs import views
from pages.ui import address, loaders
from pages.ui.language import say
from pages.ui.listing import PAGES
from pages.ui.plain import plain

PARAMETER = "saved"
_PROBLEM = "saved_view_problem"


def sidebar() -> None:
    """The views that are kept beside the runs, and a box that keeps the one in view."""
    try:
        kept = views.read(loaders.root())
    except FerError as error:
        st.sidebar.error(plain(error))
        return
    with st.sidebar.expander(say("Saved views"), icon=":material/bookmark:"):
        if problem := st.session_state.pop(_PROBLEM, None):
            st.error(plain(problem))
        for name, view in kept.items():
            _row(name, view)
        st.text_input(
            say("Save what is in view as"),
            key="saved_view_name",
            placeholder=say("a name"),
            max_chars=60,
            help=say("Kept in a small file beside the runs. Its address is that of any page with `?saved=NAME`."),
            on_change=_save,
        )


def _row(name: str, view: views.SavedView) -> None:
    if view.page not in {page.name for page in PAGES}:
        return
    link, away = st.columns([5, 1], vertical_alignment="center")
    with link, contextlib.suppress(StreamlitPageNotFoundError):  # a page that runs alone has no neighbours
        st.page_link(f"pages/{view.page}.py", label=plain(name), query_params=view.query)
    away.button(
        ":material/close:",
        key=f"saved_forget_{name}",
        type="tertiary",
        help=say("Forget {name}", name=plain(name)),
        on_click=_forget,
        args=(name,),
    )


def follow() -> None:
    """Opens the view that the address names; says so where there is none. Before the page is run."""
    name = st.query_params.get(PARAMETER)
    if name is None:
        return
    try:
        view = views.read(loaders.root()).get(name)
    except FerError:
        view = None
    if view is not None and view.page in {page.name for page in PAGES}:
        st.switch_page(f"pages/{view.page}.py", query_params=view.query)
    st.warning(say("No view is saved as {name}.", name=plain(name[:60])), icon=":material/bookmark_remove:")


def _save() -> None:
    name = st.session_state.get("saved_view_name", "")
    if not name.strip():
        return
    page, query = address.in_view()
    query.pop(address.LANGUAGE, None)  # who opens the view keeps their own
    try:
        views.save(loaders.root(), name, page, query)
    except FerError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state["saved_view_name"] = ""


def _forget(name: str) -> None:
    try:
        views.forget(loaders.root(), name)
    except FerError as error:
        st.session_state[_PROBLEM] = str(error)
