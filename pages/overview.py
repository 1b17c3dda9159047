"""Overview: what is here, which runs there are, how good they are beside people and the report, where to start."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from pages.overview_parts import doors, first_look, leaderboard
from pages.ui import layout, links, loaders
from pages.ui.listing import PAGES
from pages.ui.plain import plain
from pages.ui.states import OVERVIEW

layout.header(
    "How a network reads faces",
    "FER Lab shows what networks for facial expressions see, confuse and want to see. Seven classes: "
    f"{', '.join(CLASSES[:-1])} and {CLASSES[-1]}; gray pictures of 48 x 48 pixels.",
)


def rooms() -> None:
    """One card a page, each with what it answers."""
    others = PAGES[1:]
    for start in range(0, len(others), 4):
        for column, entry in zip(st.columns(4), others[start : start + 4], strict=False):
            with column.container(border=True, height="stretch"):
                links.link(entry.name, f"**{entry.title}**", icon=None)
                st.caption(entry.answers)


def data_state() -> None:
    """Whether FER2013 is here, in one sentence."""
    try:
        there = loaders.dataset()
    except FerError as error:
        st.error(plain(error))
        return
    if there is None:
        layout.no_dataset_note("its photographs; predictions, curves and explanations on drawn faces are all here")
        return
    counts = ", ".join(f"{count:,} {split}" for split, count in there.counts().items())
    st.success(f"The data set **{plain(there.name)}** is here: {counts}.", icon=":material/photo_library:")


OVERVIEW.open()
doors.show()
first_look.show()
st.subheader("All pages", anchor=False)
rooms()
leaderboard.show()
data_state()
layout.broken_runs()
