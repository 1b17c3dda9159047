"""FER+: ten people's votes for each picture (Barsoum et al. 2016, Training deep networks for facial expression
recognition with crowd-sourced label distribution)."""

import numpy as np

from fer_core.labels import CLASSES
from fer_core.types import Bytes, Flags

VOTE_NAMES = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "not a face",
)
"""The columns of the votes."""

COLUMN_OF = np.array([4, 5, 6, 1, 3, 2, 0])
"""The column of each of FER2013's labels; contempt, unknown and not a face have none."""


def vote_targets(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What FER+'s voters say in FER2013's seven classes.

    Args:
        votes: u8 (N, 10), columns as VOTE_NAMES.

    Returns: shares f32 (N, 7) of the votes for the seven classes, rows that sum to 1 (0 where nobody voted for one of
    them), and known bool (N,): where one of the seven has the most votes, or shares the first place.
    """
    seven = votes[:, COLUMN_OF].astype(np.float32)
    totals = seven.sum(axis=1, keepdims=True)
    top = votes.max(axis=1)
    return seven / np.maximum(totals, 1), (seven.max(axis=1) == top) & (top > 0)


def not_a_face(votes: Bytes) -> Flags:
    """Bool (N,): where no other column of votes u8 (N, 10) has more votes than "not a face"; never without a vote."""
    top = votes.max(axis=1, initial=0)
    no_face: Flags = (votes[:, VOTE_NAMES.index("not a face")] == top) & (top > 0)
    return no_face


def agrees(votes: Bytes, labels: np.ndarray) -> Flags:
    """Bool (N,): where no other column of votes u8 (N, 10) has more votes than that of the label, i8 (N,), 0 to 6.

    A shared first place counts as agreement; an unlabelled picture never agrees.
    """
    top = votes.max(axis=1)
    own = votes[np.arange(len(votes)), COLUMN_OF[labels]]
    same: Flags = (labels >= 0) & (own == top) & (top > 0)
    return same


def agreement(votes: np.ndarray, labels: np.ndarray) -> dict[str, tuple[int, int]]:
    """By class and for "all": how many pictures of that label FER+'s voters confirm, of how many."""
    same = agrees(votes, labels)
    table = {name: (int(same[labels == i].sum()), int(np.sum(labels == i))) for i, name in enumerate(CLASSES)}
    return {**table, "all": (int(same.sum()), int(np.sum(labels >= 0)))}
