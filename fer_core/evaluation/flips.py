"""The pictures on which two runs part: one is right, the other wrong."""

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.statistics import Aligned

ORDERS = {
    "the right one surest": "sure_right",
    "the wrong one surest": "sure_wrong",
    "both surest": "sure_both",
    "both least sure": "unsure_both",
}
"""Ways to sort flips, by the words on the screen."""


def flips(aligned: Aligned, a: str, b: str) -> pd.DataFrame:
    """Pictures that exactly one of runs a and b gets right, in row order.

    Columns: row; label; predicted_a, predicted_b (0 to 6); confidence_a, confidence_b (probability of the
    class each predicted); right ("a" or "b"). FerError where a run is not among the aligned ones.
    """
    for name in (a, b):
        if name not in aligned.probabilities:
            raise FerError(f"There are no predictions of run {name} to compare.")
    one, two = aligned.probabilities[a], aligned.probabilities[b]
    predicted_a, predicted_b = one.argmax(axis=1), two.argmax(axis=1)
    right_a, right_b = predicted_a == aligned.labels, predicted_b == aligned.labels
    places = np.flatnonzero(right_a != right_b)
    return pd.DataFrame(
        {
            "row": aligned.rows[places],
            "label": aligned.labels[places],
            "predicted_a": predicted_a[places],
            "predicted_b": predicted_b[places],
            "confidence_a": one[places, predicted_a[places]].astype(float),
            "confidence_b": two[places, predicted_b[places]].astype(float),
            "right": np.where(right_a[places], "a", "b"),
        }
    )


def sort_flips(table: pd.DataFrame, order: str = "sure_right") -> pd.DataFrame:
    """Flips, sorted by how sure the runs were; `order` is one of the values of ORDERS. Ties keep row order."""
    a_right = table["right"] == "a"
    right = table["confidence_a"].where(a_right, table["confidence_b"])
    wrong = table["confidence_b"].where(a_right, table["confidence_a"])
    keys = {"sure_right": -right, "sure_wrong": -wrong, "sure_both": -np.minimum(right, wrong)}
    keys["unsure_both"] = np.maximum(right, wrong)
    if order not in keys:
        raise FerError(f"Flips sort by {', '.join(keys)}, not by {order!r}.")
    return table.iloc[np.argsort(keys[order].to_numpy(), kind="stable")].reset_index(drop=True)


def changes(aligned: Aligned, a: str, b: str) -> pd.DataFrame:
    """How the two runs agree, as counts: index "a right" / "a wrong", columns "b right" / "b wrong"."""
    right_a = aligned.predicted[a] == aligned.labels
    right_b = aligned.predicted[b] == aligned.labels
    counts = [[int((right_a == x) @ (right_b == y).astype(int)) for y in (True, False)] for x in (True, False)]
    return pd.DataFrame(counts, index=["a right", "a wrong"], columns=["b right", "b wrong"])
