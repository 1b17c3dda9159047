"""Recipes against each other, each by its scores over seeds: would training again give the same order?"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from fer_core.evaluation.statistics import FEWEST_SEEDS, holm


def compare_seeds(groups: Mapping[str, Mapping[Any, float]], confidence: float = 0.95) -> pd.DataFrame:
    """One row a pair of recipes that were scored on the same pictures.

    Args:
        groups: recipe -> {seed: score}; recipes with fewer than three seeds are left out. All were scored on one split
            of one data set: who calls sees to that.

    Returns: a, b, seeds_a, seeds_b, mean_a, sd_a, mean_b, sd_b (of a sample), difference, low, high, test, p, p_holm.

    Where both have the same seeds, and so the same initial weights and validation part, the test is Student's on the
    differences seed by seed; else Welch's (Welch 1947, Biometrika 34:28). Both take the scores over seeds to be about
    normal; with three seeds neither can see small differences.
    """
    kept = {name: dict(scores) for name, scores in groups.items() if len(scores) >= FEWEST_SEEDS}
    records = []
    for a, b in combinations(kept, 2):
        one, two = (np.array([scores[seed] for seed in sorted(scores, key=repr)]) for scores in (kept[a], kept[b]))
        paired = set(kept[a]) == set(kept[b])
        low, high, p = _tested(one, two, paired, confidence)
        records.append(
            {
                "a": a,
                "b": b,
                "seeds_a": len(one),
                "seeds_b": len(two),
                "mean_a": one.mean(),
                "sd_a": one.std(ddof=1),
                "mean_b": two.mean(),
                "sd_b": two.std(ddof=1),
                "difference": one.mean() - two.mean(),
                "low": low,
                "high": high,
                "test": "paired t" if paired else "Welch",
                "p": p,
            }
        )
    table = pd.DataFrame.from_records(records)
    if len(table):
        table["p_holm"] = holm(table["p"])
    return table


def _tested(one: np.ndarray, two: np.ndarray, paired: bool, confidence: float) -> tuple[float, float, float]:
    """(low, high, p) of the difference of the means."""
    from scipy.stats import ttest_ind, ttest_rel

    spread = (one - two).std() if paired else one.std() + two.std()
    difference = float(one.mean() - two.mean())
    if spread < 1e-12:  # no spread at all: the t statistic does not exist
        return difference, difference, 1.0 if abs(difference) < 1e-12 else 0.0
    result = ttest_rel(one, two) if paired else ttest_ind(one, two, equal_var=False)
    low, high = result.confidence_interval(confidence)
    return float(low), float(high), float(result.pvalue)
