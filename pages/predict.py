"""The face in front of the camera: pictures, snapshot, live camera and video, read and explained.

What is read stands first, what is set below it. Each part has its own container, so that a note which comes or goes in
one moves nothing in another: the live camera stays where it is, and on.
"""

import streamlit as st

from pages.predict_parts import notes, request, results, sources
from pages.ui import layout
from pages.ui.language import say
from pages.ui.states import PREDICT

UPLOAD, SNAPSHOT, LIVE, EXAMPLE = PREDICT.options("way")

# What is being read does not grow pale while the page is drawn anew.
STYLE = """<style>
.st-key-predict_shown [data-stale="true"] {opacity: 1 !important;}
.st-key-predict_top {gap: .6rem;}
</style>"""

layout.header(say("Predict"), say("Give a network a face and see what it calls it."))
top = st.container(key="predict_top")
shown = st.container(key="predict_shown")
below = st.container(key="predict_below")
with top:
    st.html(STYLE)
    PREDICT.open()
    if not notes.read():
        notes.in_full()
    with st.container(horizontal=True, vertical_alignment="center"):
        way = st.segmented_control(
            say("Way in"),
            PREDICT.options("way"),
            format_func=say,
            required=True,
            label_visibility="collapsed",
            **PREDICT.widget("way"),
        )
        if notes.read():
            notes.as_a_line()
with below:
    chosen = request.controls()
if chosen is not None and way == LIVE:
    from pages.predict_parts import live

    live.show(chosen, shown, below)
elif chosen is not None:
    with shown:
        if way == UPLOAD:
            stills, clips = sources.uploaded()
            if stills:
                results.show(stills, chosen)
            if clips:
                from pages.predict_parts import clips as video_part

                video_part.show(sources.one_of(clips), chosen)
            if not stills and not clips:
                st.caption(say("No picture at hand? The example shows how it works."))
        elif way == SNAPSHOT:
            results.beside(sources.snapshot, chosen)
        else:
            layout.badge("drawn")
            results.show(sources.example(), chosen)
