"""The pictures that turned wrong under one disturbance, surest mistakes first, beside what they were."""

import numpy as np
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.labels import CLASSES
from fer_core.pictures.sheet import sheet
from fer_core.robustness import DISTURBANCES, Robustness, disturb
from pages.ui import bars, links, tiles
from pages.ui.states import DATA, ROBUSTNESS

MOST = 24
_CARD = "robustness_card"


def show(found: Robustness, part: Dataset) -> None:
    """Chooses a disturbance and strength, shows its worst pictures and opens the one pressed."""
    st.subheader(f"What turned wrong, {found.run}", anchor=False)
    name = st.pills("Disturbance", list(DISTURBANCES), required=True, **ROBUSTNESS.widget("what", after=_close))
    level = st.slider("Strength", **ROBUSTNESS.widget("level", after=_close)) - 1
    one = DISTURBANCES[name]
    measured = found.table()
    own = measured[(measured["disturbance"] == name) & (measured["level"] == level)]
    if own.empty:
        st.caption(f"{one.said(level).capitalize()}: not measured yet.")
        return
    row = own.iloc[0]
    worst = found.worst(name, level)
    st.markdown(
        f"{one.said(level).capitalize()}: accuracy {row['accuracy']:.1%}, {100 * row['change']:+.1f} points "
        f"({100 * row['change_low']:+.1f} to {100 * row['change_high']:+.1f}); {row['lost']} pictures turned wrong, "
        f"{row['gained']} turned right."
    )
    if not len(worst):
        st.caption("No picture that was right turned wrong here.")
        return
    shown = worst[:MOST]
    before, after = part.pixels[shown], _disturbed(found, part, shown, name, level)
    _tiles(found, part, shown, before, after, name, level)


def _disturbed(found: Robustness, part: Dataset, which: np.ndarray, name: str, level: int) -> np.ndarray:
    return disturb(part.pixels[which], name, level, found.rows[which], found.points[which])


def _tiles(
    found: Robustness, part: Dataset, shown: np.ndarray, before: np.ndarray, after: np.ndarray, name: str, level: int
) -> None:
    rows = found.rows[shown]
    clean, now = found.answers()[shown], found.answers(name, level)[shown]
    says = [
        f"row {row}, labelled {CLASSES[label]}: {p[label]:.0%} before, {q[label]:.0%} now; read as "
        f"{CLASSES[q.argmax()]}, {q.max():.0%}"
        for row, label, p, q in zip(rows, found.labels[shown], clean, now, strict=True)
    ]
    named = ROBUSTNESS.value("row")
    picked: np.ndarray = np.flatnonzero(rows == named) if named is not None else np.zeros(0, int)

    def press() -> None:
        tile = tiles.pressed("robustness_tiles", len(rows))
        if tile is not None:
            row = int(rows[tile])
            ROBUSTNESS.put("row", None if ROBUSTNESS.value("row") == row else row)

    tiles.tiles(
        np.concatenate([before, after], axis=2), rows, says, "Pictures that turned wrong", "robustness_tiles", press,
        picked=int(picked[0]) if len(picked) else None, columns=6, card=_CARD,
        hint=f"The {len(shown)} surest mistakes: left as it is, right as the network was shown it. Press one.",
    )  # fmt: skip
    if len(picked):
        place = int(picked[0])
        _card(part, int(shown[place]), before[place], after[place], clean[place], now[place], name)


def _card(
    part: Dataset, position: int, before: np.ndarray, after: np.ndarray, clean: np.ndarray, now: np.ndarray, name: str
) -> None:
    row = int(part.rows[position])
    st.html(bars.STYLE)
    with st.container(border=True, key=_CARD):
        st.markdown(f"**Row {row}**, labelled {CLASSES[part.labels[position]]}")
        for column, picture, p, words in zip(
            st.columns(2), (before, after), (clean, now), ("as it is", name), strict=True
        ):
            with column:
                st.image(sheet(picture[None], 1, 0, scale=4), width=192, caption=words, alt=f"Row {row}, {words}")
                st.html(bars.bars(p))
        links.link("explain", "Where the network looks", icon=":material/center_focus_strong:", picture=DATA, row=row)


def _close() -> None:
    ROBUSTNESS.put("row", None)
