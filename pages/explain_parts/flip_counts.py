"""How many of a hundred test pictures flip at each bound: measured once a network, set and attack, run beside run."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core import saliency
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.figures.flips import flips_figure
from fer_core.inside import attacks
from pages.explain_parts.request import ExplainRequest
from pages.ui import downloads, layout, loaders, queue
from pages.ui.plain import plain
from pages.ui.states import EXPLAIN

PICTURES = 100
_ASKED = "flips_asked"
_MOST = 200


def show(request: ExplainRequest) -> None:
    """The button, then a line for each run that was measured with this attack on this set; within a fragment."""
    dataset = loaders.dataset_for(request.run) or layout.safe_dataset() or loaders.drawn()
    method = EXPLAIN.value("attack")
    st.subheader(f"How many pictures flip by {method}", anchor=False)
    if dataset.layout == "drawn" or dataset.name == "drawn":
        layout.badge("drawn")
    key = (request.run.name, str(request.run.folder), loaders.network_stamp(request.run), dataset.fingerprint, method)
    found = _kept()
    place = st.empty()
    if key not in found:
        place.button(
            f"Change {PICTURES} test pictures of {plain(dataset.name)}", icon=":material/grid_view:", key="flips_many",
            help=f"At each of {', '.join(map(str, attacks.EPSILONS))} gray levels. A press anywhere stops it.",
            on_click=lambda: st.session_state.update({_ASKED: key}),
        )  # fmt: skip
    if st.session_state.pop(_ASKED, None) == key:
        found[key] = _measured(request, dataset, method)
        place.empty()
        while len(found) > _MOST:
            found.pop(next(iter(found)))
    alike = {one[0]: table for one, table in found.items() if one[3:] == key[3:]}
    if not alike:
        return
    title = f"flips_{method}_{dataset.name}"
    downloads.figure(flips_figure(alike), title, key="flips")
    st.caption(
        f"Of {PICTURES} test pictures of {plain(dataset.name)}, spread evenly, those that are called something else "
        "than before, whatever their label, with Wilson's 95% interval. Every run that is measured joins the figure."
    )
    if key in found:
        row = found[key].iloc[1]
        st.markdown(
            f"**{request.run.name}**: with {row['epsilon']:.0f} gray levels of 255, {row['flipped']:.0f} of "
            f"{row['n']:.0f} flip ({row['low']:.0%} to {row['high']:.0%})."
        )
    frame = pd.concat([table.assign(run=name) for name, table in alike.items()], ignore_index=True)
    with st.expander("Numbers"):
        downloads.table(frame[["run", *frame.columns[:-1]]], f"{title}_numbers", key="flips_rows")


def test_pictures(dataset: Dataset, count: int = PICTURES) -> np.ndarray:
    """u8 (N, 48, 48), at most count, spread evenly over what was not trained on; the same each time."""
    held = np.flatnonzero(dataset.split != SPLITS.index("train"))
    held = held if len(held) else np.arange(len(dataset))
    chosen = np.unique(np.linspace(0, len(held) - 1, min(count, len(held))).round().astype(int))
    return dataset.pixels[held[chosen]]


def _measured(request: ExplainRequest, dataset: Dataset, method: str) -> pd.DataFrame:
    network = saliency.network_for(loaders.model(request.run))
    pixels = test_pictures(dataset)
    bar = st.progress(0.0, "Changing pictures and asking again")
    step = None
    with queue.turn():
        for step in attacks.measure(network, pixels, method):
            bar.progress(step.progress, "Changing pictures and asking again")
    bar.empty()
    assert step is not None  # measure refuses no pictures
    return step.table()


@st.cache_resource(show_spinner=False, max_entries=1)
def _kept() -> dict[Any, pd.DataFrame]:
    """What was measured since the server started, for all visitors."""
    return {}
