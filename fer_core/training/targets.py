"""What a network is trained towards: labels, or the shares of FER+'s votes; and what people decided instead."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fer_core.data import verdicts
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


def decisions(file: str, dataset: Dataset) -> dict[int, str]:
    """Row -> word of the decisions in a file on which its readers agree; none for "".

    Raises FerError where there is no such file, or it is about another set.
    """
    if not file:
        return {}
    path = Path(file).expanduser()
    if not path.is_file():
        raise FerError(f"There is no file of verdicts {path}; the Data page's Review view writes one.")
    return verdicts.latest(verdicts.read(path, dataset.fingerprint))


def corrected_targets(
    part: Dataset, fitted: np.ndarray, targets: np.ndarray, known: np.ndarray, decided: Mapping[int, str], kind: str
) -> tuple[np.ndarray, np.ndarray]:
    """Targets and known as `training_targets` gives them, after the decisions about the pictures that are fitted.

    Args:
        part: the training split. fitted: positions i64 (K,) in it; the others, which validate, stay as they are.
        targets: f32 (N, 7). known: bool (N,). decided: row -> word. kind: "labels" or "votes": towards votes, only
            what is no face changes.
    """
    if not decided:
        return targets, known
    targets, known = targets.copy(), known.copy()
    labels, kept = verdicts.corrected_labels(part.rows[fitted], part.labels[fitted], decided)
    known[fitted] &= kept
    if kind == "labels":
        targets[fitted] = np.eye(len(CLASSES), dtype=np.float32)[labels.astype(np.int64)]
    return targets, known
