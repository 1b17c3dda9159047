"""Choosing a run: the same box on every page, kept in the address."""

from collections.abc import Callable, Iterable

import streamlit as st

from fer_core.runs import LATEST, Run
from fer_core.runs import latest as latest_run
from pages.ui import address, layout, loaders
from pages.ui.address import State
from pages.ui.language import mark, say
from pages.ui.plain import plain

_MOST_TROUBLES = 3


def label(run: Run) -> str:
    """The run's name with what one wants to know when choosing."""
    parts = [run.name]
    if run.status == "training":
        parts.append(say("training"))
    if words := accuracy_words(run):
        parts.append(words)
    if run.dataset_name == "drawn":
        parts.append(say("drawn faces"))
    return " · ".join(parts)


def accuracy_words(run: Run) -> str:
    """The run's accuracy on the split that says most, as in "69.1% private"; empty where it has none."""
    for split in (mark("private"), mark("test"), mark("public"), mark("validation")):
        accuracy = run.scores.get(split, {}).get("accuracy")
        if accuracy is not None:
            return f"{accuracy:.1%} {say(split)}"
    return ""


def best_first(runs: list[Run], drawn: bool = False) -> list[Run]:
    """Runs on photographs before drawn ones, or, for drawn faces, after them; then the most accurate (private, else
    test) first."""

    def rank(run: Run) -> tuple:
        scores = run.scores.get("private") or run.scores.get("test") or {}
        return ((run.dataset_name == "drawn") != drawn, -(scores.get("accuracy") or 0.0), run.name)

    return sorted(runs, key=rank)


def latest(runs: Iterable[Run]) -> dict[str, str]:
    """LATEST -> the name of the run begun last, for an address's `renamed`; empty where a run is really called so."""
    found = list(runs)
    if not found or any(run.name == LATEST for run in found):
        return {}
    return {LATEST: latest_run(found).name}


def pick_run(
    state: State,
    title: str = mark("Run"),
    keep: Callable[[Run], bool] = lambda run: True,
    why: str = "",
    drawn: bool = False,
    swap: bool = True,
) -> Run | None:
    """A select box of the runs that `keep` admits, best first, kept in the page's address; None with a note where none.

    The chosen run goes along to the other pages. `why` completes the note "No run here ...", say "has a model". drawn:
    whether drawn faces are in view; a run that learned from such is then chosen first, and, with `swap`, a button below
    leads to the best of the others.
    """
    runs, _ = loaders.runs()
    fitting = {run.name: run for run in best_first([run for run in runs if keep(run)], drawn)}
    layout.broken_runs()
    for said in list(filter(None, (loaders.trouble(run) for run in runs if run.name not in fitting)))[:_MOST_TROUBLES]:
        st.error(plain(said))
    if not fitting:
        st.info(
            say(
                "No run in {folder} {why}. Train one: `python -m fer_core train --data drawn --recipe drawn` needs no "
                "download and takes some minutes.",
                folder=loaders.root(),
                why=say(why or "can be shown"),
            ),
            icon=":material/model_training:",
        )
        return None
    chosen = address.shared("run")
    if chosen in {run.name for run in runs} and chosen not in fitting and why:
        st.caption(
            say("{run}, chosen before, is not among the runs here of which each {why}.", run=chosen, why=say(why))
        )
    name = st.selectbox(
        say(title),
        list(fitting),
        format_func=lambda name: label(fitting[name]),
        **state.widget("run", default=next(iter(fitting)), options=list(fitting), renamed=latest(fitting.values())),
    )
    if drawn and swap:
        contrast(state, fitting[name], list(fitting.values()))
    return fitting[name]


def contrast(state: State, run: Run, runs: list[Run]) -> None:
    """One press from a network that learned from drawn faces to the best that learned from photographs, and back;
    nothing where only one kind is there."""
    other = next(
        (one for one in best_first(runs) if (one.dataset_name == "drawn") != (run.dataset_name == "drawn")), None
    )
    if other is None:
        return
    kind = say("drawings" if other.dataset_name == "drawn" else "photographs")
    st.button(
        say("Ask one trained on {kind}", kind=kind),
        key=f"{state.name}_contrast",
        icon=":material/swap_horiz:",
        type="tertiary",
        help=say("What {run}, a network that learned from {kind}, says instead.", run=other.name, kind=kind),
        on_click=state.put,
        args=("run", other.name),
    )
