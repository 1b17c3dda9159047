"""What every page looks like: style, header, sidebar, standard notes."""

import html
import os
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from fer_core import runs as fer_runs
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.lessons.glossary import meaning
from fer_core.runs import Run
from pages.ui import address, downloads, loaders
from pages.ui.language import current, mark, say
from pages.ui.plain import plain, said

_STYLE = """
<style>
.block-container {padding-top: 3.2rem; padding-bottom: 4rem; max-width: 1280px;}
h1 {letter-spacing: -0.02em; padding-bottom: 0.2rem;}
.fer-lead {opacity: 0.78; font-size: 1.05rem; max-width: 62ch; margin-bottom: 0.8rem;}
.fer-badge {display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 0.55rem;
  font-size: 0.75rem; opacity: 0.75; margin-right: 0.3rem; white-space: nowrap;}
@media (hover: none) {
  .modebar-container {display: none;}
}
/* White on the dark theme's primary colour can't be read. */
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primaryFormSubmit"],
[data-testid="stMultiSelectTagsContainer"] span {color: light-dark(#FFFFFF, #0B0F12);}
[data-testid="stCaptionContainer"] code {color: inherit;}
/* A chosen option on the sidebar's ground has a contrast of 4.2. */
[data-testid="stSidebar"] [data-variant="segmented_control"][data-selected="true"] p {
  color: light-dark(#0A5F58, currentColor);
}
@media (max-width: 640px) {
  .stColumn:has(.st-key-answer_first) {order: -1;}
  .block-container {padding-left: 0.9rem; padding-right: 0.9rem;}
  h1 {font-size: 1.8rem;}
}
</style>
"""

_MOST_LETTERS = 400

WHENCE = {
    mark("measured"): mark("Measured here, on these runs."),
    mark("quoted"): mark("Quoted from the report, not measured here."),
    mark("drawn"): mark("Drawn faces: no photographs, made from facial action units."),
    mark("synthetic"): mark("Synthetic: made up to show how the page works."),
}


def style() -> None:
    """The few rules that the theme can't say; once a script run."""
    st.html(_STYLE)


def header(title: str, lead: str = "") -> None:
    """The page's title and one sentence about what it is for."""
    _through_the_door()
    st.session_state.pop(downloads.ABOUT, None)
    st.title(title, anchor=False)
    if lead:
        st.html(f'<div class="fer-lead">{lead}</div>')


def _through_the_door() -> None:
    """Runs dashboard.py where Streamlit ran the page alone.

    It does so while it takes pages/ for its older kind of app, that is until dashboard.py has called st.navigation
    once: a copied address, opened as the first request after a start, came without navigation and style.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def headline(text: str, *words: str) -> None:
    """The sentence that a view begins with: what its figures come to. words: those of the glossary that the view uses,
    behind the little help sign."""
    st.markdown(f"**{plain(text)}**", help=meaning(*words, language=current()) if words else None)


def badge(kind: str, text: str = "") -> None:
    """Says where what follows comes from, a key of WHENCE, and beside it what it is, in plain text."""
    st.html(f'<span class="fer-badge" title="{say(WHENCE[kind])}">{say(kind)}</span>{html.escape(text)}')


def sidebar() -> None:
    """The folder of runs, the same on every page, and in every page's address where it is not the usual one."""
    _follow_address()
    unknown = bool(st.session_state.get("runs_root_problem"))
    with st.sidebar.expander(say("Runs folder"), icon=":material/folder_open:", expanded=unknown):
        st.text_input(
            say("Folder of runs on this machine"),
            key="runs_root_input",
            placeholder=str(loaders.root()),
            help=say(
                "The usual folder or one below it; further ones where the server was started with {setting}. Empty for "
                "the usual one.",
                setting=f"FER_RUNS=FOLDER{os.pathsep}FOLDER",
            ),
            on_change=_change_root,
        )
        if problem := st.session_state.get("runs_root_problem"):
            st.error(plain(problem))


def _follow_address() -> None:
    """Takes over a folder that the address names, where it is new."""
    given = st.query_params.get(address.FOLDER)
    if given is None:
        if address.by_history():  # the entry was left with the usual folder in view
            _use_root("")
    elif given != st.session_state.get("runs_root") and not address.is_late():
        st.session_state.runs_root_input = given[:_MOST_LETTERS]
        _use_root(given)


def _change_root() -> None:
    _use_root(st.session_state.get("runs_root_input", ""))
    address.rewrite()


def _use_root(given: str) -> None:
    """Reads the runs from another folder, or says why it can't; an empty name stands for the usual one."""
    given, state = given.strip(), st.session_state
    folder, state.runs_root_problem = _folder(given) if given else None, None
    if given and folder is None:
        shown = given if len(given) <= 60 else f"{given[:60]}…"
        state.runs_root_problem = say(
            "{folder} is no folder that this server opens; the runs shown stay as they were. It opens {usual}, what "
            "lies below it, and the folders that it was started with: {setting}.",
            folder=shown,
            usual=fer_runs.default_root(),
            setting=f"FER_RUNS=FOLDER{os.pathsep}FOLDER",
        )
        return
    state.runs_root = folder
    address.share(address.FOLDER, folder)


def _folder(given: str) -> str | None:
    """The folder of that name, a leading ~ for somebody's home; None where there is none, where the name can't be one,
    and, in the same words, so that nobody learns what the machine holds, where the server does not open it."""
    try:
        path = Path(given).expanduser()
        return str(path) if fer_runs.may_be_opened(path) and path.is_dir() else None
    except (OSError, RuntimeError, ValueError):
        return None


def no_dataset_note(what: str = mark("the pictures themselves")) -> None:
    """Says what the data set would add and how to add it."""
    st.info(
        say(
            "FER2013 is not here, so this page can't show {what}. Put fer2013.csv (or its zip) into the folder data/, "
            "or set FER_DATA to its path, and reload; or open it on the Data page. Everything else works without it.",
            what=say(what),
        ),
        icon=":material/image_not_supported:",
    )


def photographs_note() -> None:
    """One line for a page that shows drawn faces because there are no photographs; nothing where there are."""
    if not loaders.has_photographs():
        st.caption(
            say(
                "These faces are drawn. With FER2013 (fer2013.csv or its zip in the folder data/) the networks that "
                "learned from it show their photographs here."
            )
        )


def safe_dataset() -> Dataset | None:
    """The data set, or None with its problem as one sentence on the screen."""
    try:
        return loaders.dataset()
    except FerError as error:
        st.error(plain(error))
        return None


def broken_runs() -> None:
    """Folders that break the run contract, each with its problem; nothing where all is well."""
    _, broken = loaders.runs()
    for bad in broken:
        st.warning(
            say("**{name}** is left out: {problem}", name=plain(bad.name), problem=plain(bad.problem)),
            icon=":material/folder_off:",
        )


def left_aside(run: Run) -> None:
    """Says where the run's model.tflite is not asked, because it is no copy of its network."""
    note = run.lite_copy[1]
    if note:
        st.caption(f":material/info: {said(note)}")
