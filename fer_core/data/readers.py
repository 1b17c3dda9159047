"""Verdicts as tables: what was decided, and how far its readers agree."""

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from fer_core.data import verdicts
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.verdicts import Verdict
from fer_core.labels import CLASSES


def table(dataset: Dataset, decided: Mapping[int, str]) -> pd.DataFrame:
    """One line a decision, by row: row, split, label as it is ("" for none), verdict.

    decided: row -> word of `verdicts.VERDICTS`. Raises FerError for a row that the set does not have.
    """
    rows = np.array(sorted(decided), np.int64)
    positions = dataset.index_of(rows) if len(rows) else rows
    names = np.array([*CLASSES, ""])
    return pd.DataFrame(
        {
            "row": rows,
            "split": np.array(SPLITS)[dataset.split[positions]],
            "label": names[dataset.labels[positions]],
            "verdict": [decided[int(row)] for row in rows],
        }
    )


def agreements(found: Iterable[Verdict]) -> pd.DataFrame:
    """One line for each two readers with pictures in common: reader, other, pictures, alike (share), kappa, low, high.

    kappa, low and high as in `verdicts.kappa`: NaN where both always gave one and the same word.
    """
    found = list(found)
    own = {name: verdicts.latest(found, name) for name in verdicts.readers(found)}
    lines = []
    for first, second in combinations(own, 2):
        if own[first].keys() & own[second].keys():
            k = verdicts.kappa(own[first], own[second])
            lines.append((first, second, k.n, k.agreement, k.kappa, k.low, k.high))
    return pd.DataFrame(lines, columns=["reader", "other", "pictures", "alike", "kappa", "low", "high"])
