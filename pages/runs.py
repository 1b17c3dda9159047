"""The Runs page: which network is better, and is that real?"""

import streamlit as st

from pages.runs_parts import (
    calibration_view,
    choose,
    curves_view,
    elsewhere_view,
    export_view,
    flips_view,
    import_form,
    live,
    report_view,
    settings_view,
    significance_view,
    table_view,
)
from pages.ui import downloads, layout
from pages.ui.states import RUNS

SECTIONS = {
    "Curves": curves_view.show,
    "Table": table_view.show,
    "Settings": settings_view.show,
    "Is it real?": significance_view.show,
    "Flips": flips_view.show,
    "Calibration": calibration_view.show,
    "The report": report_view.show,
    "Other sets": elsewhere_view.show,
    "Take along": export_view.take_along,
    "Train and import": export_view.train_and_import,
}
_ALWAYS = "Train and import"
_WHOLE = ("Table", "The report", _ALWAYS)
"""Sections that change what is above them; in the others a change draws the section alone anew."""

layout.header("Training runs", "Lay runs over each other, see what differs, and ask whether a difference is real.")
RUNS.open()
live.show()
import_form.take_imported()
choice = choose.choose()
section = st.segmented_control(
    "Section", RUNS.options("view"), required=True, label_visibility="collapsed",
    **RUNS.widget("view"),
)  # fmt: skip
if choice is not None:
    downloads.about([choice.reference, *(name for name in choice.chosen if name != choice.reference)])
    show = SECTIONS[section]
    (show if section in _WHOLE else st.fragment(show))(choice)
elif section == _ALWAYS:
    export_view.train_and_import(None)
