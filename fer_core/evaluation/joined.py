"""Splits looked at together: FER2013's 7,178 test pictures come as a public and a private half."""

from collections.abc import Callable, Sequence

import numpy as np

from fer_core.runs import Predictions

TOGETHER = {"public and private": ("public", "private")}
"""Name of a joined split -> the splits that it consists of."""


def with_joined(splits: Sequence[str]) -> list[str]:
    """The splits given, and those of TOGETHER whose parts are all among them."""
    return [*splits, *(name for name, parts in TOGETHER.items() if set(parts) <= set(splits))]


def predictions(split: str, read: Callable[[str], Predictions]) -> Predictions:
    """Predictions on a split or a joined one; `read` gives those on a split, as `Run.predictions` does.

    A row that stands in several parts is taken once, from the first of them. Raises what `read` raises.
    """
    parts = [read(name) for name in TOGETHER.get(split, (split,))]
    if len(parts) == 1:
        return parts[0]
    rows, labels, probabilities = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "labels", "probabilities")
    )
    first = np.sort(np.unique(rows, return_index=True)[1])
    return Predictions(rows[first], labels[first], probabilities[first])
