"""Where the network looks, on average, when it takes one class for another."""

from typing import Any

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.evaluation import headlines, joined
from fer_core.figures.overlay import overlay
from fer_core.labels import CLASSES
from fer_core.runs import Run
from fer_core.saliency.regions import NAMES, areas, face_regions, shares
from pages.explain_parts.grids import cost, take_along
from pages.ui import downloads, explain, layout, loaders, queue
from pages.ui.explain import Card
from pages.ui.states import EXPLAIN

QUICK = 3
MOST, IN_GRID = 96, 8


def show(run: Run, method: str, settings: dict[str, Any]) -> None:
    """One cell of the confusion matrix against its diagonal cells, and, on demand, all cells."""
    splits, dataset = joined.with_joined(loaders.splits(run)), loaders.dataset_for(run)
    if not splits:
        st.info(f"The run {run.name} keeps no predictions, so there are no cells; evaluate it.")
        return
    if dataset is None:
        layout.no_dataset_note("mean maps of the pictures that the run was asked about")
        return
    if run.dataset_name == "drawn":
        layout.photographs_note()
    if cost(method) > QUICK:
        st.caption(f"{saliency.get(method).label} would take minutes for so many pictures; the gradient is used here.")
        method, settings = "gradient", {}
    left, middle, right = st.columns(3)
    first = splits[len(loaders.splits(run)) - 1]
    split = left.selectbox("Split", splits, **EXPLAIN.widget("cell_split", default=first, options=splits))
    true = middle.selectbox("Labelled", CLASSES, **EXPLAIN.widget("true"))
    taken = right.selectbox("Taken for", CLASSES, **EXPLAIN.widget("taken"))
    i, j = CLASSES.index(true), CLASSES.index(taken)
    _one(run, dataset, split, method, settings, i, j)
    if st.toggle(
        "All 49 cells", help=f"The mean of up to {IN_GRID} pictures in each cell.", **EXPLAIN.widget("all_cells")
    ):
        _all(run, dataset, split, method, settings)


def _one(run: Run, dataset: Any, split: str, method: str, settings: dict, i: int, j: int) -> None:
    signed = saliency.get(method).signed and not saliency.get(method).is_slope
    wanted = [(i, j)] if i == j else [(i, j), (i, i), (j, j)]
    cards = []
    first = st.container()
    for true, taken in wanted:
        rows = _rows(run, dataset, split, true, taken)
        title = f"{CLASSES[true]} taken for {CLASSES[taken]}" if true != taken else f"{CLASSES[true]}, recognised"
        if len(rows) == 0:
            cards.append(Card(np.full((48, 48, 3), 128, np.uint8), title, "no picture"))
            continue
        face, mean = _mean(run, dataset, rows[:MOST], taken, method, settings)
        values = saliency.normalise(mean[None], signed=signed, percentile=99.5)[0]
        found, area = shares(mean, face_regions()), areas(face_regions())
        if (true, taken) == (i, j):
            with first:
                asked = f"{CLASSES[i]} taken for {CLASSES[j]}" if i != j else f"{CLASSES[i]}, recognised"
                said = headlines.map_part(saliency.get(method).label, found, area, asked)
                layout.headline(said, "saliency map", "confusion matrix")
        times = ", ".join(f"{name} {found[name] / area[name]:.1f}" for name in NAMES[:4])
        words = f"mean of {min(len(rows), MOST)} of {len(rows)} pictures; density by part: {times}"
        cards.append(Card(overlay(face, values, signed, 0.8), title, words))
    explain.grid(cards, least=150, most="44rem")
    take_along(cards, f"{run.name}_{split}_{method}_{CLASSES[i]}_as_{CLASSES[j]}")
    st.caption(
        f"Measured. {saliency.get(method).label} for the class that was taken; each picture's map counts the same. "
        "Density: share of the map over share of the picture, 1.0 for an even map; parts at FER2013's average places."
    )


def _all(run: Run, dataset: Any, split: str, method: str, settings: dict) -> None:
    cards = []
    bar = st.progress(0.0, text="Asking the network about each cell")
    for true in range(len(CLASSES)):
        for taken in range(len(CLASSES)):
            rows = _rows(run, dataset, split, true, taken)
            picture = np.full((48, 48, 3), 128, np.uint8)
            if len(rows):
                face, mean = _mean(run, dataset, rows[:IN_GRID], taken, method, settings)
                picture = overlay(face, saliency.normalise(np.maximum(mean, 0)[None], percentile=99.5)[0], opacity=0.8)
            cards.append(picture)
            bar.progress(len(cards) / 49)
    bar.empty()
    from fer_core.pictures.sheet import captioned, sheet

    names = [f"{CLASSES[k // 7]} > {CLASSES[k % 7]}" for k in range(49)]
    downloads.picture(
        sheet(captioned(np.stack(cards), names, 2), 7), f"{run.name}_{split}_{method}_cells", width="stretch",
        caption="Rows: label; columns: what it was taken for. Gray: no such picture.",
    )  # fmt: skip


def _rows(run: Run, dataset: Any, split: str, true: int, taken: int) -> np.ndarray:
    """Positions in the data set of the cell's pictures, the surest first."""
    kept = joined.predictions(split, lambda name: loaders.predictions(run, name))
    inside = np.flatnonzero((kept.labels == true) & (kept.predicted == taken))
    inside = inside[np.argsort(-kept.probabilities[inside, taken], kind="stable")]
    return dataset.index_of(kept.rows[inside])


def _mean(run: Run, dataset: Any, positions: np.ndarray, taken: int, method: str, settings: dict) -> tuple:
    return _mean_map(
        str(run.folder), loaders.network_stamp(run), dataset.fingerprint, positions.tobytes(), taken, method,
        tuple(sorted(settings.items())), run, dataset,
    )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=512)
def _mean_map(
    folder: str, stamp: tuple[float, ...], fingerprint: str, positions: bytes, taken: int, method: str, settings: tuple,
    _run: Run, _dataset: Any,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(mean face u8 (48, 48), mean importance f32 (48, 48), each picture's map scaled to a sum of magnitudes of 1)."""
    pixels = _dataset.pixels[np.frombuffer(positions, np.int64)]
    with queue.turn():
        maps = saliency.explain(loaders.model(_run), pixels, method, taken, **dict(settings))
    importance = saliency.get(method).importance(maps)
    total = np.abs(importance).sum(axis=(1, 2), keepdims=True)
    mean = np.mean(importance / np.where(total > 0, total, 1), axis=0)
    return np.round(pixels.mean(axis=0)).astype(np.uint8), mean
