"""The figures of the report this lab grew from, quoted, to be laid over ours.

The report trained each network once, on the course's packing of FER2013. Its public and private halves hold
3,589 pictures each. The numbers are what it prints; nothing here is measured by us.
"""

from dataclasses import dataclass

import pandas as pd

SOURCE = "quoted from the report"
N_PER_HALF = 3589
"""Pictures in each of the public and the private half."""


@dataclass(frozen=True)
class Quoted:
    """One line of the report's tables; scores in 0 to 1, None where it gives none."""

    name: str
    public: float
    private: float
    val_accuracy: float | None = None
    val_loss: float | None = None

    def score(self, split: str) -> float | None:
        """Accuracy on "validation", "public" or "private"; None elsewhere."""
        return {"validation": self.val_accuracy, "public": self.public, "private": self.private}.get(split)


FINAL = Quoted("final network", public=0.69239, private=0.69044)
"""Section 1: the network it handed in."""

VARIANTS = (
    Quoted("baseline", 0.65617, 0.65338, 0.6322, 1.3009),
    Quoted("augmentation", 0.66118, 0.66174, 0.6632, 0.9030),
    Quoted("featurewise", 0.64809, 0.64641, 0.6437, 1.2757),
    Quoted("samplewise", 0.65004, 0.65840, 0.6559, 1.2500),
    Quoted("samplewise + featurewise", 0.65394, 0.65059, 0.6461, 1.2830),
)
"""Section 2: normalisation and augmentation."""

ALL = (FINAL, *VARIANTS)


def table() -> pd.DataFrame:
    """All quoted figures as a DataFrame: name, val_accuracy, val_loss, public, private, source."""
    columns = ["name", "val_accuracy", "val_loss", "public", "private"]
    frame = pd.DataFrame([{c: getattr(q, c) for c in columns} for q in ALL])
    frame["source"] = SOURCE
    return frame


def curve_lines(metric: str) -> list[tuple[str, float]]:
    """What the report gives for a metric of the curves, as horizontal lines: (name, value).

    It prints no curves, only each variant's validation accuracy and loss at the end.
    """
    values = [(q.name, getattr(q, metric, None)) for q in ALL] if metric in ("val_accuracy", "val_loss") else []
    return [(name, value) for name, value in values if value is not None]
