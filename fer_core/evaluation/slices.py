"""Part of the pictures at a time: does the network fail on the dark, the flat, the blurred?"""

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.per_class import interval


def band(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Bool (N,): pictures whose percentile rank among `values` f64 (N,) lies in low to high, both 0 to 100.

    The bounds are percentiles, not values, because brightness in grey levels says little without its spread.
    Raises FerError for bounds out of order or out of range.
    """
    if not 0 <= low < high <= 100:
        raise FerError(
            f"A band of percentiles runs from a low to a higher one within 0 to 100, not from {low} to {high}."
        )
    values = np.asarray(values, dtype=np.float64)
    if len(values) == 0:
        return np.zeros(0, bool)
    ends = np.percentile(values, [low, high])
    result: np.ndarray = (values >= ends[0]) & (values <= ends[1])
    return result


def accuracy_by_bin(values: np.ndarray, labels: np.ndarray, predicted: np.ndarray, bins: int = 5) -> pd.DataFrame:
    """Accuracy in equally filled bins of a measure, one row a bin, the lowest values first.

    Args:
        values: f64 (N,), the measure.
        labels: int (N,), -1 where not given (left out).
        predicted: int (N,).
        bins: at least 1; fewer come back where values coincide.

    Returns: columns low, high (the bin's values), pictures, accuracy, accuracy_low, accuracy_high (Wilson, 95%).
    """
    if bins < 1:
        raise FerError(f"The number of bins must be 1 or more, not {bins}.")
    given = np.asarray(labels) >= 0
    values, right = np.asarray(values, np.float64)[given], (np.asarray(labels) == predicted)[given]
    columns = ["low", "high", "pictures", "accuracy", "accuracy_low", "accuracy_high"]
    if len(values) == 0:
        return pd.DataFrame(columns=columns)
    edges = np.unique(np.percentile(values, np.linspace(0, 100, bins + 1)))
    which = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(0, len(edges) - 2))
    rows = []
    for k in np.unique(which):
        own = which == k
        hits, n = int(right[own].sum()), int(own.sum())
        rows.append((values[own].min(), values[own].max(), n, hits / n, *interval(hits, n)))
    return pd.DataFrame(rows, columns=columns)


def accuracy_of(parts: dict[str, np.ndarray], labels: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """Accuracy in named parts, one row each: part, pictures, accuracy and its ends, NaN where there is no picture.
    parts: name -> bool (N,)."""
    given = np.asarray(labels) >= 0
    right = np.asarray(labels) == predicted
    rows = []
    for name, mask in parts.items():
        n, hits = int((mask & given).sum()), int((mask & given & right).sum())
        rows.append((name, n, *((hits / n, *interval(hits, n)) if n else (np.nan,) * 3)))
    return pd.DataFrame(rows, columns=["part", "pictures", "accuracy", "accuracy_low", "accuracy_high"])
