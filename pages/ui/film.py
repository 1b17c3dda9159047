"""Pictures that change over the epochs that a run kept, with a slider and Play, and another run's in step below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st

from fer_core.comparison.recipes import is_other_seed, seed_of
from fer_core.pictures import data_url
from fer_core.runs import Run
from fer_core.runs.kept_epochs import accuracies_of, epochs_of
from pages.ui import loaders
from pages.ui.address import State

_ASSETS = Path(__file__).parent / "assets"
NOTHING = "nothing"

_component = st.components.v2.component(
    "fer_lab_film",
    html='<div class="film"></div>',
    css=(_ASSETS / "film.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "film.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, eq=False)
class Frame:
    """One reel at one epoch: u8 (h, w) or (h, w, 3), and what is to be read below it."""

    picture: np.ndarray
    words: str = ""


Reels = dict[str, Frame]
"""By title: what one epoch of one run looks like."""


@dataclass
class _Row:
    title: str
    stops: list[Reels | None] = field(default_factory=list)


def can_show(run: Run) -> bool:
    """Whether the run kept epochs; says how to keep some where it did not."""
    if len(epochs_of(run)) > 1:
        return True
    st.info(
        f"{run.name} kept no networks of single epochs, so nothing can be seen of how it came to be. Keep some while "
        "training: `python -m fer_core train --data drawn --recipe drawn --keep-epochs 1,3,10`.",
        icon=":material/model_training:",
    )
    return False


def beside(state: State, run: Run) -> Run | None:
    """The box that chooses a second run with kept epochs, at first another seed of the same recipe; None for none."""
    there = {one.name: one for one in loaders.runs()[0] if one.name != run.name and len(epochs_of(one)) > 1}
    seeds = [name for name, one in there.items() if is_other_seed(run.config, one.config, (run.name, name))]
    options = [*seeds, NOTHING, *(name for name in there if name not in seeds)]
    words = {name: f"{name}: the same recipe, seed {seed_of(there[name].config, name)[0]}" for name in seeds}
    chosen = st.selectbox(
        "Beside it", options, format_func=lambda name: words.get(name, name),
        help="Another run that kept epochs; at first one that differs by nothing but its seed.",
        **state.widget("beside", default=options[0], options=options),
    )  # fmt: skip
    if not seeds:
        st.caption(
            "No run here is the same recipe with another seed and kept epochs. `python -m fer_core train` with the "
            "same `--recipe`, another `--name`, `--seed 1` and the same `--keep-epochs` makes one."
        )
    return there.get(chosen)


def show(state: State, runs: Sequence[Run], look: Callable[[Run], Reels], key: str) -> None:
    """Draws the film.

    Args:
        state: of the page, which keeps the epoch as `at_epoch`. runs: one or two, the first with epochs.
        look: what a run (an epoch is one) looks like; a run is looked at once, so it should be cached.
    """
    own = epochs_of(runs[0])
    numbers = list(own)
    bar = st.progress(0.0, "Asking the network of each epoch")
    rows, done = [], 0
    for run in runs:
        there, row = epochs_of(run), _Row(_title(run))
        for number in numbers:
            at = run if number == runs[0].best_epoch else there.get(number)
            row.stops.append(None if at is None else look(at))
            done += 1
            bar.progress(done / (len(runs) * len(numbers)), f"{run.name}, epoch {number}")
        rows.append(row)
    bar.empty()
    st.fragment(_film)(state, runs[0], numbers, rows, key)


def _film(state: State, run: Run, numbers: list[int], rows: list[_Row], key: str) -> None:
    accuracies = accuracies_of(run)
    at = state.value("at_epoch")
    place = numbers.index(at) if at in numbers else 0

    def stopped() -> None:
        sent = st.session_state[key].get("stop")
        if isinstance(sent, int | float) and 0 <= sent < len(numbers):
            state.put("at_epoch", numbers[int(sent)])

    sent = [{"title": row.title, "reels": _reels(row)} for row in rows]
    _component(
        key=key,
        data={
            "id": f"{hash(repr(sent))}",
            "stops": [_when(run, number, accuracies) for number in numbers],
            "at": place,
            "rows": sent,
        },
        on_stop_change=stopped,
    )


def _reels(row: _Row) -> list[dict[str, object]]:
    titles = list(dict.fromkeys(title for stop in row.stops if stop for title in stop))
    return [
        {
            "title": title,
            "frames": [data_url(stop[title].picture) if stop and title in stop else None for stop in row.stops],
            "words": [stop[title].words if stop and title in stop else "not kept at this epoch" for stop in row.stops],
        }
        for title in titles
    ]


def _when(run: Run, number: int, accuracies: dict[int, float]) -> str:
    words = f"Epoch {number}" + (", the best" if number == run.best_epoch else "")
    return f"{words}: validation {accuracies[number]:.1%}" if number in accuracies else words


def _title(run: Run) -> str:
    seed = seed_of(run.config, run.name)[0]
    return f"{run.name}, seed {seed}" if isinstance(seed, int) else run.name
