"""Section "Flips": the pictures that one run gets right and the other wrong."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.evaluation import headlines, paired
from fer_core.evaluation.flips import ORDERS, changes, flips, sort_flips
from fer_core.evaluation.statistics import Aligned, align, mcnemar_exact
from fer_core.pictures.sheet import sheet
from pages.runs_parts import aligned_predictions
from pages.runs_parts.aligned_predictions import Gathered
from pages.runs_parts.choose import ChosenRuns
from pages.ui import bars, downloads, layout, loaders, merging, tiles
from pages.ui.states import ANY, RUNS

_COLUMNS, _SCALE = 4, 3
_CARD = "flip_card"


def show(choice: ChosenRuns) -> None:
    """Two galleries (or tables, without the data set): what only A gets right, what only B does; a picture opens."""
    left, middle, right = st.columns(3)
    with left:
        split = aligned_predictions.split_box(choice)
    if split is None:
        return
    groups = merging.switched(RUNS)
    apart = aligned_predictions.gather(choice, split)
    if apart is None:
        return
    found = apart.merged(groups)
    shared, why = _shared(found, choice.reference)
    aligned_predictions.say_left_out(why)
    others = list(shared)
    if not others:
        st.info("Choose a second run that was judged on the same pictures.", icon=":material/add:")
        return
    other = middle.selectbox(
        "Compared with the reference", others, **RUNS.widget("flip", default=others[0], options=others)
    )
    words = right.selectbox("First", list(ORDERS), **RUNS.widget("first"))
    classes = [ANY, *found.classes]
    label = left.selectbox("True class", classes, **RUNS.widget("class", default=ANY, options=classes))
    most = middle.slider("Pictures a side", step=6, **RUNS.widget("shown"))
    a, b = choice.reference, other
    aligned = shared[other]
    table = sort_flips(flips(aligned, a, b), ORDERS[words])
    agreement = changes(aligned, a, b)
    test = mcnemar_exact(aligned.predicted[a] == aligned.labels, aligned.predicted[b] == aligned.labels)
    said = headlines.two_runs(a, b, test.only_a, test.only_b, test.p)
    layout.headline(found.says(said), "McNemar's test", "p-value")
    both, neither = agreement.iloc[0, 0], agreement.iloc[1, 1]
    st.caption(
        f"Measured on {len(aligned.rows):,} pictures: both right {both:,}, both wrong {neither:,}, only {a} "
        f"right {agreement.iloc[0, 1]:,}, only {b} right {agreement.iloc[1, 0]:,}."
    )
    if label != ANY:
        table = table[table["label"] == found.classes.index(label)]
    data = loaders.dataset_of(aligned_predictions.judged_on(choice.chosen[choice.reference], split))
    if data is None:
        layout.no_dataset_note("the pictures that flip; here are their rows")
    else:
        layout.photographs_note()
    rows = table["row"].tolist()
    opened = RUNS.value("opened")  # a tile that was pressed
    if opened in rows:
        _opened(apart, found.classes[int(table.loc[table["row"] == opened, "label"].iloc[0])], opened, (a, b), data)
    columns = st.columns(2)
    for column, side, name in ((columns[0], "a", a), (columns[1], "b", b)):
        with column:
            one = table[table["right"] == side]
            st.subheader(f"Only {name} is right: {len(one):,}", anchor=False)
            _side(one, most, data, (a, b), side, found.classes)


def _shared(found: Gathered, reference: str) -> tuple[dict[str, Aligned], dict[tuple[str, str], str]]:
    """Each run brought onto the pictures that it shares with the reference, and why some can't be."""
    shared: dict[str, Aligned] = {}
    why = {}
    for name, reference_name in paired.against(reference, list(found.predictions)):
        if found.data[name] != found.data[reference_name]:
            why[name, reference] = f"{name} and {reference} were judged on different data sets."
            continue
        try:
            shared[name] = align({reference: found.predictions[reference], name: found.predictions[name]})
        except FerError as error:
            why[name, reference] = str(error)
    return shared, why


