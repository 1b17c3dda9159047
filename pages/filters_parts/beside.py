"""Two filters side by side: of two runs, two layers or one, with the same picture and seed."""

from typing import Any

import streamlit as st

from fer_core.features import LayerInfo
from fer_core.runs import Run
from pages.filters_parts import card, pick
from pages.filters_parts.source import Picture


def show(run: Run, info: LayerInfo, filter: int, picture: Picture | None, side: Any) -> None:
    """The first filter as chosen above, the second by boxes of its own, drawn in the container `side`."""
    st.caption(
        "The same picture, and wishes grown from the same noise. A run keeps the weights of its best epoch only, so "
        "two epochs of one training can be compared where they were saved as two runs."
    )
    with side.container(border=True):
        other = pick.run("Second run", "run2", first=run.name)
        if other is None:
            return
        second = pick.layer(other, "Second layer", "layer2", first=info.name)
        number = pick.filter(second, "filter2", first=filter)
    left, right = st.columns(2, border=True)
    with left:
        _half(run, info, filter, picture, "left")
    with right:
        _half(other, second, number, picture, "right")


def _half(run: Run, info: LayerInfo, filter: int, picture: Picture | None, key: str) -> None:
    st.markdown(f"#### {run.name}: {info.name}, filter {filter}")
    st.caption(f"{info.kind}, each output sees {info.sees()}.")
    card.face(run, info, filter, picture, key, columns=2)
