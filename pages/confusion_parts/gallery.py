"""The pictures of a cell: a page of them as one picture, or their rows where the pictures are not at hand."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import captioned, sheet
from fer_core.spreadsheet import csv_text
from pages.confusion_parts import opened
from pages.confusion_parts.columns import columns
from pages.confusion_parts.scene import SliceInView, first_page, no_pictures_note
from pages.ui import downloads, selections, tiles
from pages.ui.states import CONFUSION

PER_PAGE = 48
COLUMNS = {"small": 8, "medium": 6, "large": 4}
"""Size of the tiles -> how many stand in a row; all but the small ones say below what they are."""
GALLERY = "gallery"
"""Key of the container with the pictures."""

SORTS = {"surest": "sure", "closest call": "close", "doubtful label": "doubtful", "row": "row"}
"""What the screen and the address say -> key of `ranked`. What a bound widget shows is what the address holds."""


def ranked(scene: SliceInView, which: np.ndarray, sort: str) -> np.ndarray:
    """The pictures `which` i64 (K,) in the order of a value of SORTS.

    sure: greatest probability first. close: smallest gap between the two greatest first. doubtful: smallest
    margin of the label over the best other class first, cleanlab's "normalized margin".
    """
    probabilities = scene.probabilities[which]
    if sort == "sure":
        key = -probabilities.max(axis=1)
    elif sort == "close":
        top = np.partition(probabilities, -2, axis=1)
        key = top[:, -1] - top[:, -2]
    elif sort == "doubtful":
        every, labels = np.arange(len(which)), np.maximum(scene.labels[which], 0)
        others = probabilities.copy()
        others[every, labels] = -1
        key = probabilities[every, labels] - others.max(axis=1)
    else:
        key = scene.rows[which]
    return which[np.argsort(key, kind="stable")]


def gallery(
    scene: SliceInView,
    which: np.ndarray,
    title: str,
    *,
    sortable: bool = True,
    says: Callable[[int], str] | None = None,
    name: str = "cell",
    explained: bool = True,
) -> None:
    """Shows the pictures `which` i64 (K,), indices into the scene, a page at a time, and opens the one chosen.

    says: what a tile says, by index; `scene.says` by default. name: of the files to download. explained: say why
    there are no pictures where there are none.
    """
    with st.container(key=GALLERY):
        st.markdown(f"**{len(which):,} {'picture' if len(which) == 1 else 'pictures'}**: {title}")
        if len(which) == 0:
            st.caption("No picture here.")
            return
        if sortable:
            which = ranked(scene, which, SORTS[_sort_box()])
        shown = which[_page(scene.rows[which])]
        above = st.container()
        row = _row_box(scene, shown)
        with above:
            if scene.dataset is not None:
                _tiles(scene, shown, title, says or scene.says, row)
            else:
                _rows(scene, shown)
            if row is not None:
                opened.opened(scene, int(np.flatnonzero(scene.rows == row)[0]))
        _take_along(scene, which, shown, name)
        if scene.dataset is not None:
            selections.keep_box(scene.data, scene.rows[which], f"keep_{name}")
        if scene.dataset is None and row is None and explained:
            no_pictures_note(scene)


def _sort_box() -> str:
    return st.segmented_control(
        "Order of the pictures",
        list(SORTS),
        required=True,
        wrap=True,
        **CONFUSION.widget("sort", after=first_page),
        label_visibility="collapsed",
        help="Which pictures come first: the surest predictions, the closest calls between two classes, the "
        "labels that the network doubts most, or the file's order.",
    )


def _page(rows: np.ndarray) -> slice:
    """The part of rows i64 (K,) that the page shows; an address that names a row only leads to that row's page."""
    pages = -(-len(rows) // PER_PAGE)
    row = CONFUSION.value("row")
    place = np.flatnonzero(rows == row) if row is not None else np.zeros(0, int)
    first = int(place[0]) // PER_PAGE + 1 if len(place) else 1
    page = 1
    if pages > 1:
        # A page number from an address or from a larger cell may lie past the end.
        page = st.pagination(pages, max_visible_pages=5, **CONFUSION.bind("page", default=first, high=pages))
    start = (page - 1) * PER_PAGE
    return slice(start, start + PER_PAGE)


def _rows(scene: SliceInView, shown: np.ndarray) -> None:
    """The pictures as rows of a table, where a click opens one too."""
    frame = scene.table(shown)
    key = f"rows_{'_'.join(map(str, scene.rows[shown][:2]))}_{len(shown)}"

    def open_row() -> None:
        picked = st.session_state[key].selection.rows
        CONFUSION.put("row", int(scene.rows[shown][picked[0]]) if picked else None)

    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(frame), 380),
        column_config=columns(frame),
        key=key,
        on_select=open_row,
        selection_mode="single-row",
    )


