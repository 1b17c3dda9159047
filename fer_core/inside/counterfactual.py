"""The smallest change of a drawn face's action units after which a network calls it something else.

After S. Wachter, B. Mittelstadt and C. Russell, "Counterfactual explanations without opening the black box", 2017: the
change is small in the sum of the units' absolute changes, and there for the network to be asked about.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from fer_core.data.drawn.dataset import ACTION_UNITS

STEP, FINE = 0.1, 0.05
MOST_UNITS = 3

Draw = Callable[[Mapping[int, float]], np.ndarray]
Ask = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Change:
    """A change of units that flips the answer.

    Attributes:
        units: of the changed face. changed: unit -> (before, after).
        before, after: probabilities f32 (C,). face: u8, the changed face, which `after` is about.
        alone: whether one unit is enough; then no smaller change of any one unit, in steps of 0.1, flips it.
    """

    units: dict[int, float]
    changed: dict[int, tuple[float, float]]
    before: np.ndarray
    after: np.ndarray
    face: np.ndarray
    alone: bool

    @property
    def size(self) -> float:
        """Sum of the absolute changes."""
        return sum(abs(after - before) for before, after in self.changed.values())


@dataclass(frozen=True, eq=False)
class Search:
    """How far a search is: share done 0 to 1, faces drawn and asked about, and what was found at its end."""

    share: float
    asked: int
    found: Change | None = None


def search(draw: Draw, units: Mapping[int, float], ask: Ask, towards: int | None = None) -> Iterator[Search]:
    """Looks for the change: each unit alone at every tenth; where none is enough, the best is kept and another sought
    beside it, at most three; then each is taken back as far as the answer stays flipped, in steps of 0.05.

    Args:
        draw: units -> u8 (h, w). units: unit -> 0 to 1. ask: u8 (N, h, w) -> probabilities (N, C).
        towards: the class that it shall be called; None for any other than now.
    """
    start = {unit: float(value) for unit, value in units.items()}
    before = np.asarray(ask(draw(start)[None]))[0]
    own, asked, now = int(before.argmax()), 1, dict(start)
    if towards == own:
        yield Search(1.0, asked)
        return
    for number in range(MOST_UNITS):
        best: tuple[float, dict[int, float]] | None = None
        enough: list[tuple[float, float, dict[int, float]]] = []
        free = [unit for unit in ACTION_UNITS if number == 0 or now.get(unit, 0.0) == start.get(unit, 0.0)]
        for done, unit in enumerate(free):
            tried = [{**now, unit: value} for value in _values(now.get(unit, 0.0))]
            answers = np.asarray(ask(np.stack([draw(one) for one in tried])))
            asked += len(tried)
            for one, p in zip(tried, answers, strict=True):
                lead = _lead(p, own, towards)
                if _flipped(p, own, towards):
                    enough.append((_size(start, one), -lead, one))
                if best is None or lead > best[0]:
                    best = lead, one
            yield Search((number + (done + 1) / len(free)) / (MOST_UNITS + 1), asked)
        if enough:
            now = min(enough, key=lambda one: one[:2])[2]
            now, more = _taken_back(draw, ask, start, now, own, towards)
            yield Search(1.0, asked + more, _change(draw, ask, start, now, before))
            return
        assert best is not None
        now = best[1]
    yield Search(1.0, asked)


def _values(now: float) -> list[float]:
    return [round(STEP * k, 2) for k in range(round(1 / STEP) + 1) if abs(STEP * k - now) > 1e-9]


def _flipped(p: np.ndarray, own: int, towards: int | None) -> bool:
    said = int(p.argmax())
    return said != own if towards is None else said == towards


def _lead(p: np.ndarray, own: int, towards: int | None) -> float:
    """How far ahead of the others what is wanted is; above 0 it flips."""
    wanted = np.array([k != own if towards is None else k == towards for k in range(len(p))])
    return float(p[wanted].max() - p[~wanted].max())


def _size(start: Mapping[int, float], units: Mapping[int, float]) -> float:
    return round(sum(abs(value - start.get(unit, 0.0)) for unit, value in units.items()), 4)


def _taken_back(
    draw: Draw, ask: Ask, start: Mapping[int, float], units: dict[int, float], own: int, towards: int | None
) -> tuple[dict[int, float], int]:
    """The units as near to the start as they can go one by one, and how many faces that took."""
    now, asked = dict(units), 0
    for unit in sorted(units, key=lambda one: abs(units[one] - start.get(one, 0.0))):
        home = start.get(unit, 0.0)
        while abs(now[unit] - home) > 1e-9:
            step = min(FINE, abs(now[unit] - home))
            tried = {**now, unit: round(now[unit] + np.sign(home - now[unit]) * step, 4)}
            asked += 1
            if not _flipped(np.asarray(ask(draw(tried)[None]))[0], own, towards):
                break
            now = tried
    return now, asked


def _change(draw: Draw, ask: Ask, start: Mapping[int, float], units: dict[int, float], before: np.ndarray) -> Change:
    changed = {
        unit: (start.get(unit, 0.0), value) for unit, value in units.items() if value != start.get(unit, 0.0)
    }  # fmt: skip
    face = draw(units)
    after = np.asarray(ask(face[None]))[0]
    return Change(units, changed, before, after, face, len(changed) == 1)
