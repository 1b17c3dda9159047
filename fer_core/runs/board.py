"""A history from TensorBoard event files: which of them are one run, and which of its parts each holds."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.runs.event_files import Scalar
from fer_core.runs.history_table import with_epochs
from fer_core.runs.metric_names import TRAIN, VALIDATION, canonical_names

ROLES = ("training", "validation")
MOST_TAGS = 2_000
MOST_CELLS = 20_000_000
"""Metrics times steps: what a table of them may hold."""
_KERAS_VALIDATION = re.compile(r"evaluation_.+_vs_iterations$")
"""What Keras' TensorBoard callback writes with validation only."""


@dataclass
class Part:
    """One event file: its path, which part of the run it holds, the folder that stands for the run, its scalars, and
    how the part was told: "path", "tags", or "" where nothing tells it."""

    path: str
    role: str
    folder: str
    scalars: list[Scalar]
    told_by: str = ""
    tags: set[str] = field(default_factory=set)


def part_of(path: str, scalars: list[Scalar], role: str | None = None) -> Part:
    """The file with its part: what `role` says, else what the folders of its path say, else its tags, else training."""
    words = [_words(folder) for folder in PurePosixPath(path.replace("\\", "/")).parts[:-1]]
    said = [folder for folder in words if set(folder) & set(VALIDATION + TRAIN)]
    rest = ["_".join(w for w in folder if w not in VALIDATION + TRAIN) for folder in words]
    tags = {scalar.tag for scalar in scalars}
    if role is None and said:  # the deepest folder decides
        role, told = ROLES[bool(set(said[-1]) & set(VALIDATION))], "path"
    elif role is None and any(_KERAS_VALIDATION.match(tag) for tag in tags):
        role, told = "validation", "tags"
    else:
        role, told = role or "training", ""
    return Part(path, role, "/".join(filter(None, rest)), scalars, told, tags)


def _words(folder: str) -> list[str]:
    return [word for word in re.split(r"[\s_.-]+", folder.lower()) if word]


def history_of(parts: list[Part]) -> pd.DataFrame:
    """The history of the files of one run.

    Where the writer logged by epoch ("epoch_loss"), only those scalars are taken and the step is the epoch; else each
    step logged becomes a row, and "step" says which it was. Column "time": seconds since the first scalar;
    `attrs["taken"]`: what was taken, a clause each. Raises FerError where there is no scalar, where a metric
    was logged twice, or where the files are those of several runs.
    """
    found = [(part, scalar) for part in parts for scalar in part.scalars]
    names = ", ".join(part.path for part in parts[:4]) + (", ..." if len(parts) > 4 else "")
    if not found:
        raise FerError(f"{names}: no scalar was logged, so there is no curve to draw.")
    by_epoch = [(part, scalar) for part, scalar in found if re.match(r"epoch[_/]", scalar.tag)]
    found = by_epoch or found
    if len({scalar.tag for _, scalar in found}) > MOST_TAGS:
        raise FerError(f"{names}: more than {MOST_TAGS:,} different scalars; a run has a handful of metrics.")
    taken = [
        f"{part.path} was taken for validation, by its evaluation_... scalars"
        for part in parts
        if part.told_by == "tags"
    ]
    taken += _one_run(found)
    table = _pivot(found)
    if not by_epoch:
        table["step"] = table.index
        table["epoch"] = np.arange(len(table))
    else:
        table["epoch"] = table.index - (1 if table.index.min() == 1 else 0)
    table = with_epochs(table.reset_index(drop=True), names)
    table.attrs["taken"] = taken
    return table


def _one_run(found: list[tuple[Part, Scalar]]) -> list[str]:
    """Checks that no metric comes from two runs; what is said where one comes from several files, one after another.

    Raises FerError where a metric stands in two folders, or in files of one folder whose steps lie in between each
    other: those are several runs. Files whose steps and times follow each other are a training that was taken up again.
    """
    spans: dict[tuple[str, str], dict[str, tuple[Part, list[Scalar]]]] = {}
    for part, scalar in found:
        files = spans.setdefault((part.role, scalar.tag), {})
        files.setdefault(part.path, (part, []))[1].append(scalar)
    said: dict[str, None] = {}
    for (_, tag), files in spans.items():
        folders = {part.folder for part, _ in files.values()}
        if len(folders) > 1:
            listed = ", ".join(sorted(folder or "the folder itself" for folder in folders)[:6])
            raise FerError(
                f"{tag} stands in the folders of {len(folders)} runs ({listed}). Import each folder as a run of its "
                "own."
            )
        if len(files) > 1 and (clause := _in_sequence(tag, list(files.values()))):
            said[clause] = None
    return list(said)


def _in_sequence(tag: str, files: list[tuple[Part, list[Scalar]]]) -> str | None:
    """What is said where files follow each other; None where they are copies of each other."""
    spans = sorted(
        (min(s.step for s in own), max(s.step for s in own), min(s.wall_time for s in own), part.path, own)
        for part, own in files
    )
    for (_, end, time, path, own), (start, _, later, other, others) in itertools.pairwise(spans):
        if start <= end:
            if _values(own) == _values(others):
                return None
            if set(_values(own)) & set(_values(others)):
                return None  # where the values differ, `_pivot` names them
            reason = f"have steps in between each other ({end} and {start})"
        elif later < time:
            reason = f"were written in another order than their steps ({other} before {path})"
        else:
            continue
        raise FerError(
            f"{tag} stands in {len(files)} files that {reason}: these are the files of several runs, or of training "
            "and validation. Give those of one run; validation files in a folder validation/, or marked as such."
        )
    shown = ", then ".join(f"{start} to {end}" for start, end, *_ in spans)
    return f"{len(files)} files follow each other (steps {shown}) and were taken for one run, interrupted and taken up"


def _values(scalars: Iterable[Scalar]) -> dict[int, str]:
    return {scalar.step: repr(scalar.value) for scalar in scalars}


def _pivot(found: list[tuple[Part, Scalar]]) -> pd.DataFrame:
    """Steps by metric. Raises FerError where a metric was logged twice at a step with different values."""

    def tag_of(part: Part, scalar: Scalar) -> str:
        return ("validation/" if part.role == "validation" else "") + scalar.tag

    names = canonical_names(dict.fromkeys(tag_of(*pair) for pair in found))
    columns: dict[str, dict[int, float]] = {}
    times: dict[int, float] = {}
    for part, scalar in found:
        column = columns.setdefault(names[tag_of(part, scalar)], {})
        if scalar.step in column and not _same(column[scalar.step], scalar.value):
            raise FerError(
                f"{scalar.tag} was logged twice at step {scalar.step}: {column[scalar.step]:g} and {scalar.value:g}. "
                "These are the files of several runs, or of training and validation. Give those of one run; validation "
                "files in a folder validation/, or marked as such."
            )
        column[scalar.step] = scalar.value
        times[scalar.step] = max(times.get(scalar.step, 0.0), scalar.wall_time)
    if len(columns) * len(times) > MOST_CELLS:
        raise FerError(f"{len(columns):,} metrics at {len(times):,} steps are more than a table holds; log less often.")
    table = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()}).sort_index()
    table["time"] = pd.Series(times) - min(scalar.wall_time for _, scalar in found)
    return table


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)
