"""The pictures of a split as the network's last hidden layer holds them together: a map to draw a lasso on."""

from typing import Any

import numpy as np
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import neighbours
from fer_core.evaluation.embedding_map import NEIGHBOURS, WAYS
from fer_core.figures.embedding import PAINTS, SLICES, painted, scatter
from fer_core.runs import Run
from pages.confusion_parts.gallery import gallery
from pages.confusion_parts.scene import SliceInView, measures, no_pictures_note, open_scene, splits, twins
from pages.ui import embedding, layout, loaders, picker
from pages.ui.plain import plain
from pages.ui.point_map import point_map
from pages.ui.states import CONFUSION

NONE = "none"


@st.fragment
def show(scene: SliceInView) -> None:
    """The map, what stands beside it, and the pictures inside the lasso."""
    if scene.dataset is None:
        no_pictures_note(scene)
        return
    if not scene.run.can_be_opened:
        st.caption("This run keeps no network (model.keras), so its features are not there to be laid out.")
        return
    layout.headline(
        "Pictures that lie together look alike to this network; where colours mingle, it can't tell them apart.",
        "network", "class", "twin",
    )  # fmt: skip
    others = _others(scene)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control("Laid out by", list(WAYS), required=True, **CONFUSION.widget("lay"))
        paint = st.selectbox("Coloured by", list(PAINTS), width=180, **CONFUSION.widget("paint"))
        names = [NONE, *others]
        beside = st.selectbox(
            "Beside it", names, width=220, **CONFUSION.widget("map_vs", default=NONE, options=names)
        )  # fmt: skip
    st.caption(f"{by}: {WAYS[by]}. Draw a lasso or a box around points, and their pictures come.")
    runs = [scene.run, *([others[beside]] if beside != NONE else [])]
    if not embedding.asked(runs, scene.data, _among(scene), by, key="confusion_lay"):
        return
    try:
        _maps(scene, by, paint, others.get(beside))
    except FerError as error:
        st.error(plain(error))


def _others(scene: SliceInView) -> dict[str, Run]:
    """Runs that can stand beside: of the same data set, with a network and predictions on the split."""
    runs, _ = loaders.runs()
    fitting = [run for run in runs if run.can_be_opened and run.fingerprint == scene.run.fingerprint]
    return {
        run.name: run
        for run in picker.best_first(fitting)
        if run.name != scene.run.name and scene.split in splits(run)
    }  # fmt: skip


def _among(scene: SliceInView) -> np.ndarray:
    """Positions i64 of the whole split, ascending: slices hide points, they do not move them."""
    return np.sort(scene.data.index_of(scene.every))


def _maps(scene: SliceInView, by: str, paint: str, other: Run | None) -> None:
    places, words = _laid(scene, by), [scene.says(index) for index in range(len(scene))]
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        picked = embedding.lassoed(
            places, scene.rows, words, f"{scene.run.name}-{scene.split}-map",
            f"confusion_map_{scene.data.fingerprint}", by,
            marked=_marked(scene), **_paint(scene, paint),
        )  # fmt: skip
        _truth(scene, by)
    with right if other is None else st.container():
        pictures = st.container()
    if other is not None:
        with right:
            _beside(scene, other, by, paint, picked)
    with pictures:
        if len(picked):
            gallery(scene, picked, "inside the lasso", name="lassoed")
        else:
            st.caption("No point is chosen; draw around some on the map.")


def _laid(scene: SliceInView, by: str) -> np.ndarray:
    """f32 (N, 2), in the scene's order."""
    among = _among(scene)
    return embedding.points(scene.run, scene.data, among, by)[np.searchsorted(among, scene.places)]


def _paint(scene: SliceInView, by: str) -> dict[str, Any]:
    if by in SLICES:
        return embedding.painted_by_slice(
            by, scene.data, scene.rows, lambda name: measures(scene)[name], lambda: twins(scene)
        )  # fmt: skip
    own = scene.probabilities[np.arange(len(scene)), np.maximum(scene.labels, 0)]
    return painted(by, scene.labels, scene.predicted, np.where(scene.labels >= 0, 1 - own, np.nan))


def _truth(scene: SliceInView, by: str) -> None:
    share = embedding.truth(scene.run, scene.data, _among(scene), by)
    st.caption(
        f"Of a picture's {NEIGHBOURS} nearest in the last hidden layer, {share:.0%} are among its {NEIGHBOURS} nearest "
        "on this map; what is close together here need not be close to the network."
    )


def _marked(scene: SliceInView) -> dict[str, np.ndarray]:
    """The opened picture and its nearest in the features, where one is open."""
    found = np.flatnonzero(scene.rows == CONFUSION.value("row"))
    if not len(found):
        return {}
    among = _among(scene)
    place = int(np.searchsorted(among, scene.places[found[0]]))
    near, _ = neighbours.nearest(embedding.vectors(scene.run, scene.data, among), place, NEIGHBOURS)
    ring = np.flatnonzero(np.isin(scene.places, among[near]))
    return {f"opened, row {scene.rows[found[0]]}": found[:1], "its nearest": ring}


def _beside(scene: SliceInView, other: Run, by: str, paint: str, picked: np.ndarray) -> None:
    """The same pictures in another network, what was lassoed standing out."""
    whole = open_scene(other, scene.split)
    theirs = whole.take(np.isin(whole.rows, scene.rows))
    chosen = np.flatnonzero(np.isin(theirs.rows, scene.rows[picked])) if len(picked) else None
    words = [theirs.says(index) for index in range(len(theirs))]
    figure = scatter(_laid(theirs, by), words, chosen=chosen, marked=_marked(theirs), **_paint(theirs, paint))
    point_map(figure, f"{other.name}-{scene.split}-map", "confusion_map_beside")
    st.caption(f"{plain(other.name)}: the same {len(theirs):,} pictures, those inside the lasso standing out.")
