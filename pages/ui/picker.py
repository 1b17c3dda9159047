"""Choosing a run: the same box on every page, kept in the address."""

from collections.abc import Callable

import streamlit as st

from fer_core.runs import Run
from pages.ui import address, layout, loaders
from pages.ui.address import State


def label(run: Run) -> str:
    """The run's name with what one wants to know when choosing."""
    parts = [run.name]
    if run.status == "training":
        parts.append("training")
    if words := accuracy_words(run):
        parts.append(words)
    if run.dataset_name == "drawn":
        parts.append("drawn faces")
    return " · ".join(parts)


def accuracy_words(run: Run) -> str:
    """The run's accuracy on the split that says most, as in "69.1% private"; empty where it has none."""
    for split in ("private", "test", "public", "validation"):
        accuracy = run.scores.get(split, {}).get("accuracy")
        if accuracy is not None:
            return f"{accuracy:.1%} {split}"
    return ""


def best_first(runs: list[Run]) -> list[Run]:
    """Runs on photographs before drawn ones, then by private (else test) accuracy, best first."""

    def rank(run: Run) -> tuple:
        scores = run.scores.get("private") or run.scores.get("test") or {}
        return (run.dataset_name == "drawn", -(scores.get("accuracy") or 0.0), run.name)

    return sorted(runs, key=rank)


def pick_run(
    state: State, title: str = "Run", keep: Callable[[Run], bool] = lambda run: True, why: str = ""
) -> Run | None:
    """A select box of the runs that `keep` admits, best first, kept in the page's address; None with a note where none.

    The chosen run goes along to the other pages. `why` completes the note "No run here ...", say "has a model".
    """
    runs, _ = loaders.runs()
    fitting = {run.name: run for run in best_first([run for run in runs if keep(run)])}
    layout.broken_runs()
    if not fitting:
        st.info(
            f"No run in {loaders.root()} {why or 'can be shown'}. Train one: `python -m fer_core train --data drawn "
            "--recipe drawn` needs no download and takes some minutes.",
            icon=":material/model_training:",
        )
        return None
    chosen = address.shared("run")
    if chosen in {run.name for run in runs} and chosen not in fitting and why:
        st.caption(f"{chosen}, chosen before, is not among the runs here of which each {why}.")
    name = st.selectbox(
        title,
        list(fitting),
        format_func=lambda name: label(fitting[name]),
        **state.widget("run", default=next(iter(fitting)), options=list(fitting)),
    )
    return fitting[name]
