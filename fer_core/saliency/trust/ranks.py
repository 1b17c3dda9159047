"""Rank correlation of two maps."""

import numpy as np


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rho of two maps of one shape, -1 to 1, ties sharing their mean rank; 0 where one map is constant."""
    from scipy.stats import rankdata

    ranks = [rankdata(np.asarray(m, np.float64).ravel()) for m in (a, b)]
    centred = [r - r.mean() for r in ranks]
    norms = [float(np.sqrt((c**2).sum())) for c in centred]
    if min(norms) == 0:
        return 0.0
    return float(centred[0] @ centred[1] / (norms[0] * norms[1]))
