"""Intervals of proportions and of their differences."""

import numpy as np

from fer_core.errors import FerError


def wilson(correct: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927, JASA 22:209), each end in 0 to 1.

    Unlike accuracy +- 1.96 standard errors it stays inside 0 to 1 and covers well for small n.
    """
    from scipy.special import ndtri

    if n < 1 or not 0 <= correct <= n:
        raise FerError(f"A proportion needs 0 <= correct <= n and n >= 1, not {correct} of {n}.")
    z = ndtri(0.5 + confidence / 2)
    share = correct / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))


def newcombe(correct_a: int, n_a: int, correct_b: int, n_b: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the difference a less b of two independent proportions, each end in -1 to 1.

    Newcombe's hybrid of two Wilson intervals (Newcombe 1998, Statistics in Medicine 17:873, method 10). For networks
    judged on the same pictures it is too wide: `paired_bootstrap` uses that they are the same.
    """
    a, b = correct_a / n_a if n_a else 0.0, correct_b / n_b if n_b else 0.0
    (low_a, high_a), (low_b, high_b) = wilson(correct_a, n_a, confidence), wilson(correct_b, n_b, confidence)
    below, above = np.hypot(a - low_a, high_b - b), np.hypot(high_a - a, b - low_b)
    return float(a - b - below), float(a - b + above)
