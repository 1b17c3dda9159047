"""In which order networks name their expressions: the orders of the sets that they were taught on."""

from fer_core.labels import CLASSES
from fer_core.models.wrapping import canonical_classes

_WRITTEN = {
    "FER2013": CLASSES,
    "alphabet": ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"),
    "RAF-DB": ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral"),
    "AffectNet of seven": ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry"),
    "face-api": ("neutral", "happy", "sad", "angry", "fear", "disgust", "surprise"),
    "FER+ of seven": ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear"),
    "CK+": ("angry", "contempt", "disgust", "fear", "happy", "sad", "surprise"),
    "FER+": ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt"),
    "AffectNet": ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt"),
    "alphabet with contempt": ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise"),
    "FER2013 without disgust": ("angry", "fear", "happy", "sad", "surprise", "neutral"),
    "alphabet without disgust": ("angry", "fear", "happy", "neutral", "sad", "surprise"),
    "alphabet without neutral": ("angry", "disgust", "fear", "happy", "sad", "surprise"),
    "FER2013 without disgust and fear": ("angry", "happy", "sad", "surprise", "neutral"),
}

ORDERS = {name: canonical_classes(words) for name, words in _WRITTEN.items()}
"""Name -> classes, one an output, in our words; contempt has no counterpart among the seven and is left out."""

MATCHED = "as the pictures say"
"""Not a set's order: each output belongs to the class whose pictures it answers most (see `candidates`)."""


def orders_of(outputs: int) -> dict[str, tuple[str, ...]]:
    """Those known of so many outputs; some numbers have none."""
    return {name: classes for name, classes in ORDERS.items() if len(classes) == outputs}
