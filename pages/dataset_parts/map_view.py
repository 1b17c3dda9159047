"""The set's pictures as a network's last hidden layer holds them together."""

from typing import Any

import numpy as np
import streamlit as st

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.evaluation import neighbours
from fer_core.evaluation.embedding_map import NEIGHBOURS, WAYS
from fer_core.figures.embedding import PAINTS, SLICES, painted, scatter
from fer_core.runs import Run
from pages.dataset_parts import chosen
from pages.dataset_parts.samples import gallery
from pages.ui import embedding, loaders, picker, selections
from pages.ui.plain import plain
from pages.ui.point_map import point_map
from pages.ui.states import DATASET

NONE = "none"
MOST = 8000
"""Points on one map: more can't be told apart, and lassoing them would be slow."""


@st.fragment
def show(dataset: Dataset) -> None:
    """The map of one split, and the pictures inside the lasso."""
    run = picker.pick_run(
        DATASET,
        "Network",
        keep=lambda run: run.can_be_opened,
        why="keeps its network (model.keras)",
        drawn=dataset.layout == "drawn",
    )
    if run is None:
        return
    splits = ["all", *dataset.counts()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control("Laid out by", list(WAYS), required=True, **DATASET.widget("lay"))
        first = splits[-1]
        split = st.selectbox("Split", splits, width=150, **DATASET.widget("map_split", default=first, options=splits))
        paint = st.selectbox("Coloured by", list(PAINTS), width=180, **DATASET.widget("paint"))
        others = {one.name: one for one in loaders.runs()[0] if one.can_be_opened and one.name != run.name}
        names = [NONE, *others]
        beside = st.selectbox(
            "Beside it", names, width=220, **DATASET.widget("map_vs", default=NONE, options=names)
        )  # fmt: skip
    among = np.arange(len(dataset)) if split == "all" else np.flatnonzero(dataset.split == SPLITS.index(split))
    if len(among) > MOST:
        st.caption(f"{MOST:,} of these {len(among):,} pictures, drawn at random, the same at each visit.")
        among = np.sort(np.random.default_rng(0).permutation(among)[:MOST])
    chosen_rows = selections.box(DATASET, dataset)
    st.caption(f"{by}: {WAYS[by]}. Draw a lasso or a box around points, and their pictures come.")
    runs = [run, *([others[beside]] if beside != NONE else [])]
    if not embedding.asked(runs, dataset, among, by, key="data_lay"):
        return
    if not selections.among(dataset.rows[among], chosen_rows).any():
        st.info("No picture of this selection is on this map; choose another split.")
        return
    try:
        _maps(dataset, runs, among, by, paint, chosen_rows)
    except FerError as error:
        st.error(plain(error))


def _maps(
    dataset: Dataset, runs: list[Run], laid: np.ndarray, by: str, paint: str, chosen_rows: np.ndarray | None
) -> None:
    """laid: positions of the whole map; a selection hides the others' points and moves none."""
    there = selections.among(dataset.rows[laid], chosen_rows)
    among, run = laid[there], runs[0]
    words = [chosen.describe_picture(dataset, int(position)) for position in among]
    for column, other in zip(st.columns(len(runs)), runs, strict=True):
        places = embedding.points(other, dataset, laid, by)[there]
        drawn = {"marked": _marked(dataset, other, laid, among), **_paint(dataset, other, among, paint)}
        with column:
            if other is run:
                picked = embedding.lassoed(
                    places, dataset.rows[among], words, f"{dataset.name}-{run.name}-map",
                    f"data_map_{dataset.fingerprint}", by, **drawn,
                )  # fmt: skip
            else:
                figure = scatter(places, words, chosen=picked if len(picked) else None, **drawn)
                point_map(figure, f"{dataset.name}-{other.name}-map", "data_map_beside")
                st.caption(f"{plain(other.name)}: the same pictures, those inside the lasso standing out.")
    share = embedding.truth(run, dataset, laid, by)
    st.caption(
        f"Of a picture's {NEIGHBOURS} nearest in the last hidden layer, {share:.0%} are among its {NEIGHBOURS} nearest "
        "on this map. Predictions are those that the run keeps; it keeps none of pictures that it trained on."
    )
    if len(picked):
        gallery(dataset, among[picked], "data_map_sheet")
    else:
        st.caption("No point is chosen; draw around some on the map.")


def _marked(dataset: Dataset, run: Run, laid: np.ndarray, among: np.ndarray) -> dict[str, np.ndarray]:
    """The pressed picture and its nearest in this network's features, where it is on the map."""
    row = DATASET.value("row")
    found = np.flatnonzero(dataset.rows[among] == row)
    if not len(found):
        return {}
    place = int(np.flatnonzero(dataset.rows[laid] == row)[0])
    near, _ = neighbours.nearest(embedding.vectors(run, dataset, laid), place, NEIGHBOURS)
    return {f"opened, row {row}": found, "its nearest": np.flatnonzero(np.isin(among, laid[near]))}


def _paint(dataset: Dataset, run: Run, among: np.ndarray, by: str) -> dict[str, Any]:
    if by in SLICES:
        return embedding.painted_by_slice(
            by,
            dataset,
            dataset.rows[among],
            lambda name: getattr(chosen.picture_measures(dataset), name)[among],
            lambda: chosen.copies(dataset)["twins"][among],
        )
    return painted(by, dataset.labels[among], *_predictions(dataset, run, among))


def _predictions(dataset: Dataset, run: Run, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Class predicted i64 (K,), -1 for none, and doubt f64 (K,), NaN for none, as far as the run keeps them."""
    predicted, doubt = np.full(len(among), -1), np.full(len(among), np.nan)
    if run.fingerprint != dataset.fingerprint:
        return predicted, doubt
    for split in loaders.splits(run):
        found = loaders.predictions(run, split)
        order = np.argsort(found.rows)
        rows = dataset.rows[among]
        at = order[np.minimum(np.searchsorted(found.rows, rows, sorter=order), len(order) - 1)]
        there = found.rows[at] == rows
        own = found.probabilities[at, np.maximum(found.labels[at], 0)]
        predicted[there] = found.predicted[at][there]
        doubt[there] = np.where(found.labels[at] >= 0, 1 - own, np.nan)[there]
    return predicted, doubt
