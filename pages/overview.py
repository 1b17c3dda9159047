"""Overview: what is here, which runs there are, how good they are beside people and the report, where to start."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from pages.overview_parts import first_look, leaderboard
from pages.ui import layout, loaders

ROOMS = (
    ("predict", "Predict", "Upload a picture, take a snapshot, or stand in front of the camera."),
    ("runs", "Runs", "Which training run is better, and is that real?"),
    ("confusion", "Confusion", "What is taken for what; click a cell and see its faces."),
    ("filters", "Filters", "What each filter answers to, and the picture it would like best."),
    ("explain", "Explain", "Where the network looked, and whether the map deserves trust."),
    ("playground", "Playground", "Draw a face muscle by muscle and watch the prediction move."),
    ("dataset", "Data", "What the pictures look like and what is wrong with them."),
)

layout.header(
    "How a network reads faces",
    "FER Lab shows what networks for facial expressions see, confuse and want to see. Seven classes: "
    f"{', '.join(CLASSES[:-1])} and {CLASSES[-1]}; gray pictures of 48 x 48 pixels.",
)


def rooms() -> None:
    """One card a page, each with what it answers."""
    for start in range(0, len(ROOMS), 4):
        for column, (name, title, text) in zip(st.columns(4), ROOMS[start : start + 4], strict=False):
            with column.container(border=True, height="stretch"):
                st.page_link(f"pages/{name}.py", label=f"**{title}**")
                st.caption(text)


def data_state() -> None:
    """Whether FER2013 is here, in one sentence."""
    try:
        there = loaders.dataset()
    except FerError as error:
        st.error(str(error))
        return
    if there is None:
        layout.no_dataset_note("its photographs; predictions, curves and explanations on drawn faces are all here")
        return
    counts = ", ".join(f"{count:,} {split}" for split, count in there.counts().items())
    st.success(f"The data set **{there.name}** is here: {counts}.", icon=":material/photo_library:")


first_look.show()
st.subheader("Where to start", anchor=False)
rooms()
leaderboard.show()
data_state()
layout.broken_runs()
