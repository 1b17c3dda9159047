"""How is this network to be asked? The ways that are usual are tried on labelled pictures, and their accuracy told.

Each scale of the pixels is one pass over the pictures; each order of the classes is a renaming of what came out.
Besides the orders of known data sets one is read off the pictures: outputs and classes are paired so that most answers
are right (the assignment problem, Kuhn 1955, Naval Research Logistics 2:83). What is proposed is never taken unasked.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.errors import FerError
from fer_core.evaluation.statistics import mcnemar_exact
from fer_core.importing.foreign import Foreign
from fer_core.importing.orders import MATCHED, orders_of
from fer_core.labels import CLASSES
from fer_core.models.wrapping import LEFT_OUT, SCALES, Wrapping
from fer_core.types import Floats, Progress

PER_CLASS = 60
FEWEST = 8
"""Pictures of each class: so many, or, of a slow network, at least so many."""

SECONDS = 60.0
"""So long may the trial take, about; fewer pictures are taken where it would take longer."""

SURE = 0.001
"""A way is proposed where all others are as good only with this probability (McNemar's exact test); small, as the
best of many is looked at."""

LEAST = 0.25
"""Accuracy below which nothing is proposed: the best of all orders of a network that knows nothing comes near it."""


@dataclass(frozen=True)
class Candidate:
    """One way to ask: its scale and order of channels, its classes and where their order comes from.

    accuracy is the share of `right`, bool (N,), over the pictures of the trial.
    """

    scale: str
    colour: str
    order: str
    classes: tuple[str, ...]
    right: np.ndarray

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())


@dataclass(frozen=True)
class Trial:
    """What came of it.

    Attributes:
        candidates: the best first.
        proposal: the one that the pictures clearly speak for, else None.
        settled: (scale, order) that the pictures clearly speak for, each None where they don't.
        said: one sentence about the proposal, or why there is none.
        output: what the network gives, a key of `wrapping.OUTPUTS`, told from the numbers.
        pictures: which pictures were asked about, in words.
        labels: i8 (N,), theirs. answers: by (scale, colour) what the network gave, f32 (N, C).
        seconds: what one picture takes.
    """

    foreign: Foreign
    candidates: tuple[Candidate, ...]
    proposal: Candidate | None
    settled: tuple[str | None, str | None]
    said: str
    output: str
    pictures: str
    labels: np.ndarray
    answers: dict[tuple[str, str], np.ndarray]
    seconds: float

    def table(self, most: int = 6) -> pd.DataFrame:
        """The best ways, a row each: scale, order, classes in words, accuracy."""
        return pd.DataFrame(
            [
                {
                    "accuracy": f"{one.accuracy:.1%}",
                    "pixels": one.scale if self.foreign.form[1] == 1 else f"{one.scale} ({one.colour})",
                    "order of classes": one.order,
                    "classes": ", ".join(one.classes),
                }
                for one in self.candidates[:most]
            ]
        )

    def wrapping(self, scale: str, classes: Sequence[str], output: str | None = None, colour: str = "rgb") -> Wrapping:
        """The way that was chosen. Raises FerError where its classes are not as many as the outputs, or unknown."""
        size, channels, flat = self.foreign.form
        if len(classes) != self.foreign.outputs:
            raise FerError(f"The network has {self.foreign.outputs} outputs, and {len(classes)} classes are named.")
        return Wrapping(size, channels, scale, tuple(classes), output or self.output, colour, flat)

    def accuracy_of(self, wrapping: Wrapping) -> float | None:
        """Over the pictures of the trial; None for a scale that was not tried."""
        answers = self.answers.get((wrapping.scale, wrapping.colour))
        return None if answers is None else float(_right(answers, wrapping.classes, self.labels).mean())


def try_ways(
    foreign: Foreign,
    dataset: Dataset,
    scale: str | None = None,
    classes: Sequence[str] | None = None,
    colour: str | None = None,
    progress: Progress = lambda share: None,
) -> Trial:
    """Asks the network in every usual way about labelled pictures of the set, as many of each class.

    scale, classes, colour: what is known already; only the rest is tried. Raises FerError where the set has no labelled
    pictures, or the network gives no numbers.
    """
    chosen = _balanced(dataset)
    ways = _ways(foreign.form[1], scale, colour)
    first = chosen[: len(CLASSES)]
    wrap = Wrapping(*foreign.form[:2], "0..255", _unnamed(foreign.outputs), "logits", flat=foreign.form[2])
    foreign.ask(wrap.prepare(dataset.pixels[first]))  # the first call compiles
    start = time.perf_counter()
    foreign.ask(wrap.prepare(dataset.pixels[first]))
    each = (time.perf_counter() - start) / len(first)
    fits = int(SECONDS / max(each * len(ways), 1e-9))
    chosen = chosen[: max(FEWEST * len(CLASSES), fits)]
    pixels, labels = dataset.pixels[chosen], dataset.labels[chosen]
    answers: dict[tuple[str, str], np.ndarray] = {}
    for number, (one, order) in enumerate(ways):
        progress(number / len(ways))
        answers[one, order] = ask_all(foreign, replace(wrap, scale=one, colour=order), pixels)
    progress(1.0)
    if not any(np.isfinite(given).all() for given in answers.values()):
        raise FerError("The network gives no numbers (NaN or infinity), whatever it is asked; its weights are broken.")
    candidates = _candidates(answers, labels, tuple(classes) if classes else None, foreign.outputs)
    proposal, settled, said = _proposed(candidates)
    if dataset.layout == "drawn":
        said += " These are drawn faces, which networks taught on photographs read poorly; photographs tell more."
    counts = np.bincount(labels, minlength=len(CLASSES))
    each_class = f"{counts.min()} to {counts.max()}" if counts.min() < counts.max() else f"{counts.max()}"
    words = f"{len(labels)} pictures of {dataset.name}, {each_class} of each class"
    return Trial(foreign, candidates, proposal, settled, said, _kind(answers), words, labels, answers, each)


def ask_all(
    foreign: Foreign, wrapping: Wrapping, pixels: np.ndarray, progress: Progress = lambda share: None
) -> Floats:
    """What the network gives, f32 (N, outputs), to gray u8 (N, 48, 48), prepared as the wrapping says."""
    parts = []
    for start in range(0, len(pixels), foreign.batch):
        progress(start / len(pixels))
        parts.append(foreign.ask(wrapping.prepare(pixels[start : start + foreign.batch])))
    return np.concatenate(parts).astype(np.float32)


def _unnamed(outputs: int) -> tuple[str, ...]:
    """Classes that stand for none yet: only the preparation is asked for."""
    return (*CLASSES[:2], *(LEFT_OUT for _ in range(outputs - 2)))


def _balanced(dataset: Dataset) -> np.ndarray:
    """Positions of labelled pictures, up to PER_CLASS of each class, class after class in turn; of splits that nobody
    trains on, where the set has any."""
    held = dataset.split != SPLITS.index("train")
    labelled = dataset.labels >= 0
    pool = labelled & held if (labelled & held).any() else labelled
    if not pool.any():
        raise FerError(f"The set {dataset.name!r} has no labelled pictures, so nothing tells how the network is asked.")
    rng = np.random.default_rng(0)
    by_class = [rng.permutation(np.flatnonzero(pool & (dataset.labels == c)))[:PER_CLASS] for c in range(len(CLASSES))]
    longest = max(map(len, by_class))
    return np.array([one[place] for place in range(longest) for one in by_class if place < len(one)], np.int64)


def _ways(channels: int, scale: str | None, colour: str | None) -> list[tuple[str, str]]:
    """(scale, order of channels) to try; ImageNet's scales belong to colour, each in its framework's order."""
    usual = {"imagenet": "rgb", "imagenet-mean": "bgr"}
    scales = [scale] if scale else [one for one in SCALES if channels == 3 or one not in usual]
    return [(one, colour or (usual.get(one, "rgb") if channels == 3 else "rgb")) for one in scales]


def _candidates(
    answers: dict[tuple[str, str], np.ndarray],
    labels: np.ndarray,
    classes: tuple[str, ...] | None,
    outputs: int,
) -> tuple[Candidate, ...]:
    found = []
    for (scale, colour), given in answers.items():
        if not np.isfinite(given).all():
            continue
        orders = {"as given": classes} if classes else orders_of(outputs)
        if not classes and (matched := _matched(given, labels)) not in orders.values():
            orders[MATCHED] = matched
        found += [Candidate(scale, colour, name, named, _right(given, named, labels)) for name, named in orders.items()]
    return tuple(sorted(found, key=lambda one: (-one.accuracy, one.order == MATCHED)))


def _matched(given: np.ndarray, labels: np.ndarray) -> tuple[str, ...]:
    """Names of outputs by the pairing with the classes under which most answers are right."""
    from scipy.optimize import linear_sum_assignment

    outputs = given.shape[1]
    counts = np.zeros((outputs, len(CLASSES)))
    np.add.at(counts, (given.argmax(axis=1), labels), 1)
    # Classes with one picture count as much as those with sixty; the mean answer decides where counts are equal.
    shares = counts / np.maximum(np.bincount(labels, minlength=len(CLASSES)), 1)
    spread = (given - given.min()) / max(float(np.ptp(given)), 1e-9)
    means = np.stack([spread[labels == c].mean(axis=0) if (labels == c).any() else spread[0] * 0 for c in range(7)], 1)
    at, to = linear_sum_assignment(shares + 1e-3 * means, maximize=True)
    names = [LEFT_OUT] * outputs
    for output, label in zip(at, to, strict=True):
        names[output] = CLASSES[label]
    return tuple(names)


def _right(given: np.ndarray, classes: Sequence[str], labels: np.ndarray) -> np.ndarray:
    """bool (N,): whether the strongest output that has a counterpart is that of the label."""
    places = [at for at, name in enumerate(classes) if name in CLASSES]
    meant = np.array([CLASSES.index(classes[at]) for at in places])
    right: np.ndarray = meant[given[:, places].argmax(axis=1)] == labels
    return right


def _proposed(
    candidates: tuple[Candidate, ...],
) -> tuple[Candidate | None, tuple[str | None, str | None], str]:
    """The way that beats all others by more than chance. A known order comes before one fitted to the pictures, which
    always gains a few of them, unless that one is better by more than chance too."""
    known = [one for one in candidates if one.order != MATCHED]
    best = candidates[0]
    if known and not _beats(best, known[0]):
        best = known[0]
    if best.accuracy < LEAST:
        return (
            None,
            (None, None),
            (
                f"No way reads these pictures: the best is right about {best.accuracy:.0%}, and guessing about "
                f"{1 / len(CLASSES):.0%}. Try other pictures, or say how the network was trained."
            ),
        )
    rivals = [one for one in known if one is not best and not _beats(best, one)]
    if not rivals:
        said = f"{_named(best)} is clearly the best, right about {best.accuracy:.0%} of the pictures."
        return best, (best.scale, best.order), said
    scale = best.scale if all(one.scale == best.scale for one in rivals) else None
    order = best.order if all(one.order == best.order for one in rivals) else None
    return (
        None,
        (scale, order),
        (
            f"Not told apart by these pictures: {_named(best)} ({best.accuracy:.0%}) and {_named(rivals[0])} "
            f"({rivals[0].accuracy:.0%}). Choose the one that the network was trained with."
        ),
    )


def _named(one: Candidate) -> str:
    order = "classes" if one.order == MATCHED else "the order of"
    return f"Pixels {one.scale} with {order} {one.order}"


def _beats(better: Candidate, other: Candidate) -> bool:
    return better.accuracy > other.accuracy and mcnemar_exact(better.right, other.right).p < SURE


def _kind(answers: dict[tuple[str, str], np.ndarray]) -> str:
    given = np.concatenate([one for one in answers.values() if np.isfinite(one).all()])
    if given.min() < -1e-3 or given.max() > 1 + 1e-3:
        return "logits"
    return "softmax" if np.abs(given.sum(axis=1) - 1).max() < 0.05 else "sigmoid"