def _side(
    table: pd.DataFrame, most: int, data: Dataset | None, runs: tuple[str, str], side: str, classes: Sequence[str]
) -> None:
    a, b = runs
    if not len(table):
        st.caption("No picture.")
        return
    rows = pd.DataFrame(
        {
            "row": table["row"],
            "true": [classes[i] for i in table["label"]],
            f"{a} says": _said(table, "a", classes),
            f"{b} says": _said(table, "b", classes),
        }
    )
    if data is not None:
        first = table.head(most)
        wrong = "b" if side == "a" else "a"
        captions = [f"{classes[r.label]}, not {classes[getattr(r, f'predicted_{wrong}')]}" for r in first.itertuples()]
        pixels = data.pixels[data.index_of(first["row"].to_numpy())]
        named = [
            sheet(one[None], 1, gap=0, scale=_SCALE, captions=[c]) for one, c in zip(pixels, captions, strict=True)
        ]
        _tiles(np.stack(named), first["row"].tolist(), _says(first, runs, classes), f"flips_{side}")
        picture = sheet(pixels, _COLUMNS, gap=4, scale=_SCALE, captions=captions)
        downloads.png_button(picture, f"flips-only-{a if side == 'a' else b}", key=f"flips_sheet_{side}")
        with st.expander(f"All {len(table):,} as a table"):
            downloads.table(rows, f"flips-{side}", key=f"flips_{side}_t")
    else:
        downloads.table(rows, f"flips-{side}", key=f"flips_{side}_t", height=440)


def _tiles(pixels: np.ndarray, rows: list[int], says: list[str], key: str) -> None:
    """The gallery; pressing a picture opens it above, pressing it again closes it."""
    now = RUNS.value("opened")

    def open_tile() -> None:
        tile = tiles.pressed(key, len(rows))
        if tile is not None:
            RUNS.put("opened", None if now == rows[tile] else int(rows[tile]))

    picked = rows.index(now) if now in rows else None
    tiles.tiles(pixels, rows, says, "Pictures that flip", key, open_tile, picked=picked, columns=_COLUMNS, card=_CARD)


def _says(table: pd.DataFrame, runs: tuple[str, str], classes: Sequence[str]) -> list[str]:
    (a, b), one, two = runs, _said(table, "a", classes), _said(table, "b", classes)
    return [
        f"Row {row}, {classes[label]}. {a}: {x}. {b}: {y}."
        for row, label, x, y in zip(table["row"], table["label"], one, two, strict=True)
    ]


def _opened(apart: Gathered, label: str, row: int, runs: tuple[str, str], data: Dataset | None) -> None:
    """One picture with what both runs say of it, of all seven classes."""
    with st.container(border=True, key=_CARD):
        head, close = st.columns([5, 1], vertical_alignment="center")
        head.markdown(f"**Row {row}: {label}**")
        close.button("Close", key="flip_close", type="tertiary", on_click=RUNS.put, args=("opened", None))
        shown = st.columns([1, 2, 2])
        if data is not None:
            pixels = data.pixels[data.index_of(np.array([row]))][0]
            with shown[0]:
                downloads.picture(np.kron(pixels, np.ones((4, 4), np.uint8)), f"row-{row}", key="flip_picture")
        for column, name in zip(shown[1:], runs, strict=True):
            one = apart.predictions[name]
            column.markdown(name)
            column.html(bars.STYLE + bars.bars(one.probabilities[np.flatnonzero(one.rows == row)[0]]))


def _said(table: pd.DataFrame, side: str, classes: Sequence[str]) -> list[str]:
    pairs = zip(table[f"predicted_{side}"], table[f"confidence_{side}"], strict=True)
    return [f"{classes[p]} {c:.2f}" for p, c in pairs]
