"""A game in progress: its ten pictures, what was guessed, and what the others say."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.evaluation.guessing import Turn, drawn_lots
from fer_core.runs import Run
from pages.ui import loaders

_KEY = "guess_games"
_KEPT = 8


@dataclass
class GuessGame:
    """One game of one visitor.

    Attributes:
        dataset: the ten pictures. probabilities: f32 (10, 7), the network's.
        guesses: classes guessed so far. place: the picture in view; below len(guesses) its answers are shown.
    """

    dataset: Dataset
    probabilities: np.ndarray
    guesses: list[int] = field(default_factory=list)
    place: int = 0

    @property
    def over(self) -> bool:
        """Whether every picture was guessed and the last answer was read."""
        return self.place >= len(self.dataset)

    @property
    def answered(self) -> bool:
        """Whether the picture in view was guessed."""
        return self.place < len(self.guesses)

    def guess(self, label: int) -> None:
        """Takes a guess for the picture in view."""
        if not self.over and not self.answered:
            self.guesses.append(label)

    def go_on(self) -> None:
        """To the next picture, or to the end."""
        if self.answered:
            self.place += 1

    def turns(self) -> list[Turn]:
        """What was said of the pictures guessed so far."""
        votes = self.dataset.votes
        network = self.probabilities.argmax(axis=1)
        return [
            Turn(int(self.dataset.labels[i]), guess, int(network[i]), None if votes is None else votes[i])
            for i, guess in enumerate(self.guesses)
        ]


def game_of(there: Dataset, run: Run, seed: int) -> GuessGame:
    """The game of these pictures, this network and this number; kept in the session. Raises FerError."""
    games: dict[tuple, GuessGame] = st.session_state.setdefault(_KEY, {})
    key = (there.fingerprint, str(run.folder), loaders.network_stamp(run), seed)
    if key not in games:
        ten = there.take(drawn_lots(there, seed))
        games[key] = GuessGame(ten, loaders.predictor(run).probabilities(ten.pixels))
        while len(games) > _KEPT:
            games.pop(next(iter(games)))
    return games[key]
