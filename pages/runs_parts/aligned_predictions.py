"""Predictions of the chosen runs on one split, brought onto the same pictures; shared by three sections."""

from dataclasses import dataclass

import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import statistics
from fer_core.evaluation.statistics import Aligned
from pages.runs_parts.choose import Choice
from pages.ui import address, loaders

SPLITS = ("private", "public", "test", "validation")
MOST = 40
"""At most so many runs are tested against each other: 780 pairs."""


@dataclass(frozen=True)
class Judged:
    """Runs on common pictures of a split. key: changes when any of the predictions does, for caches."""

    split: str
    aligned: Aligned
    key: tuple


def split_box(choice: Choice) -> str | None:
    """Box "Split" over the splits that any chosen run keeps predictions of; None with a note where none does."""
    there = {split for run in choice.chosen.values() for split in loaders.splits(run)}
    splits = [s for s in SPLITS if s in there] + sorted(there - set(SPLITS))
    if not splits:
        st.info(
            "None of the chosen runs keeps predictions. Runs trained here do; for your own, give `fer_core.RunLogger` "
            "its `splits`.",
            icon=":material/rule:",
        )
        return None
    return st.selectbox(
        "Split", splits, **address.keep("split", splits[0], splits),
        help="Private and public: the test halves of FER2013. The validation split chose the best epoch, so its "
        "figures flatter.",
    )  # fmt: skip


def judge(choice: Choice, split: str) -> Judged | None:
    """The chosen runs that can be compared with the reference on this split; says which can't, and why."""
    usable, left_out = {}, []
    first = choice.chosen[choice.reference]
    if split not in loaders.splits(first):
        st.info(
            f"The reference {choice.reference} keeps no predictions on {split}; choose another reference or split.",
            icon=":material/push_pin:",
        )
        return None
    for name, run in choice.chosen.items():
        if split not in loaders.splits(run):
            left_out.append(f"{name} (no predictions on {split})")
        elif run.fingerprint != first.fingerprint:
            left_out.append(f"{name} (another data set)")
        elif len(usable) >= MOST:
            left_out.append(f"{name} (more than {MOST} runs)")
        else:
            usable[name] = loaders.predictions(run, split)
    if left_out:
        st.caption(f"Left out: {', '.join(left_out)}.")
    try:
        aligned = statistics.align(usable)
    except FerError as error:
        st.error(str(error))
        return None
    stamps = tuple(
        (name, str(choice.chosen[name].folder), (choice.chosen[name].folder / "predictions.npz").stat().st_mtime_ns)
        for name in usable
    )
    fewest = min(len(p.rows) for p in usable.values())
    if len(aligned.rows) < fewest:
        st.caption(f"Compared on the {len(aligned.rows):,} labelled pictures that all of them were judged on.")
    return Judged(split, aligned, (split, stamps))
