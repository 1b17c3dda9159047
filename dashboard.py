"""FER Lab's door: `streamlit run dashboard.py`."""

import sys
from pathlib import Path

# Streamlit puts this file's folder on the path only for this script; pages import from it too.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.ui import address, language_switch, layout, lesson_bar, light, saved, warmup
from pages.ui.language import say
from pages.ui.listing import PAGES, by_name

st.set_page_config(page_title="FER Lab", page_icon="🙂", layout="wide")
warmup.start()
language_switch.follow()
address.keep_one_entry_a_visit()
layout.style()


def navigation() -> StreamlitPage:
    """All pages, by section."""
    sections: dict[str, list[StreamlitPage]] = {}
    for entry in PAGES:
        page = st.Page(
            entry.file,
            title=say(entry.title),
            icon=f":material/{entry.icon}:",
            url_path=entry.name,
            default=entry is PAGES[0],
        )
        sections.setdefault(entry.section and say(entry.section), []).append(page)
    return st.navigation(sections, expanded=True)  # from 13 pages on Streamlit hides the last ones


page = navigation()
entry = by_name(page.url_path or PAGES[0].name)
language_switch.switch(entry)
layout.sidebar()
saved.sidebar()
saved.follow()
lesson_bar.show(page.url_path)
if not light.stands_in(entry):
    page.run()
address.finish()
