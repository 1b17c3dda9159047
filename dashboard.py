"""FER Lab's door: `streamlit run dashboard.py`."""

import sys
from pathlib import Path

# Streamlit puts this file's folder on the path only for this script; pages import from it too.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import streamlit as st

from pages.ui import layout, warmup

st.set_page_config(page_title="FER Lab", page_icon="🙂", layout="wide")
warmup.start()
layout.style()

PAGES = {
    "": [("overview", "Overview", "home")],
    "Networks": [
        ("runs", "Runs", "stacked_line_chart"),
        ("confusion", "Confusion", "grid_on"),
        ("filters", "Filters", "blur_on"),
    ],
    "Faces": [
        ("predict", "Predict", "add_a_photo"),
        ("explain", "Explain", "center_focus_strong"),
        ("playground", "Playground", "draw"),
        ("dataset", "Data", "photo_library"),
    ],
}


def navigation() -> "st.navigation":
    """Pages by section; one whose file is missing is left out."""
    here = Path(__file__).resolve().parent / "pages"
    sections = {
        section: [
            st.Page(
                here / f"{name}.py", title=title, icon=f":material/{icon}:", url_path=name, default=name == "overview"
            )
            for name, title, icon in pages
            if (here / f"{name}.py").is_file()
        ]
        for section, pages in PAGES.items()
    }
    return st.navigation({section: pages for section, pages in sections.items() if pages})


page = navigation()
layout.sidebar()
page.run()
