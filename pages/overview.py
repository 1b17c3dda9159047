"""Overview: what is here, which runs there are, how good they are beside people and the report, where to start."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from pages.overview_parts import doors, first_look, leaderboard
from pages.ui import layout, links, loaders
from pages.ui.language import mark, say
from pages.ui.listing import PAGES
from pages.ui.plain import plain
from pages.ui.states import OVERVIEW

layout.header(
    say("How a network reads faces"),
    say(
        "FER Lab shows what networks for facial expressions see, confuse and want to see. Seven classes: {classes} and "
        "{last}; gray pictures of 48 x 48 pixels.",
        classes=say(", ").join(map(say, CLASSES[:-1])),
        last=say(CLASSES[-1]),
    ),
)


def rooms() -> None:
    """One card a page, each with what it answers."""
    others = PAGES[1:]
    for start in range(0, len(others), 4):
        for column, entry in zip(st.columns(4), others[start : start + 4], strict=False):
            with column.container(border=True, height="stretch"):
                links.link(entry.name, f"**{say(entry.title)}**", icon=None)
                st.caption(say(entry.answers))


def data_state() -> None:
    """Whether FER2013 is here, in one sentence."""
    try:
        there = loaders.dataset()
    except FerError as error:
        st.error(plain(error))
        return
    if there is None:
        layout.no_dataset_note(
            mark("its photographs; predictions, curves and explanations on drawn faces are all here")
        )
        return
    counts = say(", ").join(f"{count:,} {split}" for split, count in there.counts().items())
    st.success(
        say("The data set **{name}** is here: {counts}.", name=plain(there.name), counts=counts),
        icon=":material/photo_library:",
    )


OVERVIEW.open()
doors.show()
first_look.show()
st.subheader(say("All pages"), anchor=False)
rooms()
leaderboard.show()
data_state()
layout.broken_runs()
