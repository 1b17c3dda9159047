"""Pictures that are almost the same: another crop's edge, another compression, a little darker."""

import numpy as np

CORRELATION = 0.97
"""Two pictures with at least this correlation of their pixels count as near copies."""
_BANDS = 6
_MOST_IN_A_BAND = 400


def difference_hash(pixels: np.ndarray) -> np.ndarray:
    """bool (N, 72): whether brightness falls from one cell to the next along a row, on a grid of 9 x 9 means, 9 x 8 of
    them (the "dHash" of Krawetz 2013). Light and contrast do not change it.

    pixels: u8 (N, H, W), sides of at least 9.
    """
    rows = np.linspace(0, pixels.shape[1], 10).astype(int)[:-1]
    columns = np.linspace(0, pixels.shape[2], 10).astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(pixels.astype(np.int32), rows, axis=1), columns, axis=2)
    sizes = np.outer(np.diff([*rows, pixels.shape[1]]), np.diff([*columns, pixels.shape[2]]))
    means = sums / sizes
    return np.asarray(means[:, :, :-1] > means[:, :, 1:]).reshape(len(pixels), -1)


def near_copies(pixels: np.ndarray, least: float = CORRELATION) -> list[np.ndarray]:
    """Positions i64 (K,) of each group of pictures that are near copies, or copies, of one another; largest first.

    Candidates share one of six bands of their difference hash; what decides is the correlation of their pixels, at
    least `least`. Near copies of near copies stand in one group. Pictures of one gray level are left out.

    pixels: u8 (N, 48, 48).
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    flat = pixels.reshape(len(pixels), -1)
    varied = flat.max(axis=1) > flat.min(axis=1)
    pairs = _candidates(difference_hash(pixels), varied)
    same = np.array([_correlation(flat[a], flat[b]) >= least for a, b in pairs], bool)
    first, second = pairs[same].T if len(pairs) else (np.empty(0, int), np.empty(0, int))
    graph = coo_matrix((np.ones(len(first)), (first, second)), shape=(len(pixels), len(pixels)))
    groups = connected_components(graph, directed=False)[1]
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return sorted((part for part in parts if len(part) > 1), key=lambda part: (-len(part), part[0]))


def _candidates(hashes: np.ndarray, varied: np.ndarray) -> np.ndarray:
    """Pairs i64 (M, 2) of positions that share a band; bands that most pictures share say nothing."""
    found: set[tuple[int, int]] = set()
    places = np.flatnonzero(varied)
    for band in np.array_split(hashes, _BANDS, axis=1):
        packed = np.ascontiguousarray(np.packbits(band[places], axis=1))
        keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
        order = np.argsort(keys, kind="stable")
        for run in np.split(places[order], np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1):
            if 1 < len(run) <= _MOST_IN_A_BAND:
                found |= _close(run, hashes)
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def _close(run: np.ndarray, hashes: np.ndarray) -> set[tuple[int, int]]:
    """Pairs among positions whose hashes differ in at most 8 of 72 bits."""
    own = hashes[run].astype(np.float32)
    apart = own.sum(axis=1)[:, None] + own.sum(axis=1)[None] - 2 * own @ own.T
    first, second = np.nonzero(np.triu(apart <= 8, 1))
    return {(int(min(run[a], run[b])), int(max(run[a], run[b]))) for a, b in zip(first, second, strict=True)}


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.astype(np.float64), b.astype(np.float64))[0, 1])
