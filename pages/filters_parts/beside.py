"""Two filters side by side: of two runs, two epochs or two layers, with the same picture and seed."""

from typing import Any

import streamlit as st

from fer_core.features import LayerInfo
from fer_core.runs import Run
from fer_core.runs.kept_epochs import kept_epochs
from pages.filters_parts import card, pick
from pages.ui.plain import plain
from pages.ui.source import Picture


def show(run: Run, info: LayerInfo, filter: int, picture: Picture | None, side: Any) -> None:
    """The first filter as chosen above, the second by boxes of its own, drawn in the container `side`."""
    kept = kept_epochs(run)
    st.caption(
        "The same picture, and gradient ascent from the same noise."
        + ("" if kept else " To see what training changes, keep some epochs: `train --keep-epochs 1,5,20`.")
    )
    with side:
        earlier = pick.epoch(run)
    with side.container(border=True):
        # What differs is to be seen at once: the first epoch kept, or else another run.
        other = pick.run("Second run", "run2", first=run.name if kept else None, but=None if kept else run.name)
        if other is None:
            return
        later = pick.epoch(other, "Second epoch", "epoch2", next(iter(kept_epochs(other)), None))
        second = pick.layer(later, "Second layer", "layer2", first=info.name)
        number = pick.filter(second, "filter2", first=filter)
    left, right = st.columns(2, border=True)
    with left:
        _half(earlier, info, filter, picture, "left")
    with right:
        _half(later, second, number, picture, "right")


def _half(run: Run, info: LayerInfo, filter: int, picture: Picture | None, key: str) -> None:
    st.markdown(f"#### {run.name}: {plain(info.name)}, filter {filter}")
    st.caption(f"{info.kind}, each output sees {info.sees()}.")
    card.show_parts(run, info, filter, picture, key, columns=2)
