"""Which runs are compared, and against which reference."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from fer_core.comparison import curves, tables
from fer_core.errors import FerError
from fer_core.figures.palette import LineStyle, look_of, slots
from fer_core.runs import LATEST, Run
from fer_core.runs.history import best_epoch
from fer_core.runs.housekeeping import is_archived
from pages.ui import layout, loaders, picker
from pages.ui.states import RUNS

_FIRST = 5
"""So many runs are chosen where the address names none."""


@dataclass(frozen=True)
class ChosenRuns:
    """What the page is about: all runs, those chosen (in the order chosen), and the reference among them."""

    every: dict[str, Run]
    chosen: dict[str, Run]
    reference: str

    @property
    def palette(self) -> dict[str, LineStyle]:
        """A look for each chosen run, which it keeps for the visit while others are chosen or left out."""
        known = st.session_state.setdefault("run_slots", {})
        own = slots(list(self.chosen), known)
        st.session_state["run_slots"] = {**known, **own}
        return {name: look_of(slot) for name, slot in own.items()}

    def histories(self, runs: dict[str, Run] | None = None) -> dict[str, tuple[dict, pd.DataFrame]]:
        """run -> (run.json, history); runs without an epoch or with a damaged history are left out."""
        found = {}
        for name, run in (self.chosen if runs is None else runs).items():
            try:
                history = curves.read_history(run)
            except FerError:
                continue
            if len(history):
                found[name] = (run.config, history)
        return found

    def stamp(self, names: Iterable[str]) -> tuple:
        """Changes whenever the history or run.json of one of these runs does: a key for caches."""
        files = [(name, self.every[name].folder / file) for name in names for file in ("history.csv", "run.json")]
        return tuple((name, str(path), path.stat().st_mtime_ns if path.exists() else 0) for name, path in files)

    @property
    def comparable(self) -> dict[str, Run]:
        """The chosen runs whose scores are of the same pictures as the reference's."""
        same = next(of_set for of_set in tables.by_data(self.chosen).values() if self.reference in of_set)
        return {name: run for name, run in self.chosen.items() if name in same}

    def best_epochs(self, histories: dict[str, tuple[dict, pd.DataFrame]]) -> dict[str, int]:
        """run -> 1-based epoch whose weights were kept."""
        best = {name: best_epoch(config, history) for name, (config, history) in histories.items()}
        return {name: epoch for name, epoch in best.items() if epoch}


def named(runs: list[Run]) -> dict[str, Run]:
    """Runs by name; where one in training will replace a finished one of its name, both are there."""
    found: dict[str, Run] = {}
    for run in runs:
        found[run.name if run.name not in found else f"{run.name} (in training)"] = run
    return found


def choose() -> ChosenRuns | None:
    """The boxes at the top of the page; None with a note where there is no run at all or none is chosen."""
    runs, _ = loaders.runs()
    layout.broken_runs()
    if not runs:
        st.info(
            f"No run in {loaders.root()} yet. Start one in the section **Train and import**, or in a shell: "
            "`python -m fer_core train --data drawn --recipe drawn`.",
            icon=":material/model_training:",
        )
        return None
    put_away = [run.name for run in runs if is_archived(run)]
    if put_away and not st.session_state.get("runs_archived"):
        runs = [run for run in runs if not is_archived(run)] or runs
    every = named(runs)
    order = named(picker.best_first(runs))
    live = [name for name, run in order.items() if run.status == "training"]
    first = _with_pictures(order) or [*live, *[name for name in order if name not in live]][:_FIRST]
    left, right = st.columns([3, 1])
    chosen = left.multiselect(
        "Runs to compare",
        list(order),
        placeholder="Choose runs",
        **RUNS.widget("runs", default=first, options=list(order), renamed=_latest(order)),
    )
    if put_away:
        st.toggle(f"Also the {len(put_away)} archived", key="runs_archived")
    if not chosen:
        st.info("Choose at least one run.", icon=":material/checklist:")
        return None
    reference = right.selectbox(
        "Reference",
        chosen,
        help="Pinned on top of the table; the others are compared with it.",
        **RUNS.widget(
            "ref",
            default=next((n for n in chosen if n not in live), chosen[0]),
            options=chosen,
            renamed=_latest({name: order[name] for name in chosen}),
        ),
    )
    return ChosenRuns(every, {name: order[name] for name in chosen}, reference)


def _with_pictures(order: dict[str, Run]) -> list[str]:
    """For Flips without photographs: the best two runs of one drawn set, whose pictures can be shown; else none."""
    if RUNS.value("view") != "Flips" or loaders.has_photographs():
        return []
    drawn = {name: run for name, run in order.items() if run.dataset_name == "drawn" and run.status != "training"}
    return next((names[:2] for of_set in tables.by_data(drawn).values() if len(names := list(of_set)) > 1), [])


def _latest(order: dict[str, Run]) -> dict[str, str]:
    """ "latest" -> the name that the page gives the run begun last."""
    found = picker.latest(order.values()).get(LATEST)
    return {LATEST: next(name for name, run in order.items() if run.name == found)} if found else {}


def group_box(choice: ChosenRuns) -> dict[str, str] | None:
    """Box "Group by": run -> group, or None where runs stand alone."""
    asked = {name: tables.settings(run.config) for name, run in choice.chosen.items()}
    keys = ["", "recipe", *[key for key in tables.differing(asked) if key not in tables.SEEDS]]
    key = st.selectbox(
        "Group by",
        keys,
        format_func=lambda k: {"": "nothing: each run alone", "recipe": "recipe: all settings but the seed"}.get(k, k),
        help="Runs of a group share a colour; from three runs up their mean and standard deviation are drawn.",
        **RUNS.widget("group", options=keys),
    )
    if not key:
        return None
    return tables.group_by({name: run.config for name, run in choice.chosen.items()}, key)
