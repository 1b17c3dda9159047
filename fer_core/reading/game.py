"""Show me surprise: a game in which a network is to be entertained, for one player or two side by side.

An expression is asked for; a player's bar fills while the network names it. Who fills it sooner has more points. It
measures no feeling: it measures what a network calls a face that somebody makes.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fer_core.labels import CLASSES
from fer_core.runs import Run

ROUNDS = 6
SECONDS = 8.0
"""How long a round lasts at most."""
PAUSE = 2.0
"""Seconds before each round, in which what is asked for is shown."""
HOLD = 1.0
"""Seconds for which a face must be named with certainty; with half of it, twice as long."""
FULL = 100
"""Points for a bar that is full at once; they fall in a straight line to LAST at the end of the round."""
LAST = 10
_ASKED = 4  # different expressions in a game


def askable(run: Run) -> list[int]:
    """The classes that are asked for: the four that the run finds most often, by its recall on its best known split.

    Without scores, and always without neutral, which everybody shows: happy, surprise, angry and sad.
    """
    for split in ("validation", "private", "test", "public"):
        recall = (run.scores.get(split) or {}).get("recall")
        if recall:
            known = {name: value for name, value in recall.items() if value is not None and name in CLASSES[:-1]}
            best = sorted(known, key=lambda name: -known[name])[:_ASKED]
            if len(best) == _ASKED:
                return [CLASSES.index(name) for name in best]
    return [CLASSES.index(name) for name in ("happy", "surprise", "angry", "sad")]


def order(classes: list[int], seed: int) -> list[int]:
    """ROUNDS classes in a random order, none of them twice in a row."""
    rng = np.random.default_rng(seed)
    asked: list[int] = []
    while len(asked) < ROUNDS:
        asked.append(int(rng.choice([k for k in classes if not asked or k != asked[-1]])))
    return asked


@dataclass
class ExpressionGame:
    """One game.

    Attributes:
        asked: the class of each round.
        players: 1 or 2; of two, the first plays on the left of the picture.
        points: of each player.
        fill: of each player's bar in this round, 0 to 1.
        place: the round, from 0; len(asked) where the game is over.
    """

    asked: list[int]
    players: int = 1
    points: list[int] = field(default_factory=list)
    fill: list[float] = field(default_factory=list)
    place: int = 0
    _start: float | None = None
    _last: float = 0.0

    def __post_init__(self) -> None:
        self.points, self.fill = [0] * self.players, [0.0] * self.players

    @property
    def over(self) -> bool:
        """Whether all rounds were played."""
        return self.place >= len(self.asked)

    def update(self, when: float, faces: list[tuple[float, float, np.ndarray]]) -> None:
        """Takes a frame in.

        Args:
            when: seconds, not falling.
            faces: of each face, the place of its centre across the picture as the players see it (0 left, 1 right),
                its size, and its probabilities (7,).
        """
        if self.over:
            return
        playing = when - (self._begin(when) if self._start is None else self._start)
        if playing > 0:
            step = min(when - self._last, playing, 0.5)  # a pause of the camera fills nobody's bar
            for player in range(self.players):
                self._fill(player, self._face(player, faces), step, playing)
            if playing >= SECONDS or min(self.fill) >= 1:
                self.place += 1
                self._begin(when)
        self._last = when

    def _begin(self, when: float) -> float:
        """A new round, and when it starts."""
        start = self._start = when + PAUSE
        self._last, self.fill = when, [0.0] * self.players
        return start

    def _face(self, player: int, faces: list[tuple[float, float, np.ndarray]]) -> np.ndarray | None:
        """The probabilities of the player's face: the largest one on the player's side."""
        own = [face for face in faces if self.players == 1 or (face[0] >= 0.5) == bool(player)]
        return max(own, key=lambda face: face[1])[2] if own else None

    def _fill(self, player: int, p: np.ndarray | None, step: float, playing: float) -> None:
        wanted = self.asked[self.place]
        if p is None or self.fill[player] >= 1 or int(np.argmax(p)) != wanted:
            return
        self.fill[player] = min(1.0, self.fill[player] + float(p[wanted]) * step / HOLD)
        if self.fill[player] >= 1:
            self.points[player] += round(FULL - (FULL - LAST) * min(1.0, playing / SECONDS))

    def told(self, when: float) -> dict[str, Any]:
        """The state as plain data: asked (a class or None at the end), round and rounds from 1, fill, points, and the
        seconds until the round begins (`wait`) and ends (`left`)."""
        start = when + PAUSE if self._start is None else self._start
        return {
            "asked": None if self.over else self.asked[self.place],
            "round": min(self.place + 1, len(self.asked)),
            "rounds": len(self.asked),
            "fill": [round(value, 3) for value in self.fill],
            "points": self.points,
            "wait": round(max(0.0, start - when), 2),
            "left": round(min(SECONDS, max(0.0, start + SECONDS - when)), 2),
        }
