"""The tables of the comparison page: words as headings, numbers in their own form, all of them as csv beside."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from fer_core.spreadsheet import csv_text

SPLITS = ("validation", "public", "private", "test")
_BLOCK = 4  # runs beside each other in the table of settings: more don't fit on the page
_ABSENT = "–"


@dataclass(frozen=True)
class Column:
    """A column of the page: heading, column of the frame, and form: "text", "count", "percent" (of a share), "points"
    (a difference of shares), "share", "p" or "number"."""

    head: str
    key: str
    form: str = "text"

    @property
    def number(self) -> bool:
        """Whether its cells stand to the right."""
        return self.form != "text"

    def cell(self, value: object) -> str:
        """A value as it stands on the page."""
        if value is None or value != value or value == "":
            return _ABSENT
        if not self.number:
            return str(value)
        number = float(value)  # type: ignore[arg-type]
        return {
            "count": f"{number:,.0f}",
            "percent": f"{100 * number:.2f}%",
            "points": f"{100 * number:+.2f}",
            "share": f"{number:.4f}",
            "p": "below 0.0001" if number < 0.0001 else f"{number:.4f}",
            "number": f"{number:.4g}",
        }[self.form]


@dataclass(frozen=True)
class ComparisonTable:
    """A table of the page, and the whole of it as csv."""

    file: str
    columns: list[Column]
    rows: list[list[str]] = field(default_factory=list)
    link: str = ""


def table(frame: pd.DataFrame, file: str, columns: Iterable[Column]) -> ComparisonTable | None:
    """The columns that the frame has and that hold anything; None for a frame without rows. The csv has all of them."""
    if not len(frame):
        return None
    kept = [c for c in columns if c.key in frame and frame[c.key].replace("", None).notna().any()]
    rows = [[c.cell(value) for c, value in zip(kept, row, strict=True)] for row in _rows(frame, [c.key for c in kept])]
    data = base64.b64encode(csv_text(frame).encode("utf-8")).decode("ascii")
    return ComparisonTable(file, kept, rows, f"data:text/csv;charset=utf-8;base64,{data}")


def _rows(frame: pd.DataFrame, keys: Sequence[str]) -> list[tuple[object, ...]]:
    return list(zip(*(frame[key].tolist() for key in keys), strict=True)) if keys else []


def runs(frame: pd.DataFrame) -> ComparisonTable | None:
    """What each run is and reached; settings, notes and tags are in the csv."""
    of = [Column("Run", "run"), Column("Network", "model"), Column("Data set", "data set")]
    of += [Column("Parameters", "parameters", "count"), Column("Epochs", "epochs", "count")]
    of += [Column("Best epoch", "best epoch", "count")]
    of += [Column(f"Accuracy, {split}", f"{split} accuracy", "percent") for split in SPLITS]
    of += [Column("Loss, validation", "val_loss", "share"), Column("Overfit gap, points", "overfit gap", "points")]
    return table(frame, "runs", of)


def settings(frame: pd.DataFrame) -> list[ComparisonTable]:
    """Settings by run, a few runs beside each other; frame: as from `comparison.tables.difference_table`, reset."""
    names = [name for name in frame.columns if name != "setting"]
    blocks = [names[i : i + _BLOCK] for i in range(0, len(names), _BLOCK)]
    found = [
        table(frame, "settings", [Column("Setting", "setting"), *(Column(name, name) for name in block)])
        for block in blocks
    ]
    return [one for one in found if one is not None]


def alone(frame: pd.DataFrame) -> ComparisonTable | None:
    """Each accuracy by itself; frame: as from `statistics.accuracies`."""
    of = [Column("Run", "run"), Column("Pictures", "n", "count"), Column("Right", "correct", "count")]
    of += [Column("Accuracy", "accuracy", "percent"), Column("95% from", "low", "percent")]
    return table(
        frame, "accuracies", [*of, Column("95% to", "high", "percent"), Column("Macro F1", "macro_f1", "share")]
    )


def pairs(frame: pd.DataFrame, metric: str, words: str) -> ComparisonTable | None:
    """The pairs by one metric; frame: as `paired.Pairs.table`, words: the metric's name."""
    of = [Column("Run A", "a"), Column("Run B", "b"), Column("Pictures", "n", "count")]
    if metric == "accuracy":
        of += [Column("Only A right", "only_a", "count"), Column("Only B right", "only_b", "count")]
    of += [Column(f"{words}, A less B, points", metric, "points"), Column("95% from", f"{metric}_low", "points")]
    of += [Column("95% to", f"{metric}_high", "points"), Column("p", f"p_{metric}", "p")]
    return table(frame, f"pairs-{metric}", [*of, Column("p, Holm", f"holm_{metric}", "p")])


def seeds(frame: pd.DataFrame) -> ComparisonTable | None:
    """Recipes across seeds; frame: as from `seeds.compare_seeds`."""
    of = [Column("Recipe A", "a"), Column("Recipe B", "b")]
    for one in "ab":
        of += [
            Column(f"{one.upper()}, mean", f"mean_{one}", "percent"),
            Column(f"{one.upper()}, seeds", f"seeds_{one}", "count"),
        ]
    of += [Column("A less B, points", "difference", "points"), Column("95% from", "low", "points")]
    of += [Column("95% to", "high", "points"), Column("Test", "test"), Column("p, Holm", "p_holm", "p")]
    return table(frame, "seeds", of)


def beside(frame: pd.DataFrame) -> ComparisonTable | None:
    """The report's lines beside ours; frame: as from `beside_report.summary`."""
    of = [Column("Variant", "variant"), Column("Report (quoted)", "quoted", "percent")]
    of += [Column("Ours, mean", "mean", "percent"), Column("Ours, sd, points", "sd", "points")]
    of += [Column("Runs", "seeds", "count"), Column("Difference, points", "difference", "points")]
    of += [Column("95% from", "low", "points"), Column("95% to", "high", "points")]
    of += [Column("Report's step, points", "quoted_step", "points"), Column("Our step, points", "step", "points")]
    return table(frame, "beside-the-report", of)


def calibration(frame: pd.DataFrame) -> ComparisonTable | None:
    """Calibration before and after temperature scaling."""
    of = [Column("Run", "run"), Column("Calibration error (ECE)", "ECE", "share")]
    of += [Column("Temperature", "temperature", "number"), Column("ECE, scaled", "ECE, scaled", "share")]
    return table(frame, "calibration", of)


def quoted(frame: pd.DataFrame) -> ComparisonTable | None:
    """The report's own figures."""
    heads: Mapping[str, tuple[str, str]] = {
        "name": ("Network", "text"),
        "val_accuracy": ("Accuracy, validation", "share"),
        "val_loss": ("Loss, validation", "share"),
        "public": ("Accuracy, public", "share"),
        "private": ("Accuracy, private", "share"),
    }
    of = [Column(head, key, form) for key, (head, form) in heads.items()]
    return table(frame, "report-figures", of)
