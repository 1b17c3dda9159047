"""What a network is trained towards: labels, or the shares of FER+'s votes."""

import numpy as np

from fer_core.data.dataset import Dataset
from fer_core.data.votes import vote_targets
from fer_core.errors import FerError
from fer_core.labels import CLASSES


def training_targets(part: Dataset, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Targets f32 (N, 7), rows that sum to 1, and known bool (N,): the pictures that have one.

    Args:
        part: labelled pictures. kind: "labels" (one-hot), or "votes" (see `fer_core.data.votes.vote_targets`).

    Raises FerError where votes are asked for and the set has none.
    """
    if kind == "labels":
        return np.eye(len(CLASSES), dtype=np.float32)[part.labels.astype(np.int64)], np.ones(len(part), dtype=bool)
    if part.votes is None:
        raise FerError(
            f"The set {part.name!r} has no FER+ votes to train towards; put fer2013new.csv beside it, "
            "or train towards labels."
        )
    return vote_targets(part.votes)
