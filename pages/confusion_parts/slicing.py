"""Slices: part of the pictures at a time, for every view of the page, and accuracy along each measure."""

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fer_core.evaluation import headlines, slices
from fer_core.figures import slices as figures
from pages.confusion_parts import scene as scenes
from pages.confusion_parts.columns import columns
from pages.confusion_parts.faces import found_faces, look_for_faces
from pages.confusion_parts.scene import SliceInView
from pages.ui import downloads, layout, selections
from pages.ui.states import CONFUSION

TWINS, MEASURES, FACES = (CONFUSION.options(name) for name in ("twins", "measure", "face"))
SLICES = ("twins", "once", "measure", "face", "selection")
"""Names of what leaves pictures out; by default it leaves none out."""


def sliced(scene: SliceInView, spot: DeltaGenerator) -> SliceInView:
    """The scene's pictures that the slice admits; its controls go to `spot`.

    Slices need the data set; without it the scene stays whole.
    """
    if scene.dataset is None:
        return scene
    chosen = [name for name in SLICES if CONFUSION.value(name) != CONFUSION.fields[name].default]
    with spot.popover("Slice" + (" · on" if chosen else ""), icon=":material/filter_alt:"):
        kept = _controls(scene)
        st.button("Whole split", on_click=_whole, disabled=not chosen, icon=":material/filter_alt_off:")
    return scene if kept.all() else scene.take(kept)


def _whole() -> None:
    CONFUSION.put_all(**dict.fromkeys(SLICES))


def _controls(scene: SliceInView) -> np.ndarray:
    kept = np.ones(len(scene), bool)
    st.caption("Every view of this page follows.")
    which = st.segmented_control(
        "Pixel-identical twins of training pictures",
        TWINS,
        required=True,
        wrap=True,
        **CONFUSION.widget("twins"),
    )
    if which != "all":
        kept &= scenes.twins(scene) == (which == "only twins")
    if st.toggle("Pictures that stand in the split more than once: only the first", **CONFUSION.widget("once")):
        kept &= scenes.first_of_copies(scene)
    kept &= selections.among(scene.rows, selections.box(CONFUSION, scene.data))
    measure = st.segmented_control(
        "Measure",
        MEASURES,
        required=True,
        wrap=True,
        **CONFUSION.widget("measure"),
    )
    low, high = st.slider(
        "From the lowest (0) to the highest (100) percent of the split",
        step=5,
        format="%d%%",
        **CONFUSION.widget("band"),
        disabled=measure == "none",
    )
    if measure != "none" and low == high:
        st.caption("This band is empty, so it leaves no picture out; pull its ends apart.")
    if measure != "none" and low < high:
        values = scenes.measures(scene)[measure]
        within = slices.band(values, low, high)
        kept &= within
        if within.any():
            st.caption(f"{measure.capitalize()} from {values[within].min():,.1f} to {values[within].max():,.1f}.")
    face = st.segmented_control(
        "Face detector (YuNet)",
        FACES,
        required=True,
        wrap=True,
        **CONFUSION.widget("face"),
    )
    if face != "all":
        kept &= look_for_faces(scene) == (face == "found")
    return kept


def by_slice(scene: SliceInView) -> None:
    """The view of accuracy along each measure."""
    if scene.dataset is None:
        scenes.no_pictures_note(scene)
        return
    if not len(scene):
        st.info("No picture is left in this slice.")
        return
    bins = st.slider("Bins, equally filled", **CONFUSION.widget("bins"))
    values = scenes.measures(scene)
    frames = {
        name: slices.accuracy_by_bin(value, scene.labels, scene.predicted, bins) for name, value in values.items()
    }
    layout.headline(headlines.slices(frames), "interval", "sharpness", "twin")
    reach = figures.common_reach(frames.values())
    for (name, frame), column in zip(frames.items(), st.columns(3), strict=True):
        with column:
            downloads.figure(
                figures.accuracy_bins(frame, name, scene.accuracy, reach), f"accuracy-by-{name}", tabled=True
            )
    st.caption(
        "Brightness is the mean grey level, contrast its standard deviation, sharpness the variance of the Laplacian."
    )
    box = st.expander("The bins as a table", key="bins_box", on_change="rerun")
    if box.open:
        with box:
            table = pd.concat([frame.assign(measure=name) for name, frame in frames.items()], ignore_index=True)
            table = table[["measure", *frames["brightness"].columns]]
            stem = f"{scene.run.name}-{scene.split}-accuracy-by-bins"
            downloads.table(table, stem, key="bins_frame", column_config=columns(table))
    left, right = st.columns(2, gap="large")
    twin = scenes.twins(scene)
    with left:
        frame = slices.accuracy_of({"twin in training": twin, "no twin": ~twin}, scene.labels, scene.predicted)
        downloads.figure(figures.accuracy_parts(frame, scene.accuracy), "accuracy-by-twins", tabled=True)
        downloads.table(frame, "accuracy-by-twins", key="twins_frame", column_config=columns(frame))
    with right:
        face = found_faces(scene)
        if face is None:
            st.write("Does a face detector (YuNet) find a face in the picture? Finding out takes some seconds, once.")
            if st.button("Look for faces", icon=":material/frame_person:"):
                look_for_faces(scene)
                st.rerun()
        else:
            frame = slices.accuracy_of({"face found": face, "no face found": ~face}, scene.labels, scene.predicted)
            downloads.figure(figures.accuracy_parts(frame, scene.accuracy), "accuracy-by-face", tabled=True)
            downloads.table(frame, "accuracy-by-face", key="face_frame", column_config=columns(frame))
    st.caption("Measured. Bars are Wilson's 95% intervals; the dotted line is the accuracy of all pictures shown.")
