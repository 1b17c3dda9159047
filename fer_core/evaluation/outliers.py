"""Pictures unlike all others, found without anybody's votes: candidates for what is no face at all.

The report looked for outliers and found all-zero pictures under several labels and pictures that are no faces.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fer_core.errors import FerError

NEIGHBOURS = 10
_COMPONENTS = 32
_BLOCK = 512


@dataclass(frozen=True)
class Ranking:
    """A way to rank pictures as outliers: how it works, and whether it needs a network's features."""

    what: str
    needs_network: bool


RANKINGS = {
    "far from its neighbours": Ranking(
        f"mean cosine distance to the {NEIGHBOURS} most similar pictures, in the features of a network's last hidden "
        "layer (Ramaswamy et al. 2000, Efficient algorithms for mining outliers, with the mean for the k-th)",
        True,
    ),
    "isolation forest": Ranking(
        "how few random cuts separate the picture from the others, in the features of a network's last hidden layer "
        f"reduced to {_COMPONENTS} components (Liu, Ting and Zhou 2008, Isolation Forest)",
        True,
    ),
    "unlike the usual pixels": Ranking(
        f"what is left of the standardised picture when it is put together from the {_COMPONENTS} usual patterns "
        "(principal components, as in Turk and Pentland 1991, Eigenfaces); needs no network",
        False,
    ),
}
"""Name -> what it is. Each gives one score a picture: the greater, the less like the others."""


def score(
    by: str,
    pixels: np.ndarray,
    features: np.ndarray | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> np.ndarray:
    """f32 (N,): how unlike the others each picture is, comparable within one ranking only.

    Args:
        by: a key of RANKINGS. pixels: u8 (N, 48, 48). features: f32 (N, D) of unit length, from
            `fer_core.evaluation.neighbours.embed`; needed by rankings that need a network.
        progress: called with the share done, 0 to 1.

    Raises FerError for an unknown ranking, missing features, or fewer than three pictures.
    """
    if by not in RANKINGS:
        raise FerError(f"Outliers are ranked by {', '.join(RANKINGS)}, not by {by!r}.")
    if len(pixels) < 3:
        raise FerError(f"Outliers need at least three pictures to compare; here are {len(pixels)}.")
    if not RANKINGS[by].needs_network:
        return _unusual(pixels)
    if features is None or len(features) != len(pixels):
        raise FerError(f"The ranking {by!r} needs the features of a network for each picture.")
    return _far(features, progress) if by == "far from its neighbours" else _isolated(features)


def precision(scores: np.ndarray, wrong: np.ndarray, at: int = 100) -> tuple[float, float]:
    """Share of `wrong`, bool (N,), among the `at` greatest scores, and among all pictures."""
    first = np.argsort(-scores, kind="stable")[:at]
    return float(np.mean(wrong[first])), float(np.mean(wrong))


def without(labels: np.ndarray, predicted: np.ndarray, left_out: np.ndarray) -> tuple[int, int, int, int]:
    """Right and all labelled pictures, and the same without those left out, bool (N,): what outliers cost a run."""
    given = labels >= 0
    right = given & (labels == predicted)
    return int(right.sum()), int(given.sum()), int((right & ~left_out).sum()), int((given & ~left_out).sum())


def _far(features: np.ndarray, progress: Callable[[float], None]) -> np.ndarray:
    count = min(NEIGHBOURS, len(features) - 1)
    found = np.empty(len(features), np.float32)
    for start in range(0, len(features), _BLOCK):  # in blocks: all pairs of FER2013 at once would take 5 GB
        likeness = features[start : start + _BLOCK] @ features.T
        likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = -np.inf
        nearest = -np.partition(-likeness, count - 1, axis=1)[:, :count]
        found[start : start + len(likeness)] = 1 - nearest.mean(axis=1)
        progress(min(1.0, (start + _BLOCK) / len(features)))
    return found


def _isolated(features: np.ndarray) -> np.ndarray:
    from sklearn.decomposition import PCA
    from sklearn.ensemble import IsolationForest

    few = min(_COMPONENTS, *features.shape)
    reduced = PCA(n_components=few, random_state=0).fit_transform(features)
    forest = IsolationForest(n_estimators=200, random_state=0).fit(reduced)
    return np.asarray(-forest.score_samples(reduced), np.float32)


def _unusual(pixels: np.ndarray) -> np.ndarray:
    from sklearn.decomposition import PCA

    from fer_core.models.preprocessing import standardise_samples

    flat = standardise_samples(pixels).reshape(len(pixels), -1)
    flat_ones = ~flat.any(axis=1)  # one gray level: zero after standardising, and nothing is less like a face
    patterns = PCA(n_components=max(1, min(_COMPONENTS, len(flat) // 8)), random_state=0, svd_solver="randomized").fit(
        flat
    )
    left = np.empty(len(flat), np.float32)
    for start in range(0, len(flat), 4096):
        part = flat[start : start + 4096]
        left[start : start + 4096] = np.mean((part - patterns.inverse_transform(patterns.transform(part))) ** 2, axis=1)
    left[flat_ones] = np.inf
    return left
