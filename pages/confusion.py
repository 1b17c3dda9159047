"""The confusion matrix, whose cells open."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.confusion_parts import classes, compare, doubt, epochs, map_view, matrix_view, merged_view, slicing
from pages.confusion_parts.scene import SliceInView, first_page, open_scene, splits
from pages.ui import downloads, layout, loaders, picker
from pages.ui.plain import plain
from pages.ui.states import CONFUSION

EPOCHS = "Over epochs"
ROOMS = {
    "Matrix": matrix_view.show,
    "Two runs": compare.compare,
    EPOCHS: epochs.over_epochs,
    "Per class": classes.classes,
    "Abstain": classes.abstain,
    "Doubtful labels": doubt.doubts,
    "Slices": slicing.by_slice,
    "Map": map_view.show,
    "Merged": merged_view.show,
}


def main() -> None:
    """Draws the page."""
    CONFUSION.open()
    layout.header("Confusion", "What the network takes for what: press a cell and see the faces in it.")
    left, middle, right = st.columns([2, 1, 0.7], vertical_alignment="bottom")
    with left:
        run = picker.pick_run(
            CONFUSION,
            keep=lambda run: bool(loaders.splits(run)),
            why="keeps predictions",
            drawn=not loaders.has_photographs(),
            swap=False,
        )
    if run is None:
        return
    summary = st.empty()
    view = st.segmented_control(
        "View", CONFUSION.options("view"), required=True, wrap=True, label_visibility="collapsed",
        **CONFUSION.widget("view", after=first_page),
    )  # fmt: skip
    with middle:
        split = _pick_split(run, view)
    try:
        if view == EPOCHS and not epochs.can_show(run):
            return
        scene = slicing.sliced(open_scene(run, split), right)
        downloads.about([run.name], split, run.dataset_name)
        with summary.container():
            layout.badge("drawn" if run.dataset_name == "drawn" else "measured", scene.summary())
            if run.dataset_name == "drawn":
                layout.photographs_note()
            if not loaders.has_photographs():
                picker.contrast(CONFUSION, run, [one for one in loaders.runs()[0] if loaders.splits(one)])
        _show(view, scene)
    except FerError as error:
        st.error(plain(error))


def _pick_split(run: Run, view: str) -> str:
    if view == EPOCHS:
        return st.selectbox("Split", [epochs.SPLIT], help="Only this split is kept for each epoch.")
    there = splits(run)
    return st.selectbox("Split", there, **CONFUSION.widget("split", default=there[0], options=there, after=first_page))


def _show(view: str, scene: SliceInView) -> None:
    if not (scene.labels >= 0).any():
        st.info(
            f"None of these pictures has a label among {', '.join(CLASSES)}, so there is nothing to confuse; "
            "widen the slice or choose another split."
        )
        return
    ROOMS[view](scene)


main()
