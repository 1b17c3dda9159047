"""What a network's last hidden layer makes of pictures: its features, and a map of them that can be lassoed."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.evaluation import embedding_map, neighbours
from fer_core.figures import embedding as figure
from fer_core.runs import Run
from pages.ui import loaders, point_map, queue, selections


def vectors(run: Run, dataset: Dataset, among: np.ndarray) -> np.ndarray:
    """Unit vectors f32 (K, D) of the pictures at positions i64 (K,); read once, with progress."""
    key = (str(run.folder), loaders.network_stamp(run), dataset.fingerprint, among.tobytes())
    return _vectors(key, run, dataset.pixels, among)


def points(run: Run, dataset: Dataset, among: np.ndarray, by: str) -> np.ndarray:
    """Where the pictures at positions i64 (K,) lie on the map, f32 (K, 2); laid out once, with progress."""
    key = (str(run.folder), loaders.network_stamp(run), dataset.fingerprint, among.tobytes(), by)
    return _points(key, vectors(run, dataset, among), by)


def is_laid_out(run: Run, dataset: Dataset, among: np.ndarray, by: str) -> bool:
    """Whether somebody has waited for this map before, since the server's start."""
    return (str(run.folder), loaders.network_stamp(run), dataset.fingerprint, among.tobytes(), by) in _known()


def asked(runs: Sequence[Run], dataset: Dataset, among: np.ndarray, by: str, key: str) -> bool:
    """Whether the maps of these runs may be laid out: PCA at once, what takes minutes behind a button."""
    waiting = by != "PCA" and not all(is_laid_out(run, dataset, among, by) for run in runs)
    label = f"Lay out {len(among):,} pictures"
    return not waiting or st.button(label, icon=":material/scatter_plot:", key=key)


def painted_by_slice(
    by: str,
    dataset: Dataset,
    rows: np.ndarray,
    measure: Callable[[str], np.ndarray],
    twin: Callable[[], np.ndarray],
) -> dict[str, Any]:
    """Colours by a word of `fer_core.figures.embedding.SLICES`, of rows i64 (N,); only what it needs is asked for."""
    if by == "selection":
        kept = selections.kept(dataset)
        if not kept:
            st.caption("No picture of this set is in a selection yet: draw a lasso, and keep what is inside.")
        inside = {name: np.isin(rows, own) for name, own in kept.items()} or {selections.ALL: np.ones(len(rows), bool)}
        return figure.painted_by_slice(by, selections=inside)
    if by in figure.MEASURES:
        return figure.painted_by_slice(by, measure=measure(by))
    return figure.painted_by_slice(by, twin=twin())


def truth(run: Run, dataset: Dataset, among: np.ndarray, by: str) -> float:
    """`embedding_map.kept_neighbours` of the map."""
    key = (str(run.folder), loaders.network_stamp(run), dataset.fingerprint, among.tobytes(), by)
    return _truth(key, vectors(run, dataset, among), points(run, dataset, among, by))


def lassoed(
    places: np.ndarray,
    rows: np.ndarray,
    words: Sequence[str],
    name: str,
    key: str,
    by: str,
    **painted: Any,
) -> np.ndarray:
    """Draws the map and gives the places i64 of the points inside the last lasso or box, none where none is drawn.

    places: f32 (N, 2). rows: i64 (N,), by which a choice is found again after a slice or another way `by` to lay out.
    The others are as for `fer_core.figures.embedding.scatter`.
    """
    own, kept = f"{key}_{by}", f"{key}_picked"
    inside = np.flatnonzero(np.isin(rows, st.session_state.get(kept, ())))
    drawn = figure.scatter(places, words, chosen=inside if len(inside) else None, **painted)

    def keep() -> None:
        st.session_state[kept] = rows[point_map.lassoed(own, len(rows))]

    point_map.point_map(drawn, name, own, keep)
    _by_keys(places, rows, key)
    return inside


def _by_keys(places: np.ndarray, rows: np.ndarray, key: str) -> None:
    """What a lasso does, for those without a pointer: the pictures that lie nearest to one on the map."""
    box = st.popover(
        "Without a pointer", icon=":material/keyboard:", type="tertiary", key=f"{key}_keys", on_change="rerun"
    )
    if not box.open or not len(rows):
        return
    with box:
        row = st.number_input("Around the picture of row", int(rows.min()), int(rows.max()), key=f"{key}_row")
        count = st.slider("How many pictures", 6, 96, 24, step=6, key=f"{key}_count")

        def choose() -> None:
            middle = int(np.abs(rows - st.session_state[f"{key}_row"]).argmin())
            far = ((places - places[middle]) ** 2).sum(axis=1)
            nearest = np.argsort(far, kind="stable")[: st.session_state[f"{key}_count"]]
            st.session_state[f"{key}_picked"] = rows[nearest]

        st.button("Choose them", key=f"{key}_choose", on_click=choose)
        st.caption(f"Row {row:,} and its {count - 1} nearest, or those of the row next to it that is on the map.")


@st.cache_resource(show_spinner=False, max_entries=1)
def _known() -> set[Any]:
    return set()


@st.cache_resource(show_spinner=False, max_entries=6)
def _vectors(key: tuple[Any, ...], _run: Run, _pixels: np.ndarray, _among: np.ndarray) -> np.ndarray:
    model = loaders.model(_run)
    said = f"Reading {len(_among):,} pictures with the network, once. Changing anything on the page stops it."
    bar = st.progress(0.0, said)
    try:
        with queue.turn():
            return neighbours.embed(model, _pixels[_among], progress=lambda share: bar.progress(share, said))
    finally:
        bar.empty()


@st.cache_resource(show_spinner=False, max_entries=12)
def _points(key: tuple[Any, ...], _vectors: np.ndarray, by: str) -> np.ndarray:
    said = f"Laying {len(_vectors):,} pictures out by {by}, once. Changing anything on the page stops it."
    bar = st.progress(0.0, said)
    try:
        with queue.turn():
            found = embedding_map.lay_out(_vectors, by, lambda share: bar.progress(share, said))
    finally:
        bar.empty()
    _known().add(key)
    return found


@st.cache_resource(show_spinner=False, max_entries=24)
def _truth(key: tuple[Any, ...], _vectors: np.ndarray, _points: np.ndarray) -> float:
    return embedding_map.kept_neighbours(_vectors, _points)
