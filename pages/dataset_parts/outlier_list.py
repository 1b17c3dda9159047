"""Pictures ranked as outliers: unlike all others, or no face for the detector."""

from typing import Any

import numpy as np
import streamlit as st

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.votes import not_a_face
from fer_core.evaluation import outliers
from fer_core.evaluation.per_class import interval
from fer_core.reading.face_scores import NO_FACE, face_scores
from fer_core.runs import Run
from pages.ui import embedding, loaders, picker, queue
from pages.ui.states import DATASET

WHAT = {
    NO_FACE: "the face detector's greatest score in the picture, the lowest first (YuNet, Wu et al. 2023); no network",
    **{name: ranking.what for name, ranking in outliers.RANKINGS.items()},
}
FIRST = 100


def pick(dataset: Dataset, split: str) -> np.ndarray | None:
    """The way to rank, and positions i64 (K,) of a split ("all" for every picture), the oddest first.

    None, with a button, while nobody asked for a ranking that takes long.
    """
    by = st.selectbox("Ranked by", list(WHAT), **DATASET.widget("outlier", default=NO_FACE, options=list(WHAT)))
    st.caption(f"{WHAT[by][0].upper()}{WHAT[by][1:]}.")
    run: Run | None = None
    stamp: tuple[str, tuple[float, ...]] = ("", ())
    if by in outliers.RANKINGS and outliers.RANKINGS[by].needs_network:
        run = picker.pick_run(
            DATASET,
            keep=lambda run: run.can_be_opened,
            why="keeps its network (model.keras)",
            drawn=dataset.layout == "drawn",
        )
        if run is None:
            return None
        stamp = (str(run.folder), loaders.network_stamp(run))
    among = np.arange(len(dataset)) if split == "all" else np.flatnonzero(dataset.split == SPLITS.index(split))
    key = (dataset.fingerprint, split, by, stamp)
    ready = key in _known()
    if not ready and not st.button(f"Rank {len(among):,} pictures", icon=":material/sort:", key="outliers_rank"):
        return None
    scores = _scores(key, dataset, among, run)
    _known().add(key)
    _checked(dataset, among, scores)
    return among[np.argsort(-scores, kind="stable")]


def _checked(dataset: Dataset, among: np.ndarray, scores: np.ndarray) -> None:
    """How many of the first the voters call no face."""
    if dataset.votes is None:
        st.caption("The set has no FER+ votes, so this ranking stays unchecked.")
        return
    count = min(FIRST, len(scores))
    reached, base = outliers.precision(scores, not_a_face(dataset.votes[among]), count)
    low, high = interval(round(reached * count), count)
    st.caption(
        f"FER+'s voters call **{reached:.0%}** of the first {count} “not a face” (95% interval {low:.0%} to "
        f"{high:.0%}), and {base:.2%} of all {len(scores):,}."
    )


@st.cache_resource(show_spinner=False, max_entries=1)
def _known() -> set[Any]:
    """What was ranked since the server's start: shown at once to whoever comes back."""
    return set()


@st.cache_resource(show_spinner=False, max_entries=8)
def _scores(key: tuple[Any, ...], _dataset: Dataset, _among: np.ndarray, _run: Run | None) -> np.ndarray:
    by = key[2]
    said = f"Ranking {len(_among):,} pictures, once. Changing anything on the page stops it."
    bar = st.progress(0.0, said)

    def progress(share: float) -> None:
        bar.progress(min(1.0, share), said)

    pixels = _dataset.pixels[_among]
    try:
        with queue.turn():
            if by == NO_FACE:
                return 1 - face_scores(pixels, progress)
            features = None if _run is None else embedding.vectors(_run, _dataset, _among)
            return outliers.score(by, pixels, features, progress)
    finally:
        bar.empty()
