"""Section "Flips": the pictures that one run gets right and the other wrong."""

import pandas as pd
import streamlit as st

from fer_core.evaluation.flips import ORDERS, changes, flips, sort_flips
from fer_core.figures.sheet import sheet
from fer_core.labels import CLASSES
from pages.runs_parts import judged
from pages.runs_parts.choose import Choice
from pages.ui import address, downloads, layout, loaders

_COLUMNS, _SCALE = 6, 2


def show(choice: Choice) -> None:
    """Two galleries (or tables, without the data set): what only A gets right, what only B does."""
    left, middle, right = st.columns(3)
    with left:
        split = judged.split_box(choice)
    if split is None:
        return
    found = judged.judge(choice, split)
    if found is None:
        return
    others = [name for name in found.aligned.probabilities if name != choice.reference]
    if not others:
        st.info("Choose a second run that was judged on the same pictures.", icon=":material/add:")
        return
    other = middle.selectbox("Compared with the reference", others, **address.keep("flip", others[0], others))
    words = right.selectbox("First", list(ORDERS), **address.keep("first", next(iter(ORDERS)), list(ORDERS)))
    classes = ["any class", *CLASSES]
    label = left.selectbox("True class", classes, **address.keep("class", "any class", classes))
    most = middle.slider("Pictures a side", 6, 96, step=6, **address.keep("shown", 24))
    a, b = choice.reference, other
    table = sort_flips(flips(found.aligned, a, b), ORDERS[words])
    agreement = changes(found.aligned, a, b)
    both, neither = agreement.iloc[0, 0], agreement.iloc[1, 1]
    st.caption(
        f"Measured on {len(found.aligned.rows):,} pictures: both right {both:,}, both wrong {neither:,}, only {a} "
        f"right {agreement.iloc[0, 1]:,}, only {b} right {agreement.iloc[1, 0]:,}."
    )
    if label != "any class":
        table = table[table["label"] == CLASSES.index(label)]
    data = loaders.dataset_for(choice.chosen[choice.reference])
    if data is None:
        layout.no_dataset_note("the pictures that flip; here are their rows")
    columns = st.columns(2)
    for column, side, name in ((columns[0], "a", a), (columns[1], "b", b)):
        with column:
            one = table[table["right"] == side]
            st.subheader(f"Only {name} is right: {len(one):,}", anchor=False)
            _side(one, most, data, a, b, side)


def _side(table: pd.DataFrame, most: int, data: object | None, a: str, b: str, side: str) -> None:
    if not len(table):
        st.caption("No picture.")
        return
    rows = pd.DataFrame(
        {
            "row": table["row"],
            "true": [CLASSES[i] for i in table["label"]],
            f"{a} says": _said(table, "a"),
            f"{b} says": _said(table, "b"),
        }
    )
    if data is not None:
        first = table.head(most)
        captions = [f"{CLASSES[r.label]}" for r in first.itertuples()]
        wrong = "b" if side == "a" else "a"
        captions = [f"{CLASSES[r.label]}, not {CLASSES[getattr(r, f'predicted_{wrong}')]}" for r in first.itertuples()]
        pixels = data.pixels[data.index_of(first["row"].to_numpy())]
        picture = sheet(pixels, _COLUMNS, gap=4, scale=_SCALE, captions=captions)
        downloads.picture(picture, f"flips-only-{a if side == 'a' else b}", key=f"flips_{side}", width="stretch")
        with st.expander(f"All {len(table):,} as a table"):
            downloads.table(rows, f"flips-{side}", key=f"flips_{side}_t")
    else:
        downloads.table(rows, f"flips-{side}", key=f"flips_{side}_t", height=440)


def _said(table: pd.DataFrame, side: str) -> list[str]:
    pairs = zip(table[f"predicted_{side}"], table[f"confidence_{side}"], strict=True)
    return [f"{CLASSES[p]} {c:.2f}" for p, c in pairs]
