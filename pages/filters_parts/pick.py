"""Boxes that choose a run, one of its layers and one of the layer's filters; all of them in the address."""

import streamlit as st

from fer_core.features import LayerInfo, layers
from fer_core.features.layers import first_answering
from fer_core.runs import Run
from fer_core.runs.kept_epochs import kept_epochs
from pages.ui import layout, loaders, picker
from pages.ui.states import FILTERS


def run(title: str, name: str, first: str | None = None, but: str | None = None) -> Run | None:
    """Another run with a model, first the one named or the best that is not `but`; None and a note if none is."""
    runs, _ = loaders.runs()
    fitting = {one.name: one for one in picker.best_first([one for one in runs if one.can_be_opened])}
    if not fitting:
        layout.broken_runs()
        st.info(
            f"No run in {loaders.root()} has a network that can be looked into. Train one: `python -m fer_core train "
            "--data drawn --recipe drawn` needs no download and takes some minutes.",
            icon=":material/model_training:",
        )
        return None
    first = first if first in fitting else next((one for one in fitting if one != but), next(iter(fitting)))
    chosen = st.selectbox(
        title,
        list(fitting),
        format_func=lambda one: picker.label(fitting[one]),
        **FILTERS.widget(name, default=first, options=list(fitting)),
    )
    return fitting[chosen]


BEST = "best"


def epoch(of: Run, title: str = "Epoch", name: str = "epoch", first: int | None = None) -> Run:
    """The run as it was after one of the epochs it kept; the run itself, without a box, where it kept none."""
    kept = kept_epochs(of)
    if not kept:
        return of
    options = [BEST, *map(str, kept)]
    words = {BEST: f"the best ({of.best_epoch})" if of.best_epoch else "the best"}
    start = str(first) if first in kept else BEST
    chosen = st.selectbox(
        title,
        options,
        format_func=lambda one: words.get(one, one),
        help="Epochs kept while training (`--keep-epochs`); the best is the one that the run's scores belong to.",
        **FILTERS.widget(name, default=start, options=options),
    )
    return of if chosen == BEST else kept[int(chosen)]


def layer(of: Run, title: str = "Layer", name: str = "layer", first: str | None = None) -> LayerInfo:
    """One of the run's layers, at first the one named or the first with an activation."""
    found = {info.name: info for info in layers(loaders.model(of))}
    start = first_answering(list(found.values())).name
    chosen = st.selectbox(
        title,
        list(found),
        format_func=lambda one: found[one].describe(),
        help="With the shape of its output, and how much of the picture one output sees.",
        **FILTERS.widget(name, default=first if first in found else start, options=list(found)),
    )
    if found[chosen].linear:
        st.caption("It has no activation of its own: the layer after it says more about what wakes a filter.")
    return found[chosen]


def filter(of: LayerInfo, name: str = "filter", first: int = 0) -> int:
    """The number of one of the layer's filters."""
    kept = FILTERS.widget(name, default=min(first, of.filters - 1), high=of.filters - 1)
    return int(st.number_input(f"Filter, 0 to {of.filters - 1}", **kept))
