"""How much of a run's accuracy is left when pictures are blurred, noisy, dark, flat, turned or partly covered."""

from fer_core.robustness.disturbances import DISTURBANCES, STRENGTHS, Disturbance, disturb
from fer_core.robustness.measure import Robustness, measure, sample
from fer_core.robustness.store import key_of, read, write

__all__ = [
    "DISTURBANCES",
    "STRENGTHS",
    "Disturbance",
    "Robustness",
    "disturb",
    "key_of",
    "measure",
    "read",
    "sample",
    "write",
]