def _tiles(scene: SliceInView, shown: np.ndarray, title: str, says: Callable[[int], str], row: int | None) -> None:
    rows = scene.rows[shown]
    picked = np.flatnonzero(rows == row) if row is not None else np.zeros(0, int)

    def open_tile() -> None:
        tile = tiles.pressed("tiles", len(rows))
        if tile is not None:
            now = int(rows[tile])
            # Pressing the open picture closes it.
            CONFUSION.put_all(page=_page_now(), row=None if CONFUSION.value("row") == now else now)

    size = st.segmented_control("Size of the pictures", list(COLUMNS), required=True, **CONFUSION.widget("tile"))
    pictures = scene.pictures(shown)
    tiles.tiles(
        pictures if size == "small" else captioned(pictures, [_caption(scene, int(index)) for index in shown]),
        rows,
        [says(int(index)) for index in shown],
        title,
        "tiles",
        open_tile,
        picked=int(picked[0]) if len(picked) else None,
        columns=COLUMNS[size],
        card=opened.CARD,
    )


def _caption(scene: SliceInView, index: int) -> str:
    """What stands below a tile: its label, and what it was taken for where that is another."""
    label, taken = int(scene.labels[index]), int(scene.predicted[index])
    named = CLASSES[label] if label >= 0 else "?"
    return named if label == taken else f"{named} > {CLASSES[taken]}"


def _row_box(scene: SliceInView, shown: np.ndarray) -> int | None:
    rows = [int(row) for row in scene.rows[shown]]
    if CONFUSION.value("row") not in rows:
        CONFUSION.drop("row")
    return st.selectbox(
        "Open a picture by its row", rows, index=None, placeholder="none open", **CONFUSION.bind("row", after=_stay)
    )


def _page_now() -> int | None:
    return st.session_state.get(CONFUSION.key("page"))


def _stay() -> None:
    """Stays on the page in view, whatever picture is opened or closed."""
    CONFUSION.put("page", _page_now())


def _take_along(scene: SliceInView, which: np.ndarray, shown: np.ndarray, name: str) -> None:
    left, right = st.columns(2)
    with left:
        downloads.button(
            f"All {len(which):,} rows as csv",
            lambda: csv_text(scene.table(which)).encode("utf-8"),
            f"{scene.run.name}-{scene.split}-{name}.csv",
            type="tertiary",
        )
    if scene.dataset is None:
        return
    with right:
        downloads.button(
            "This page as PNG",
            lambda: encode_png(sheet(scene.pictures(shown), tiles.COLUMNS)),
            f"{scene.run.name}-{scene.split}-{name}.png",
            type="tertiary",
        )
    box = st.expander("The rows of this page", key="rows_box", on_change="rerun")
    if box.open:  # filled only then: a table that nobody sees would slow every press
        with box:
            frame = scene.table(shown)
            stem = f"{scene.run.name}-{scene.split}-{name}-page"
            downloads.table(frame, stem, key="page_rows", column_config=columns(frame))
