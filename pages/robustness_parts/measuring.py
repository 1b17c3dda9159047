"""Measuring that can be watched and stopped; what was measured before shows at once."""

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from fer_core import robustness
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.robustness import Robustness
from fer_core.runs import Run
from pages.ui import layout, loaders, queue
from pages.ui.plain import plain

_SECONDS = 0.8  # of computing between two looks at the stop button
_LINE = "robustness"
_MOST = 8  # measurements kept in a session


@dataclass
class _Measuring:
    """One run's measurement in this session."""

    run: Run
    key: str
    found: Robustness | None = None
    steps: Iterator[Robustness] | None = None
    problem: str = ""


def show(runs: list[Run], part: Dataset, split: str) -> list[Robustness | None]:
    """The button or the progress, and what is known of each run, whole or as far as it was measured."""
    states = [_state(run, part, split) for run in runs]
    for run in runs:
        layout.left_aside(run)
    for state in states:
        if state.problem:
            st.error(plain(state.problem))
    if any(state.steps is not None for state in states):
        st.fragment(_watch, run_every=0.05)(states)
    elif any(state.found is None or not state.found.finished for state in states):
        waiting = sum(state.found is None or not state.found.finished for state in states)
        st.button(
            f"Measure: {35 * waiting} times {len(part):,} pictures",
            type="primary", icon=":material/blur_on:", key="measure", on_click=_start, args=(states, part, split),
        )  # fmt: skip
        if any(state.found is not None and not state.found.finished for state in states):
            st.caption("Stopped before the end: stronger disturbances are missing.")
    return [state.found for state in states]


def _state(run: Run, part: Dataset, split: str) -> _Measuring:
    kept: dict[tuple, _Measuring] = st.session_state.setdefault("robustness_measured", {})
    # The key of the store reads the network's file, so it is asked for only where the stamp is new.
    quick = (str(run.folder), loaders.network_stamp(run), part.fingerprint, split, len(part))
    if quick not in kept:
        key = robustness.key_of(run, part, split)
        kept[quick] = _Measuring(run, key, robustness.read(key, run.name, part.name))
        while len(kept) > _MOST:
            kept.pop(next(iter(kept)))
    return kept[quick]


def _ask(run: Run, pixels: np.ndarray) -> np.ndarray:
    return loaders.predictor(run).probabilities(pixels)


def _start(states: list[_Measuring], part: Dataset, split: str) -> None:
    for state in states:
        if state.found is None or not state.found.finished:
            state.problem = ""
            state.steps = robustness.measure(state.run.name, functools.partial(_ask, state.run), part, split)


def _stop(states: list[_Measuring]) -> None:
    for state in states:
        state.steps = None


def _watch(states: list[_Measuring]) -> None:
    """One look: some more cells of the first run that is not through."""
    st.button("Stop", icon=":material/stop:", key="measure_stop", on_click=_stop, args=(states,))
    state = next((one for one in states if one.steps is not None), None)
    if state is not None:
        share = state.found.progress if state.found is not None else 0.0
        words = f"{state.run.name}: " + (f"{share:.0%}" if state.found else "looking for faces' points")
        st.progress(share, text=plain(words))
        with queue.look(_LINE) as mine:
            if mine:
                _go_on(state)
    if all(one.steps is None for one in states):
        queue.leave(_LINE)
        st.rerun(scope="app")


def _go_on(state: _Measuring) -> None:
    until = time.monotonic() + _SECONDS
    try:
        while state.steps is not None and time.monotonic() < until:
            state.found = next(state.steps)
            if state.found.finished:
                state.steps = None
                robustness.write(state.key, state.found)
    except FerError as error:
        state.steps, state.problem = None, str(error)
