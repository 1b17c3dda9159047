"""Guess the label: who agrees with whom on a few pictures, the visitor, the network, the label and ten people.

It shows the ceiling of a data set: where ten people (FER+, Barsoum et al. 2016) often leave the label, no network can
be expected to find it, and neither can the visitor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.votes import agrees
from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.labels import CLASSES

COUNT = 10
"""Pictures in a game."""
PEOPLE, NETWORK, VISITOR, LABEL = "people", "the network", "you", "the label"
PAIRS = ((PEOPLE, LABEL), (NETWORK, LABEL), (VISITOR, LABEL), (VISITOR, PEOPLE), (NETWORK, PEOPLE), (VISITOR, NETWORK))
"""Who is compared with whom, in the order of the table."""


@dataclass(frozen=True)
class Turn:
    """One picture: its label, the visitor's guess and the network's answer, classes 0 to 6; votes u8 (10,) or None."""

    label: int
    guess: int
    network: int
    votes: np.ndarray | None = None


@dataclass(frozen=True)
class Agreement:
    """How often two of them said the same: same of `of` pictures, with Wilson's 95% interval."""

    first: str
    second: str
    same: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Of the share, each end in 0 to 1."""
        return wilson(self.same, self.of)


def split_to_guess(dataset: Dataset) -> str:
    """The split whose pictures no network here was fitted on: private, else test, public, train."""
    return next(name for name in ("private", "test", "public", "train") if dataset.has(name))


def drawn_lots(dataset: Dataset, seed: int, count: int = COUNT) -> np.ndarray:
    """Positions i64 (count,) of the pictures of a game, without repetition: the same ones for the same seed.

    Each class is as likely as any other, or half of FER2013's pictures would be happy or neutral ones; pictures of one
    grey level are left out. Raises FerError where too few pictures have a label.
    """
    there = (dataset.split == SPLITS.index(split_to_guess(dataset))) & (dataset.labels >= 0)
    there &= np.ptp(dataset.pixels.reshape(len(dataset), -1), axis=1) > 0
    if there.sum() < count:
        raise FerError(f"{dataset.name} has {there.sum()} pictures with a label to guess; a game needs {count}.")
    rng = np.random.default_rng(seed)
    piles = {k: list(rng.permutation(np.flatnonzero(there & (dataset.labels == k)))) for k in range(len(CLASSES))}
    chosen: list[int] = []
    while len(chosen) < count:
        full = [k for k, pile in piles.items() if pile]
        chosen.append(int(piles[int(rng.choice(full))].pop()))
    return np.array(chosen, dtype=np.int64)


def agreements(turns: Sequence[Turn]) -> list[Agreement]:
    """Who agreed with whom, in the order of PAIRS; pairs with people count the pictures that have votes, and are left
    out where none has."""
    found = []
    for first, second in PAIRS:
        some = [turn for turn in turns if PEOPLE not in (first, second) or turn.votes is not None]
        if some:
            same = sum(_same(turn, first, second) for turn in some)
            found.append(Agreement(first, second, same, len(some)))
    return found


def _same(turn: Turn, first: str, second: str) -> bool:
    said = {LABEL: turn.label, VISITOR: turn.guess, NETWORK: turn.network}
    if PEOPLE not in (first, second):
        return said[first] == said[second]
    other = said[second if first == PEOPLE else first]
    return turn.votes is not None and people_say(turn.votes, other)


def people_say(votes: np.ndarray, label: int) -> bool:
    """Whether no other column of a picture's votes u8 (10,) has more votes than the class's; a tie counts."""
    return bool(agrees(votes[None], np.array([label]))[0])
