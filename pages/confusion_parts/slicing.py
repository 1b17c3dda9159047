"""Slices: part of the pictures at a time, for every view of the page, and accuracy along each measure."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fer_core.evaluation import slices
from fer_core.figures import confusion as figures
from pages.confusion_parts import scene as scenes
from pages.confusion_parts.faces import found_faces, look_for_faces
from pages.confusion_parts.scene import Scene
from pages.ui import downloads

TWINS = ("all", "without twins", "only twins")
MEASURES = ("none", "brightness", "contrast", "sharpness")
FACES = ("all", "found", "not found")


def sliced(scene: Scene, spot: DeltaGenerator) -> Scene:
    """The scene's pictures that the slice admits; its controls go to `spot`.

    Slices need the data set; without it the scene stays whole.
    """
    if scene.dataset is None:
        return scene
    chosen = [name for name in ("twins", "measure", "face") if st.session_state.get(name) not in (None, "all", "none")]
    with spot.popover("Slice" + (" · on" if chosen else ""), icon=":material/filter_alt:"):
        kept = _controls(scene)
    return scene if kept.all() else scene.take(kept)


def _controls(scene: Scene) -> np.ndarray:
    kept = np.ones(len(scene), bool)
    st.caption("Every view of this page follows.")
    which = st.segmented_control(
        "Pixel-identical twins of training pictures",
        TWINS,
        default="all",
        required=True,
        wrap=True,
        key="twins",
        bind="query-params",
    )
    if which != "all":
        kept &= scenes.twins(scene) == (which == "only twins")
    measure = st.segmented_control(
        "Measure",
        MEASURES,
        default="none",
        required=True,
        wrap=True,
        key="measure",
        bind="query-params",
    )
    low, high = st.slider(
        "From the lowest (0) to the highest (100) percent of the split",
        0,
        100,
        (0, 100),
        5,
        key="band",
        bind="query-params",
        disabled=measure == "none",
    )
    if measure != "none" and low < high:
        kept &= slices.band(scenes.measures(scene)[measure], low, high)
    face = st.segmented_control(
        "Face detector (YuNet)",
        FACES,
        default="all",
        required=True,
        wrap=True,
        key="face",
        bind="query-params",
    )
    if face != "all":
        kept &= look_for_faces(scene) == (face == "found")
    return kept


def by_slice(scene: Scene) -> None:
    """The view of accuracy along each measure."""
    if scene.dataset is None:
        scenes.no_pictures_note(scene)
        return
    if not len(scene):
        st.info("No picture is left in this slice.")
        return
    bins = st.slider("Bins, equally filled", 2, 10, 5, key="bins", bind="query-params")
    values = scenes.measures(scene)
    for (name, value), column in zip(values.items(), st.columns(3), strict=True):
        frame = slices.accuracy_by_bin(value, scene.labels, scene.predicted, bins)
        with column:
            downloads.figure(figures.accuracy_bins(frame, name, scene.accuracy), f"accuracy-by-{name}")
    left, right = st.columns(2, gap="large")
    twin = scenes.twins(scene)
    with left:
        frame = slices.accuracy_of({"twin in training": twin, "no twin": ~twin}, scene.labels, scene.predicted)
        downloads.figure(figures.accuracy_parts(frame, scene.accuracy), "accuracy-by-twins")
        downloads.table(frame.round(4), "accuracy-by-twins", key="twins_frame")
    with right:
        face = found_faces(scene)
        if face is None:
            st.caption("Whether YuNet finds a face in the 48 x 48 pictures takes some seconds to find out.")
            if st.button("Look for faces"):
                look_for_faces(scene)
                st.rerun()
        else:
            frame = slices.accuracy_of({"face found": face, "no face found": ~face}, scene.labels, scene.predicted)
            downloads.figure(figures.accuracy_parts(frame, scene.accuracy), "accuracy-by-face")
            downloads.table(frame.round(4), "accuracy-by-face", key="face_frame")
    st.caption("Measured. Bars are Wilson's 95% intervals; the dotted line is the accuracy of all pictures shown.")
    st.caption(
        "Brightness is the mean grey level, contrast its standard deviation, sharpness the variance of the Laplacian."
    )
