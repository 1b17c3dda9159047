"""Matched drawn faces that differ in one thing only: how far that alone moves a network's answer.

Drawn faces show what the network reacts to, not how it treats people. Each pair is the same person with the same
expression in the same pose and light, drawn twice; only the factor differs (a counterfactual audit: Denton et al. 2019,
"Image counterfactual sensitivity analysis for detecting unintended bias"). Two runs of one factor see the same pairs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face
from fer_core.data.drawn.person import Identity, Light, Pose, sample_identity
from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.statistics import holm
from fer_core.labels import CLASSES
from fer_core.languages import Sentence

FIRST_SENTENCE = Sentence("Drawn faces show what a network reacts to, not how it treats people.")
NOT_DRAWN = Sentence("sex: the drawings have no such setting; faces vary in jaw, brows and hair without one.")
"""What cannot be audited so, and why."""

PEOPLE = 20
"""Persons by default: with seven expressions 140 pairs a factor."""

_EXCHANGES = 9_999

Whole = tuple[Identity, Pose, Light]


@dataclass(frozen=True)
class Factor:
    """One thing that differs: its name, what it is on either side, and a change for each side."""

    name: str
    low: str
    high: str
    at_low: Callable[[Whole], Whole]
    at_high: Callable[[Whole], Whole]


def _who(**traits: Any) -> Callable[[Whole], Whole]:
    return lambda whole: (replace(whole[0], **traits), whole[1], whole[2])


def _pose(**angles: float) -> Callable[[Whole], Whole]:
    return lambda whole: (whole[0], replace(whole[1], **angles), whole[2])


def _light(**settings: float) -> Callable[[Whole], Whole]:
    return lambda whole: (whole[0], whole[1], replace(whole[2], **settings))


FACTORS = (
    Factor("skin", "light skin", "dark skin", _who(skin=0.9), _who(skin=0.1)),
    Factor("age", "no lines", "lines of age", _who(age=0.0), _who(age=1.0)),
    Factor("glasses", "no glasses", "glasses", _who(glasses=False), _who(glasses=True)),
    Factor("beard", "no beard", "beard", _who(beard=0.0, moustache=0.0), _who(beard=0.8, moustache=0.8)),
    Factor("brows", "thin brows", "thick brows", _who(brow_thickness=0.6), _who(brow_thickness=1.5)),
    Factor("light", "light from the front", "light from the side", _light(azimuth=0.0), _light(azimuth=75.0)),
    Factor("exposure", "well lit", "dark", _light(gain=1.0), _light(gain=0.5)),
    Factor("turn", "facing the camera", "turned by 20 degrees", _pose(yaw=0.0), _pose(yaw=20.0)),
    Factor("tilt", "upright", "tilted by 20 degrees", _pose(roll=0.0), _pose(roll=20.0)),
)
"""What is audited: all of these the drawings can change alone."""


@dataclass(frozen=True)
class Matched:
    """Pairs of one factor: pictures u8 (N, 48, 48) on either side, in the same order, and labels i64 (N,)."""

    factor: Factor
    low: np.ndarray
    high: np.ndarray
    labels: np.ndarray


def factor_of(name: str) -> Factor:
    """The factor of that name. Raises FerError where there is none."""
    for factor in FACTORS:
        if factor.name == name:
            return factor
    names = ", ".join(one.name for one in FACTORS)
    raise FerError(f"There is no factor {name!r}; there are {names}. Not among them: {NOT_DRAWN}")


def matched(factor: Factor, people: int = PEOPLE, seed: int = 0) -> Matched:
    """The pairs: each of `people` persons with each of the seven expressions, drawn on either side of the factor.

    Person i depends on the seed and i alone, and is the same for every factor. Raises FerError for a number of people
    outside 2 to 500.
    """
    if not 2 <= people <= 500:
        raise FerError(f"An audit takes 2 to 500 people, not {people}.")
    sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for number in range(people):
        person = sample_identity(np.random.default_rng((seed, number)))
        for change, pictures in zip((factor.at_low, factor.at_high), sides, strict=True):
            who, pose, light = change((person, Pose(), Light()))
            pictures += [draw_face(EXPRESSIONS[name], who, pose, light) for name in CLASSES]
    labels = np.tile(np.arange(len(CLASSES)), people)
    return Matched(factor, np.stack(sides[0]), np.stack(sides[1]), labels)


def pair(factor: Factor, number: int, seed: int = 0, size: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """One pair of `matched`, u8 (size, size) on either side, without drawing the others.

    number: of the pair: seven for each person, in the order of the classes.
    """
    person = sample_identity(np.random.default_rng((seed, number // len(CLASSES))))
    units = EXPRESSIONS[CLASSES[number % len(CLASSES)]]
    sides = (change((person, Pose(), Light())) for change in (factor.at_low, factor.at_high))
    low, high = (draw_face(units, who, pose, light, size=size) for who, pose, light in sides)
    return low, high


def compare(pairs: Matched, low: np.ndarray, high: np.ndarray, resamples: int = 2000, seed: int = 0) -> dict[str, Any]:
    """What the factor alone does to one network's answers.

    Args:
        pairs: N pairs, seven for each person.
        low, high: probabilities (N, 7) of the pictures on either side.

    Returns: factor, low, high (the sides in words), pairs; most: the number of the pair that moved most, see `pair`;
        moved: the mean over pairs of the total variation distance
        of the two answers, 0 (the same) to 1 (nothing in common), with moved_low and moved_high; changed: the share of
        pairs whose answer changes, with changed_low and changed_high; right_low_side and right_high_side, the
        accuracies; right: their difference, high side less low side, with right_low and right_high; p: of that
        difference, by exchanging the sides of whole persons at random. Intervals are 95%, from the bootstrap over
        people, since a person's seven pictures are alike; that of a share without spread (all pairs or none change)
        is Wilson's.
    """
    moved = np.abs(np.asarray(low, float) - np.asarray(high, float)).sum(axis=1) / 2
    said_low, said_high = np.asarray(low).argmax(axis=1), np.asarray(high).argmax(axis=1)
    changed = (said_low != said_high).astype(float)
    right_low, right_high = said_low == pairs.labels, said_high == pairs.labels
    right = right_high.astype(float) - right_low
    people = len(moved) // len(CLASSES)
    drawn = np.random.default_rng(seed).integers(0, people, (resamples, people))
    record: dict[str, Any] = {
        "factor": pairs.factor.name,
        "low": pairs.factor.low,
        "high": pairs.factor.high,
        "pairs": len(moved),
        "most": int(moved.argmax()),
    }
    for name, values in (("moved", moved), ("changed", changed), ("right", right)):
        means = values.reshape(people, -1).mean(axis=1)[drawn].mean(axis=1)
        ends = np.percentile(means, [2.5, 97.5])
        if name == "changed" and values.min() == values.max():
            ends = np.array(wilson(int(values.sum()), len(values)))
        record |= {name: float(values.mean()), f"{name}_low": float(ends[0]), f"{name}_high": float(ends[1])}
    record["right_low_side"], record["right_high_side"] = float(right_low.mean()), float(right_high.mean())
    record["p"] = _exchanged(right.reshape(people, -1).sum(axis=1), seed)
    return record


def _exchanged(differences: np.ndarray, seed: int) -> float:
    """Two-sided p of a sum of paired differences, one a person, by random signs (Fisher 1935): without an effect it is
    a toss of a coin which side of a person is which."""
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (_EXCHANGES, len(differences)))
    extreme = np.abs(signs @ differences) >= abs(differences.sum()) - 1e-9
    return float((extreme.sum() + 1) / (_EXCHANGES + 1))


def audit(
    ask: Callable[[np.ndarray], np.ndarray],
    factors: Sequence[Factor] = FACTORS,
    people: int = PEOPLE,
    seed: int = 0,
) -> Iterator[tuple[Factor, dict[str, Any]]]:
    """Each factor with what `compare` says, one after the other, so that progress can be shown; see `table`.

    ask: pictures u8 (N, 48, 48) -> probabilities (N, 7).
    """
    for factor in factors:
        pairs = matched(factor, people, seed)
        yield factor, compare(pairs, ask(pairs.low), ask(pairs.high))


def table(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The factors of one audit, those that change most answers first; holm: their p, corrected over all of them."""
    frame = pd.DataFrame(list(records))
    if len(frame):
        frame["holm"] = holm(frame["p"].tolist())
        frame = frame.sort_values(["changed", "moved"], ascending=False, kind="stable").reset_index(drop=True)
    return frame


def sentence(frame: pd.DataFrame) -> str:
    """What an audit found, in one sentence."""
    if not len(frame):
        return Sentence("Nothing was audited.")
    first = frame.iloc[0]
    if first["changed"] == 0:
        return Sentence("None of the factors changes a single answer on these faces.")
    what = {"factor": Sentence(str(first["factor"]).capitalize()), "changed": float(first["changed"])}
    worse = frame[(frame["holm"] < 0.05) & (frame["right"] < 0)]
    if len(worse):
        sides = [
            Sentence("{side} ({points:+.0%})", side=Sentence(row["high"]), points=float(row["right"]))
            for _, row in worse.iterrows()
        ]
        listed = sides[0]
        for side in sides[1:]:
            listed = Sentence("{before}, {one}", before=listed, one=side)
        return Sentence(
            "{factor} alone: {changed:.0%} of the answers change; it is right less often with {sides}.",
            sides=listed,
            **what,
        )
    return Sentence(
        "{factor} alone: {changed:.0%} of the answers change; for none of the factors is it shown to be right less "
        "often on one side.",
        **what,
    )
