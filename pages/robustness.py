"""Robustness: what is left of a run's accuracy when pictures are blurred, dark, turned or partly covered."""

import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.robustness import Robustness
from fer_core.runs import Run
from pages.robustness_parts import curves, measuring, worst
from pages.ui import downloads, layout, loaders, picker
from pages.ui.plain import plain
from pages.ui.states import ROBUSTNESS

NOBODY = "no other run"


def body() -> None:
    left, middle, right = st.columns([3, 3, 2])
    with left:
        run = picker.pick_run(
            ROBUSTNESS,
            keep=lambda run: run.can_predict,
            why="has weights that can be asked",
            drawn=not loaders.has_photographs(),
        )
    if run is None:
        return
    with middle:
        other = _beside(run)
    there = _data(run)
    with right:
        split, part = _part(there)
    layout.badge(
        "drawn" if there.layout == "drawn" else "measured",
        f"{len(part):,} pictures of {plain(there.name)}, {split}; each disturbed in the same way for every run.",
    )
    if there.layout == "drawn":
        layout.photographs_note()
    runs = [run] if other is None else [run, other]
    downloads.about([one.name for one in runs], split, there.name)
    found = measuring.show(runs, part, split)
    whole = [one for one in found if one is not None]
    if whole:
        _found(whole, part)


def _found(found: list[Robustness], part: Dataset) -> None:
    curves.show(found)
    worst.show(found[0], part)
    curves.table(found)


def _beside(run: Run) -> Run | None:
    others = {one.name: one for one in picker.best_first(loaders.runs()[0]) if one.can_predict and one.name != run.name}
    options = [NOBODY, *others]
    name = st.selectbox("Beside it", options, **ROBUSTNESS.widget("vs", default=NOBODY, options=options))
    return others.get(name)


def _data(run: Run) -> Dataset:
    there = loaders.dataset_for(run) or layout.safe_dataset()
    if there is None:
        there = loaders.drawn()
    return there


def _part(there: Dataset) -> tuple[str, Dataset]:
    from fer_core.robustness import sample

    split = next((name for name in ("private", "test", "public") if there.has(name)), "train")
    whole = there.subset(split)
    amounts = {f"{n:,}": n for n in (175, 350, 700) if n < len(whole)} | {f"all {len(whole):,}": len(whole)}
    options = list(amounts)
    chosen = st.selectbox(
        "Pictures", options, **ROBUSTNESS.widget("amount", default=options[min(1, len(options) - 1)], options=options)
    )
    return split, sample(whole, amounts[chosen])


layout.header("Robustness", "What is left of the accuracy when pictures are blurred, noisy, dark, turned or covered.")
ROBUSTNESS.open()
try:
    body()
except FerError as error:
    st.error(plain(error))
