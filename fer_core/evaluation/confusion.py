"""The confusion matrix: normalisations, orders, cells as sets of pictures, and what a cell says in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.languages import Sentence

NORMALISATIONS = ("true", "predicted", "all", "none")
"""A share is of the true class (rows sum to 1), of the predicted class (columns do), of all pictures, or a count."""

ORDERS = ("given", "support", "clustered")


def normalise(counts: np.ndarray, by: str) -> np.ndarray:
    """Shares f64 (..., C, C) of counts (..., C, C) [true, predicted]; NaN where a class has no picture.

    by: one of NORMALISATIONS; "none" gives the counts as floats. Raises FerError for another word.
    """
    counts = np.asarray(counts, dtype=np.float64)
    if by == "none":
        return counts
    axes: dict[str, tuple[int, ...]] = {"true": (-1,), "predicted": (-2,), "all": (-2, -1)}
    if by not in axes:
        raise FerError(f"A confusion matrix is normalised by {', '.join(NORMALISATIONS)}, not by {by!r}.")
    total = np.sum(counts, axis=axes[by], keepdims=True)
    result: np.ndarray = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    return result


def class_order(counts: np.ndarray, how: str) -> np.ndarray:
    """The classes i64 (C,) in the order in which rows and columns are drawn.

    how: "given"; "support", the most frequent true class first; or "clustered", so that confused classes stand
    together: the order with the least sum of confusion times distance, where the confusion of two classes is
    the mean of their shares taken for one another (the minimum linear arrangement, by trying all C! orders; of
    an order and its mirror image the one that begins with the smaller label). Raises FerError for another word.
    """
    counts = np.asarray(counts)
    if how == "given":
        return np.arange(len(counts))
    if how == "support":
        return np.argsort(-counts.sum(axis=1), kind="stable")
    if how == "clustered":
        return _least_distance(counts)
    raise FerError(f"Classes are ordered by {', '.join(ORDERS)}, not by {how!r}.")


def _least_distance(counts: np.ndarray) -> np.ndarray:
    shares = np.nan_to_num(normalise(counts, "true"))
    together = (shares + shares.T) / 2
    places = np.array(list(permutations(range(len(counts)))))  # places[k, c]: where order k puts class c
    apart = np.abs(places[:, :, None] - places[:, None, :])
    cost = np.einsum("kij,ij->k", apart, together - np.diag(np.diag(together)))
    best = np.argsort(places[np.argmin(np.round(cost, 12))])
    return best if best[0] < best[-1] else best[::-1]


@dataclass(frozen=True)
class Selection:
    """What was clicked: a cell (both given), a row head (true only), a column head (predicted only) or nothing."""

    true: int | None = None
    predicted: int | None = None

    def mask(self, labels: np.ndarray, predicted: np.ndarray) -> np.ndarray:
        """Bool (N,): the pictures that it counts. labels, predicted: int (N,); label -1 is never counted."""
        chosen = np.asarray(labels) >= 0
        if self.true is not None:
            chosen &= labels == self.true
        if self.predicted is not None:
            chosen &= predicted == self.predicted
        return chosen

    def title(self, names: Sequence[str] = CLASSES) -> str:
        """In words: "fear taken for sad", "all fear pictures", "all taken for sad"."""
        if self.true is None:
            if self.predicted is None:
                return Sentence("all pictures")
            return Sentence("all pictures taken for {predicted}", predicted=names[self.predicted])
        if self.predicted is None:
            return Sentence("all pictures labelled {true}", true=names[self.true])
        if self.true == self.predicted:
            return Sentence("{true}, recognised", true=names[self.true])
        return Sentence("{true} taken for {predicted}", true=names[self.true], predicted=names[self.predicted])


TEMPLATES = {
    "true": "{count} of {row} pictures labelled {true} {is} taken for {predicted} ({share}).",
    "predicted": "{count} of {column} pictures taken for {predicted} {is} labelled {true} ({share}).",
    "all": "{count} of all {all} pictures {is} labelled {true} and taken for {predicted} ({share}).",
    "none": "{count} {pictures} labelled {true} {is} taken for {predicted}, of {row} labelled {true}.",
}
"""What a cell says, by normalisation. The matrix on the screen fills the same templates in the browser."""


def sentence(counts: np.ndarray, cell: Selection, by: str, names: Sequence[str] = CLASSES) -> str:
    """What a cell of counts (C, C) of the classes `names` says in words, as TEMPLATES has it."""
    if cell.true is None or cell.predicted is None:
        raise FerError(f"Only a cell has a sentence, not {cell.title()}.")
    count = int(counts[cell.true, cell.predicted])
    share = normalise(counts, by)[cell.true, cell.predicted]
    return TEMPLATES[by].format(
        **{
            "count": f"{count:,}",
            "row": f"{counts[cell.true].sum():,}",
            "column": f"{counts[:, cell.predicted].sum():,}",
            "all": f"{counts.sum():,}",
            "true": names[cell.true],
            "predicted": names[cell.predicted],
            "is": "is" if count == 1 else "are",
            "pictures": "picture" if count == 1 else "pictures",
            "share": "no such pictures" if np.isnan(share) else f"{share:.1%}",
        }
    )


def difference(a: np.ndarray, b: np.ndarray, by: str) -> np.ndarray:
    """Share of A minus share of B, f64 (C, C) in -1 to 1 (counts where by is "none"); NaN where either is."""
    result: np.ndarray = normalise(a, by) - normalise(b, by)
    return result


def over_epochs(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Counts i64 (E, 7, 7) of each epoch, from labels (N,) and the predicted classes u8 (E, N).

    Raises FerError where the two disagree about N.
    """
    labels, classes = np.asarray(labels), np.asarray(classes)
    if classes.ndim != 2 or classes.shape[1] != len(labels):
        raise FerError(
            f"Predicted classes by epoch must have shape (E, {len(labels)}), one column a label, not {classes.shape}."
        )
    given = labels >= 0
    size = len(CLASSES)
    cells = labels[given].astype(np.int64) * size + classes[:, given]
    shifted = cells + size * size * np.arange(len(classes))[:, None]
    return np.bincount(shifted.ravel(), minlength=len(classes) * size * size).reshape(-1, size, size)


def most_confused(counts: np.ndarray, by: str = "true") -> list[tuple[int, int, float]]:
    """(true, predicted, share) of every cell off the diagonal, the largest share first; NaN shares left out."""
    shares = normalise(counts, by)
    cells = [
        (t, p, float(shares[t, p]))
        for t in range(len(shares))
        for p in range(len(shares))
        if t != p and not np.isnan(shares[t, p])
    ]
    return sorted(cells, key=lambda cell: -cell[2])
