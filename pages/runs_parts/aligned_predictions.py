"""Predictions of the chosen runs on one split, and which of them can be compared; shared by three sections."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.evaluation.merged import Grouping
from fer_core.evaluation.statistics import macro_f1
from fer_core.labels import CLASSES
from fer_core.runs import Predictions, Run
from pages.runs_parts.choose import ChosenRuns
from pages.ui import loaders
from pages.ui.plain import plain
from pages.ui.states import RUNS

SPLITS = ("private", "public", "test", "validation")


@dataclass(frozen=True)
class Gathered:
    """Predictions by run on a split, the reference first.

    data: by run the fingerprint of its set. key: changes when any of the predictions does, for caches. groups: what
    their classes were merged into, None where they stand apart.
    """

    split: str
    predictions: dict[str, Predictions]
    data: dict[str, str | None]
    key: tuple
    groups: Grouping | None = None

    def merged(self, groups: Grouping | None) -> "Gathered":
        """With labels and answers of these groups; itself where there are none."""
        if groups is None:
            return self
        predictions = {name: groups.merge(one) for name, one in self.predictions.items()}
        return replace(self, predictions=predictions, key=(*self.key, groups.names), groups=groups)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what labels and answers are."""
        return tuple(CLASSES) if self.groups is None else self.groups.names

    def says(self, sentence: str) -> str:
        """A sentence about these runs, with what was merged before it."""
        return sentence if self.groups is None else headlines.of_groups(sentence, self.groups.told)

    def alike(self) -> list[str]:
        """The most runs that were judged on the same labelled pictures; of two as many, those with the reference."""
        groups: dict[tuple[str | None, bytes], list[str]] = {}
        for name, one in self.predictions.items():
            rows = np.sort(np.asarray(one.rows)[one.labels >= 0])
            if len(rows):
                groups.setdefault((self.data[name], rows.tobytes()), []).append(name)
        return max(groups.values(), key=len, default=[])

    def score(self, name: str, metric: str) -> float | None:
        """A run's "accuracy" or "macro_f1" on all its pictures with a label; None without any."""
        one = self.predictions[name]
        given = one.labels >= 0
        if not given.any():
            return None
        labels, said = one.labels[given], one.predicted[given]
        return float((said == labels).mean()) if metric == "accuracy" else macro_f1(labels, said)


def split_box(choice: ChosenRuns) -> str | None:
    """Box "Split" over the splits that any chosen run keeps predictions of; None with a note where none does."""
    there = {split for run in choice.chosen.values() for split in kept_splits(run)}
    splits = [s for s in SPLITS if s in there] + sorted(there - set(SPLITS))
    if not splits:
        st.info(
            "None of the chosen runs keeps predictions. Runs trained here do; for your own, give `fer_core.RunLogger` "
            "its `splits`.",
            icon=":material/rule:",
        )
        return None
    return st.selectbox(
        "Split", splits, **RUNS.widget("split", default=splits[0], options=splits),
        help="Private and public: the test halves of FER2013. The validation split chose the best epoch, so its "
        "figures flatter.",
    )  # fmt: skip


def kept_splits(run: Run) -> list[str]:
    """The run's own splits, and "on SET: split" of the other sets that it was scored on."""
    return [*loaders.splits(run), *loaders.elsewhere(run)]


def kept_predictions(run: Run, split: str) -> Predictions:
    """The predictions on one of `kept_splits`. Raises FerError where they can't be read."""
    if split in loaders.elsewhere(run):
        found, own = loaders.elsewhere(run)[split]
        return found.predictions(own)
    return loaders.predictions(run, split)


def kept_accuracy(run: Run, split: str) -> float | None:
    """The accuracy on one of `kept_splits`; None where there is none."""
    if split in loaders.elsewhere(run):
        found, own = loaders.elsewhere(run)[split]
        return found.scores[own].get("accuracy")
    return (run.scores.get(split) or {}).get("accuracy")


def judged_on(run: Run, split: str) -> str | None:
    """The fingerprint of the set that the rows of one of `kept_splits` are of."""
    return loaders.elsewhere(run)[split][0].fingerprint if split in loaders.elsewhere(run) else run.fingerprint


def gather(choice: ChosenRuns, split: str) -> Gathered | None:
    """The predictions of the reference and of each chosen run that has some; None, with a note, without the first."""
    if split not in kept_splits(choice.chosen[choice.reference]):
        st.info(
            f"The reference {choice.reference} keeps no predictions on {split}; choose another reference or split.",
            icon=":material/push_pin:",
        )
        return None
    found: dict[str, Predictions] = {}
    lacking = []
    for name in [choice.reference, *[n for n in choice.chosen if n != choice.reference]]:
        run = choice.chosen[name]
        if split not in kept_splits(run):
            lacking.append(name)
            continue
        try:
            found[name] = kept_predictions(run, split)
        except FerError as error:
            st.error(f"{plain(name)}: {plain(error)}")
    if lacking:
        st.caption(f"Left out, without predictions on {split}: {', '.join(lacking)}.")
    if choice.reference not in found:
        return None
    stamps = tuple((name, str(choice.chosen[name].folder), _stamp(choice.chosen[name], split)) for name in found)
    data = {name: judged_on(choice.chosen[name], split) for name in found}
    return Gathered(split, found, data, (split, stamps))


def _stamp(run: Run, split: str) -> int | str:
    if split in loaders.elsewhere(run):
        return loaders.elsewhere(run)[split][0].when
    return (run.folder / "predictions.npz").stat().st_mtime_ns


def say_left_out(left_out: dict[tuple[str, str], str]) -> None:
    """Which pairs can't be compared, and why, each reason once."""
    for reason in dict.fromkeys(left_out.values()):
        st.caption(f"Left out: {reason}")
