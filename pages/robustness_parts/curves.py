"""Seven curves; a press on a point chooses whose pictures are shown below."""

from typing import Any

import pandas as pd
import streamlit as st

from fer_core.figures.in_words import in_words
from fer_core.figures.robustness import all_curves_figure, curve_figure
from fer_core.figures.standalone import standalone
from fer_core.robustness import DISTURBANCES, Robustness
from pages.ui import downloads
from pages.ui.states import ROBUSTNESS

_CONFIG = {"displayModeBar": False, "responsive": True}


def show(found: list[Robustness]) -> None:
    """A curve a disturbance, with intervals."""
    chosen, level = ROBUSTNESS.value("what"), ROBUSTNESS.value("level")
    clean = ", ".join(f"**{one.run}** {one.right().mean():.1%}" for one in found)
    st.markdown(f"Undisturbed: {clean}. Press a point to see the pictures that turned wrong there.")
    # Row by row, so that a phone shows them in order.
    columns, curves = [*st.columns(4), *st.columns(4)], {}
    for place, name in enumerate(DISTURBANCES):
        with columns[place]:
            key = f"curve_{place}"
            curves[name] = drawn = curve_figure(found, name, level - 1 if name == chosen else None)
            st.plotly_chart(
                drawn, key=key, config=_CONFIG, alt=in_words(drawn, name),
                on_select=lambda name=name, key=key: _pressed(name, key), selection_mode="points",
            )  # fmt: skip
    st.caption(
        "Bands: Wilson's 95% intervals." + (" First run blue, second orange." if len(found) > 1 else "")
    )  # fmt: skip
    stem = "-".join(["robustness", *(one.run for one in found)])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        downloads.button(
            "Curves as HTML",
            lambda: standalone(all_curves_figure(found), "Robustness", downloads.words()).encode("utf-8"),
            f"{stem}.html",
            type="tertiary",
        )
        downloads.numbers(curves, stem, "robustness")


def _pressed(name: str, key: str) -> None:
    event: Any = st.session_state.get(key)
    points = event["selection"]["points"] if event else []
    if points:
        # The undisturbed point stands for the weakest disturbance.
        ROBUSTNESS.put_all(what=name, level=max(1, int(points[0]["x"])), row=None)


def table(found: list[Robustness]) -> None:
    """All figures, and where there are two runs, the paired difference in each cell."""
    frame = pd.concat([one.table().assign(run=one.run) for one in found], ignore_index=True)
    frame = frame[["run", *(name for name in frame.columns if name not in ("run", "level"))]]
    with st.expander("All figures"):
        downloads.table(frame, "robustness", key="robustness_table")
    if len(found) < 2:
        return
    st.subheader(f"{found[0].run} less {found[1].run}", anchor=False)
    beside = found[0].beside(found[1])
    beside["strength"] = [DISTURBANCES[n].said(k) for n, k in zip(beside["disturbance"], beside["level"], strict=True)]
    shown = [(low > 0) or (high < 0) for low, high in zip(beside["low"], beside["high"], strict=True)]
    st.caption(
        f"On the same pictures, with paired 95% intervals. In {sum(shown)} of {len(beside)} cells the interval leaves "
        "out zero; of as many comparisons of equals, one in twenty would."
    )
    frame = beside[["disturbance", "strength", "difference", "low", "high"]].round(4)
    downloads.table(frame, "robustness-difference", key="robustness_beside")
