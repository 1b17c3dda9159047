"""The confusion matrix one can walk into."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.confusion_parts import classes, compare, doubt, epochs, slicing, walk
from pages.confusion_parts.scene import Scene, first_page, open_scene
from pages.ui import layout, loaders, picker

EPOCHS = "Over epochs"
ROOMS = {
    "Matrix": walk.walk,
    "Two runs": compare.compare,
    "Per class": classes.classes,
    "Abstain": classes.abstain,
    "Doubtful labels": doubt.doubts,
    "Slices": slicing.by_slice,
}
VIEWS = ("Matrix", "Two runs", EPOCHS, "Per class", "Abstain", "Doubtful labels", "Slices")
BEST_SPLITS = ("private", "test", "public", "validation")


def main() -> None:
    """Draws the page."""
    layout.header("Confusion", "What the network takes for what: press a cell and see the faces in it.")
    left, middle, right = st.columns([2, 1, 0.7], vertical_alignment="bottom")
    with left:
        run = picker.pick_run(keep=lambda run: bool(loaders.splits(run)), why="keeps predictions")
    if run is None:
        return
    layout.badge("drawn" if run.dataset_name == "drawn" else "measured")
    view = st.segmented_control(
        "View", VIEWS, default="Matrix", required=True, wrap=True, key="view", bind="query-params",
        label_visibility="collapsed", on_change=first_page,
    )  # fmt: skip
    with middle:
        split = _pick_split(run, disabled=view == EPOCHS)
    try:
        if view == EPOCHS:
            epochs.over_epochs(run, right)
        else:
            _show(view, slicing.sliced(open_scene(run, split), right))
    except FerError as error:
        st.error(str(error))


def _pick_split(run: Run, disabled: bool) -> str:
    there = loaders.splits(run)
    splits = [name for name in BEST_SPLITS if name in there] + [name for name in there if name not in BEST_SPLITS]
    return st.selectbox("Split", splits, key="split", bind="query-params", on_change=first_page, disabled=disabled)


def _show(view: str, scene: Scene) -> None:
    if not (scene.labels >= 0).any():
        st.info(
            f"None of these pictures has a label among {', '.join(CLASSES)}, so there is nothing to confuse; "
            "widen the slice or choose another split."
        )
        return
    ROOMS[view](scene)


main()
