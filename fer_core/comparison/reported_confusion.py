"""What the report says of its confusion matrix, quoted, each statement beside the matrix that was measured here."""

from dataclasses import dataclass

import numpy as np

from fer_core.comparison.reference import SOURCE
from fer_core.evaluation.confusion import most_confused, normalise
from fer_core.labels import CLASSES

SMALLEST_DIAGONAL = 0.65
BEST, WORST = "happy", "fear"
MOST_CONFUSED = (("sad", "neutral"), ("disgust", "angry"), ("fear", "sad"))


@dataclass(frozen=True)
class Statement:
    """One statement of the report, what this matrix shows, and whether the statement holds of it too."""

    quoted: str
    measured: str
    holds: bool
    source: str = SOURCE


def statements(counts: np.ndarray) -> list[Statement]:
    """The report's statements held against counts i64 (7, 7); those about classes without a picture are left out."""
    recall = np.diag(normalise(counts, "true"))
    there = np.flatnonzero(~np.isnan(recall))
    if there.size == 0:
        return []
    low, high = int(there[np.argmin(recall[there])]), int(there[np.argmax(recall[there])])
    found = [
        Statement(
            f"The diagonal is {SMALLEST_DIAGONAL} or more.",
            f"The smallest is {recall[low]:.3f} ({CLASSES[low]}).",
            bool(recall[low] >= SMALLEST_DIAGONAL),
        ),
        Statement(
            f"{BEST.capitalize()} is recognised best.",
            f"Best: {CLASSES[high]} ({recall[high]:.3f}).",
            CLASSES[high] == BEST,
        ),
        Statement(
            f"{WORST.capitalize()} is recognised worst.",
            f"Worst: {CLASSES[low]} ({recall[low]:.3f}).",
            CLASSES[low] == WORST,
        ),
    ]
    ranked = most_confused(counts)
    places = {(CLASSES[t], CLASSES[p]): (k, share) for k, (t, p, share) in enumerate(ranked, 1)}
    for true, predicted in MOST_CONFUSED:
        if (true, predicted) in places:
            place, share = places[true, predicted]
            found.append(
                Statement(
                    f"Among the most confused: {true} taken for {predicted}.",
                    f"{share:.1%} of {true}: place {place} of {len(ranked)} confusions.",
                    place <= len(MOST_CONFUSED),
                )
            )
    return found
