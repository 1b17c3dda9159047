"""The face in front of the camera: pictures, snapshot, live camera and video, read and explained."""

import streamlit as st

from pages.predict_parts import notes, request, results, sources
from pages.ui import layout
from pages.ui.states import PREDICT

UPLOAD, SNAPSHOT, LIVE, EXAMPLE = PREDICT.options("way")

layout.header(
    "Predict",
    "Give a network a face: upload a picture or a video, use the camera, or take the drawn example.",
)
PREDICT.open()
notes.show()
chosen = request.controls()
if chosen is not None:
    way = st.segmented_control("Way in", PREDICT.options("way"), required=True, **PREDICT.widget("way"))
    if way == UPLOAD:
        stills, clips = sources.uploaded()
        if stills:
            results.show(stills, chosen)
        if clips:
            from pages.predict_parts import clips as video_part

            video_part.show(sources.one_of(clips), chosen)
        if not stills and not clips:
            st.caption("No picture at hand? The example shows how it works.")
    elif way == SNAPSHOT:
        results.show(sources.snapshot(), chosen)
    elif way == LIVE:
        from pages.predict_parts import live

        live.show(chosen)
    else:
        layout.badge("drawn")
        results.show(sources.example(), chosen)
