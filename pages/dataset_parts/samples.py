"""Leafing through the pictures, in any order, and one of them seen close."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.votes import VOTE_NAMES
from fer_core.figures.dataset import votes_bars
from fer_core.figures.in_words import in_words
from fer_core.pictures.sheet import sheet
from pages.dataset_parts import chosen
from pages.dataset_parts.image_row import image_row, picture_button
from pages.ui import downloads, selections, tiles
from pages.ui.states import DATASET

ORDERS = {
    "random": "random",
    "row": "as in the file",
    "darkest": "darkest first",
    "brightest": "brightest first",
    "flattest": "least contrast first",
    "blurred": "least sharp first",
    "sharpest": "sharpest first",
}
PAGE = 64


def show(dataset: Dataset) -> None:
    """The filters, a page of pictures, and the one that was pressed."""
    positions = _filtered(dataset)
    if not len(positions):
        st.info("No picture is of this class and split, and in the selection; choose another.")
    else:
        gallery(dataset, positions, "data_sheet")
    box = st.expander("Tags and selections of this set", key="data_tags_box", on_change="rerun")
    if box.open:
        with box:
            selections.manage(dataset)


def gallery(dataset: Dataset, positions: np.ndarray, key: str, reviewed: str | None = None) -> None:
    """A page of the pictures at these positions, with the pressed one beside.

    reviewed: the list of the view Review that goes on from here; None for all pictures.
    """
    pages = -(-len(positions) // PAGE)
    page = 1
    if pages > 1:
        page = st.number_input(f"Page, of {pages:,}", width=180, **DATASET.widget("page", high=pages))
    here = positions[(page - 1) * PAGE : page * PAGE]
    left, right = st.columns([3, 2], gap="large")
    with left:
        _sheet(dataset, here, key)
        selections.keep_box(dataset, dataset.rows[positions], f"{key}_keep")
    with right:
        _detail(dataset, here, key, reviewed)


def _filtered(dataset: Dataset) -> np.ndarray:
    """Positions i64 of the pictures that the boxes admit, in the order they name."""
    first, second, third = st.columns(3)
    mask = admitted(dataset, first, second)
    order = third.selectbox("Order", list(ORDERS), format_func=ORDERS.__getitem__, **DATASET.widget("order"))
    mask &= selections.among(dataset.rows, selections.box(DATASET, dataset))
    return _ordered(dataset, np.flatnonzero(mask), order)


def admitted(
    dataset: Dataset, first: DeltaGenerator, second: DeltaGenerator, after: Callable[[], None] | None = None
) -> np.ndarray:
    """Two boxes, split and class, at their places, and the pictures that they admit, bool (N,).

    after: called when one of them is changed.
    """
    labels = [name for i, name in enumerate(chosen.LABEL_NAMES) if np.any(dataset.labels == (i if i < 7 else -1))]
    splits, names = ["all", *dataset.counts()], ["all", *labels]
    split = first.selectbox("Split", splits, **DATASET.widget("split", options=splits, after=after))
    label = second.selectbox("Class", names, **DATASET.widget("class", options=names, after=after))
    mask = np.ones(len(dataset), bool)
    if split != "all":
        mask &= dataset.split == SPLITS.index(split)
    if label != "all":
        mask &= dataset.labels == (chosen.LABEL_NAMES.index(label) if label != "unlabelled" else -1)
    return mask


def _ordered(dataset: Dataset, positions: np.ndarray, order: str) -> np.ndarray:
    if order == "row":
        return positions
    if order == "random":  # the same at each visit, so that a page can be found again
        return np.random.default_rng(0).permutation(positions)
    measured = chosen.picture_measures(dataset)
    values = {
        "darkest": measured.brightness,
        "brightest": -measured.brightness,
        "flattest": measured.contrast,
        "blurred": measured.sharpness,
        "sharpest": -measured.sharpness,
    }[order]
    return positions[np.argsort(values[positions], kind="stable")]


def _sheet(dataset: Dataset, here: np.ndarray, key: str) -> None:
    says = [chosen.describe_picture(dataset, position) for position in here]
    picked = _picked(dataset, here, key)

    def pressed() -> None:
        tile = tiles.pressed(f"{key}_tiles", len(here))
        if tile is not None:
            DATASET.put("row", int(dataset.rows[here[tile]]))

    tiles.tiles(
        dataset.pixels[here],
        [int(dataset.rows[position]) for position in here],
        says,
        "Pictures of the data set",
        f"{key}_tiles",
        pressed,
        picked=picked,
    )
    picture_button(lambda: sheet(dataset.pixels[here], tiles.COLUMNS, scale=2), f"{dataset.name}_sheet", key)


def _picked(dataset: Dataset, here: np.ndarray, key: str) -> int | None:
    """Index on this page of the pressed picture."""
    row = DATASET.value("row")
    found = np.flatnonzero(dataset.rows[here] == row) if row is not None else np.zeros(0, int)
    return int(found[0]) if len(found) else None


def _detail(dataset: Dataset, here: np.ndarray, key: str, reviewed: str | None) -> None:
    picked = _picked(dataset, here, key)
    position = int(here[picked if picked is not None else 0])
    image_row([dataset.pixels[position]], [chosen.describe_picture(dataset, position)], side="100%", widest="18rem")
    st.button(
        "Is the label right? Decide",
        icon=":material/how_to_reg:",
        key=f"{key}_review",
        on_click=lambda: DATASET.put_all(view="review", row=int(dataset.rows[position]), list=reviewed),
    )
    selections.tags(dataset, int(dataset.rows[position]), f"{key}_tags")
    measured = chosen.picture_measures(dataset)
    st.caption(
        f"brightness {measured.brightness[position]:.0f} of 255 · contrast {measured.contrast[position]:.0f} · "
        f"sharpness {measured.sharpness[position]:,.0f}"
    )
    same = _same(dataset, position)
    if len(same):
        others = "; ".join(chosen.describe_picture(dataset, other) for other in same[:6])
        more = f"; and {len(same) - 6} more" if len(same) > 6 else ""
        st.warning(f"The same picture, pixel for pixel: {others}{more}.", icon=":material/content_copy:")
    if dataset.votes is not None:
        st.caption("What ten people saw in it (FER+)")
        votes = votes_bars(dataset.votes[position], VOTE_NAMES)
        st.plotly_chart(votes, key=f"{key}_votes", config={"displayModeBar": False}, alt=in_words(votes, "Votes"))
        downloads.numbers(votes, "votes", f"{key}_votes")


def _same(dataset: Dataset, position: int) -> list[int]:
    """Positions of the other copies of a picture."""
    for group in chosen.copies(dataset)["groups"]:
        if position in group:
            return [int(other) for other in group if other != position]
    return []
