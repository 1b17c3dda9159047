"""Our own faces: a class teaches a network something of its own, in five minutes."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.own_classes import Collection
from pages.own_parts import gather, learn, neighbour
from pages.own_parts.memory import forget, memory
from pages.ui import downloads, layout, picker
from pages.ui.plain import plain
from pages.ui.states import OWN


def body() -> None:
    """From names to a neighbour, top to bottom."""
    st.caption(
        ":material/lock: The pictures stay in this server's memory for this session and are gone with it. Nothing is "
        "written, unless you download your class."
    )
    st.subheader("1. Classes and pictures", anchor=False)
    gather.show()
    _keep()
    if not memory().collection.names:
        return
    st.subheader("2. Teach", anchor=False)
    run = picker.pick_run(
        OWN, "On what this network sees", keep=lambda run: run.has_model, why="has a model to build on"
    )
    if run is None:
        return
    st.caption(
        "All its layers stay as they are; only a new last one is fitted, by logistic regression: seconds. A camera "
        "takes photographs, so the best network that learned from photographs comes first."
    )
    learn.show(run)
    neighbour.show(run)


def _keep() -> None:
    own = memory()
    with st.expander("Keep, open or forget", icon=":material/inventory_2:"):
        if own.collection.names:
            downloads.button("Download my class", own.collection.to_zip, "my-class.zip")
            st.caption("A zip with the small gray pictures and the names, to be opened here again.")
            st.button("Forget all pictures", icon=":material/delete:", on_click=forget)
        given = st.file_uploader("A class that was downloaded here", type=["zip"], key="own_zip")
        if given is not None and st.session_state.get("own_opened") != given.file_id:
            st.session_state["own_opened"] = given.file_id
            try:
                own.take(Collection.from_zip(given.getvalue()))
            except FerError as error:
                own.notes.append(str(error))
            st.rerun()


layout.header(
    "Our own faces",
    "Name some classes, take ten to forty pictures of each, and teach a network to tell them apart. Then try it on "
    "somebody who was not in the pictures.",
)
OWN.open()
try:
    body()
except FerError as error:
    st.error(plain(error))
