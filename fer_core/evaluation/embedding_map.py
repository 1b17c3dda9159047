"""A network's features of many pictures laid out on a plane, so that one can see what it holds together."""

from collections.abc import Callable

import numpy as np

from fer_core.errors import FerError
from fer_core.types import Floats

WAYS = {
    "PCA": "the two directions in which the features vary most (Pearson 1901; Hotelling 1933): at once, distances are "
    "true but for what the other directions hold",
    "t-SNE": "neighbours are kept together, distances between groups mean little (van der Maaten and Hinton 2008, by "
    "scikit-learn); takes minutes for thousands of pictures",
}
"""Name -> how it lays the pictures out."""

FEWEST = 10
NEIGHBOURS = 10
_SAMPLE = 1000
_COMPONENTS = 50
_PERPLEXITY = 30.0
_STAGES = ((250, 12.0), (500, 1.0), (500, 1.0))
"""Iterations and early exaggeration of each part of t-SNE: in parts, since scikit-learn says nothing meanwhile."""


def lay_out(vectors: np.ndarray, by: str, progress: Callable[[float], object] = lambda share: None) -> Floats:
    """f32 (N, 2): where each picture lies.

    Args:
        vectors: f32 (N, D), from `fer_core.evaluation.neighbours.embed`, N at least FEWEST. by: a key of WAYS.
        progress: called with the share done, 0 to 1.

    The same vectors give the same map. Raises FerError for an unknown way or too few pictures.
    """
    if by not in WAYS:
        raise FerError(f"A map is laid out by {' or '.join(WAYS)}, not by {by!r}.")
    if len(vectors) < FEWEST:
        raise FerError(f"A map needs at least {FEWEST} pictures; here are {len(vectors)}.")
    from sklearn.decomposition import PCA

    if by == "PCA":
        points = PCA(n_components=2, svd_solver="full", random_state=0).fit_transform(np.asarray(vectors, np.float64))
        return np.asarray(points, np.float32)
    few = min(_COMPONENTS, *vectors.shape)
    reduced = PCA(n_components=few, random_state=0).fit_transform(vectors)
    return _tsne(np.asarray(reduced, np.float32), progress)


def kept_neighbours(vectors: np.ndarray, points: np.ndarray, count: int = NEIGHBOURS) -> float:
    """How true the map is: the share of a picture's `count` nearest in the features that are among its nearest on the
    map, 0 to 1, the mean over at most 1,000 pictures. vectors: f32 (N, D) of unit length. points: f32 (N, 2)."""
    count = min(count, len(vectors) - 1)
    among = np.random.default_rng(0).permutation(len(vectors))[:_SAMPLE]
    near = -(vectors[among] @ vectors.T)
    apart = ((points[among, None] - points[None]) ** 2).sum(axis=2) if len(points) < 2000 else _apart(points, among)
    every = np.arange(len(among))
    near[every, among] = apart[every, among] = np.inf  # nobody is one's own neighbour
    first = np.argpartition(near, count - 1, axis=1)[:, :count]
    second = np.argpartition(apart, count - 1, axis=1)[:, :count]
    return float(np.mean([len(np.intersect1d(a, b)) / count for a, b in zip(first, second, strict=True)]))


def _apart(points: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Squared distances (K, N), by the binomial formula: differences of all pairs would take three times the memory."""
    squares = (points.astype(np.float64) ** 2).sum(axis=1)
    result: np.ndarray = squares[among, None] + squares[None] - 2.0 * points[among].astype(np.float64) @ points.T
    return result


def _tsne(reduced: Floats, progress: Callable[[float], object]) -> Floats:
    from sklearn.manifold import TSNE

    rate = max(len(reduced) / _STAGES[0][1] / 4, 50.0)  # scikit-learn's "auto" for the first part; kept for all
    whole, done = sum(steps for steps, _ in _STAGES), 0
    points: np.ndarray | None = None
    for steps, exaggeration in _STAGES:
        model = TSNE(
            perplexity=min(_PERPLEXITY, (len(reduced) - 1) / 3),
            early_exaggeration=exaggeration,
            learning_rate=rate,
            max_iter=steps,
            init="pca" if points is None else points,
            random_state=0,
        )
        points = np.asarray(model.fit_transform(reduced), np.float32)
        done += steps
        progress(done / whole)
    if points is None:
        raise FerError("t-SNE has no part to run.")
    return points
