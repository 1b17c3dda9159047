"""The confusion matrix one can walk into."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.confusion_parts import classes, compare, doubt, epochs, matrix_view, slicing
from pages.confusion_parts.scene import Scene, first_page, forget_opened, open_scene, splits
from pages.ui import layout, loaders, picker

EPOCHS = "Over epochs"
ROOMS = {
    "Matrix": matrix_view.show,
    "Two runs": compare.compare,
    EPOCHS: epochs.over_epochs,
    "Per class": classes.classes,
    "Abstain": classes.abstain,
    "Doubtful labels": doubt.doubts,
    "Slices": slicing.by_slice,
}
_MATRIX = ("true", "pred", "by", "order", "dim", "sort")
DRAWS = {
    "Matrix": _MATRIX,
    "Two runs": (*_MATRIX, "vs", "kind", "who", "among_label", "of_what"),
    EPOCHS: (*_MATRIX, "ceiling"),
    "Per class": ("class",),
    "Abstain": ("threshold", "wanted"),
    "Doubtful labels": ("rank", "doubt_of"),
    "Slices": ("bins",),
}
"""View -> keys of the widgets that it draws and some other view does not."""
WITH_GALLERY = ("Matrix", "Two runs", EPOCHS, "Doubtful labels")
_KEPT = "confusion:kept"


def main() -> None:
    """Draws the page."""
    layout.header("Confusion", "What the network takes for what: press a cell and see the faces in it.")
    left, middle, right = st.columns([2, 1, 0.7], vertical_alignment="bottom")
    with left:
        run = picker.pick_run(keep=lambda run: bool(loaders.splits(run)), why="keeps predictions")
    if run is None:
        return
    summary = st.empty()
    view = st.segmented_control(
        "View", list(ROOMS), default="Matrix", required=True, wrap=True, key="view", bind="query-params",
        label_visibility="collapsed", on_change=first_page,
    )  # fmt: skip
    _remember(view)
    with middle:
        split = _pick_split(run, view)
    try:
        if view == EPOCHS and not epochs.can_show(run):
            return
        scene = slicing.sliced(open_scene(run, split), right)
        with summary:
            layout.badge("drawn" if run.dataset_name == "drawn" else "measured", scene.summary())
        _show(view, scene)
    except FerError as error:
        st.error(str(error))


def _remember(view: str) -> None:
    """Brings back what was chosen in this view before another one was on.

    Streamlit forgets widgets that are not drawn. What is kept goes back into the session only for the view that draws
    it: other pages have widgets of the same names.
    """
    state = st.session_state
    kept = state.setdefault(_KEPT, {})
    kept.update({key: state[key] for keys in DRAWS.values() for key in keys if key in state})
    for key in DRAWS[view]:
        if key in kept and key not in state and key not in st.query_params:
            state[key] = kept[key]
    if view not in WITH_GALLERY:
        forget_opened()


def _pick_split(run: Run, view: str) -> str:
    if view == EPOCHS:
        return st.selectbox("Split", [epochs.SPLIT], disabled=True, help="Only this split is kept for each epoch.")
    return st.selectbox("Split", splits(run), key="split", bind="query-params", on_change=first_page)


def _show(view: str, scene: Scene) -> None:
    if not (scene.labels >= 0).any():
        st.info(
            f"None of these pictures has a label among {', '.join(CLASSES)}, so there is nothing to confuse; "
            "widen the slice or choose another split."
        )
        return
    ROOMS[view](scene)


main()
