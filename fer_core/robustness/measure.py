"""A run's answers on disturbed pictures, disturbance by disturbance, with intervals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.robustness.disturbances import DISTURBANCES, STRENGTHS, disturb

Ask = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Robustness:
    """What a run made of a set's pictures as they are and disturbed; may be unfinished.

    Attributes:
        run, data, split: whose answers on what.
        rows: i64 (N,), row numbers; labels: i64 (N,), 0 to 6.
        points: f32 (N, 5, 2), face points that the covers went by; NaN where none were found.
        clean: f32 (N, 7), probabilities of the undisturbed pictures.
        disturbed: f32 (7, 5, N, 7), by disturbance and strength; filled as far as `done`.
        done: cells measured, in the order of `cells()`.
    """

    run: str
    data: str
    split: str
    rows: np.ndarray
    labels: np.ndarray
    points: np.ndarray
    clean: np.ndarray
    disturbed: np.ndarray
    done: int

    @property
    def progress(self) -> float:
        """Share of the cells that are measured, 0 to 1."""
        return self.done / len(cells())

    @property
    def finished(self) -> bool:
        return self.done == len(cells())

    def right(self, name: str | None = None, level: int = 0) -> np.ndarray:
        """Which pictures were read as labelled, bool (N,): as they are, or disturbed."""
        return np.asarray(self.answers(name, level).argmax(axis=1) == self.labels)

    def answers(self, name: str | None = None, level: int = 0) -> np.ndarray:
        """Probabilities f32 (N, 7) as the pictures are, or under a disturbance."""
        return self.clean if name is None else self.disturbed[list(DISTURBANCES).index(name), level]

    def table(self) -> pd.DataFrame:
        """A row a measured cell: disturbance, level, strength, accuracy with Wilson's 95% interval (low, high), change
        from the undisturbed pictures with its paired 95% interval (change_low, change_high), lost and gained (pictures
        that turned wrong and right), n."""
        clean = self.right()
        records = []
        for name, level in cells()[: self.done]:
            now = self.right(name, level)
            low, high = wilson(int(now.sum()), len(now))
            change, change_low, change_high = paired_interval(clean, now)
            records.append(
                {
                    "disturbance": name, "level": level, "strength": DISTURBANCES[name].said(level),
                    "accuracy": float(now.mean()), "low": low, "high": high,
                    "change": change, "change_low": change_low, "change_high": change_high,
                    "lost": int((clean & ~now).sum()), "gained": int((~clean & now).sum()), "n": len(now),
                }
            )  # fmt: skip
        return pd.DataFrame.from_records(records, columns=_COLUMNS)

    def beside(self, other: "Robustness") -> pd.DataFrame:
        """This run's accuracy less another's in each cell that both have, with its paired 95% interval: disturbance,
        level, difference, low, high. Raises FerError where they were measured on different pictures."""
        if not np.array_equal(self.rows, other.rows) or not np.array_equal(self.labels, other.labels):
            raise FerError(f"{self.run} and {other.run} were measured on different pictures.")
        records = []
        for name, level in cells()[: min(self.done, other.done)]:
            found = paired_interval(other.right(name, level), self.right(name, level))
            records.append((name, level, *found))
        return pd.DataFrame.from_records(records, columns=["disturbance", "level", "difference", "low", "high"])

    def worst(self, name: str, level: int) -> np.ndarray:
        """Positions i64 (K,) of the pictures that were right as they are and are wrong now, surest mistake first."""
        turned = np.flatnonzero(self.right() & ~self.right(name, level))
        now = self.answers(name, level)[turned]
        lead = now.max(axis=1) - now[np.arange(len(turned)), self.labels[turned]]
        return turned[np.argsort(-lead, kind="stable")]


_COLUMNS = [
    "disturbance", "level", "strength", "accuracy", "low", "high", "change", "change_low", "change_high", "lost",
    "gained", "n",
]  # fmt: skip


def cells() -> list[tuple[str, int]]:
    """(disturbance, level) in the order in which they are measured: all weak ones first, so that curves grow."""
    return [(name, level) for level in range(STRENGTHS) for name in DISTURBANCES]


def sample(dataset: Dataset, count: int) -> Dataset:
    """At most `count` labelled pictures, spread evenly over the set; the same ones each time."""
    labelled = np.flatnonzero(dataset.labels >= 0)
    if not len(labelled):
        raise FerError(f"The set {dataset.name!r} has no labelled picture here, so nothing can be right or wrong.")
    places = np.unique(np.linspace(0, len(labelled) - 1, min(count, len(labelled))).round().astype(int))
    return dataset.take(labelled[places])


def measure(run: str, ask: Ask, dataset: Dataset, split: str, find_points: bool = True) -> Iterator[Robustness]:
    """Measures cell by cell; gives what is known after the clean pictures and after each cell.

    Args:
        run: the run's name. ask: u8 (N, 48, 48) -> probabilities f32 (N, 7).
        dataset: the pictures of one split; those without a label are left out. split: its name.
        find_points: look for the face's points in each picture, for the covers (some milliseconds each); where none
            are found, and with False, parts are taken at their average places.

    Raises FerError where no picture has a label.
    """
    part = sample(dataset, len(dataset))
    points = np.full((len(part), 5, 2), np.nan, np.float32)
    if find_points:
        from fer_core.saliency.regions import find_points as look

        for i, picture in enumerate(part.pixels):
            found = look(picture)
            if found is not None:
                points[i] = found
    shape = (len(DISTURBANCES), STRENGTHS, len(part), 7)
    now = Robustness(
        run, part.name, split, part.rows.copy(), part.labels.astype(np.int64), points,
        np.asarray(ask(part.pixels), np.float32), np.zeros(shape, np.float32), 0,
    )  # fmt: skip
    yield now
    names = list(DISTURBANCES)
    for done, (name, level) in enumerate(cells(), 1):
        seen = disturb(part.pixels, name, level, part.rows, points)
        now.disturbed[names.index(name), level] = ask(seen)
        now = replace(now, done=done)
        yield now


def paired_interval(before: np.ndarray, after: np.ndarray, confidence: float = 0.95) -> tuple[float, float, float]:
    """(change, low, high) of the share that is right, on the same pictures: bool (N,) each; each in -1 to 1.

    Wald's interval after half a picture is added to each of the four cells (A. Agresti and Y. Min, "Simple improved
    confidence intervals for comparing matched proportions", Statistics in Medicine 24:729, 2005).
    """
    from scipy.special import ndtri

    gained, lost, n = int((~before & after).sum()), int((before & ~after).sum()), len(before)
    if n == 0:
        raise FerError("A change needs at least one picture.")
    b, c, whole = gained + 0.5, lost + 0.5, n + 2
    middle = (b - c) / whole
    half = float(ndtri(0.5 + confidence / 2)) * np.sqrt(b + c - (b - c) ** 2 / whole) / whole
    return (gained - lost) / n, float(max(-1.0, middle - half)), float(min(1.0, middle + half))
