"""What several commands share."""

import sys
from pathlib import Path

import pandas as pd

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.spreadsheet import csv_text


def open_data(given: str | None) -> Dataset:
    """The data set that --data names: a path, "drawn", or nothing for FER_DATA and data/.

    Raises FerError where nothing is found.
    """
    from fer_core import data

    if given == "drawn":
        from fer_core.data.drawn.copy import kept_drawn

        return kept_drawn()
    if given:
        return data.load(given)
    dataset = data.open_default()
    if dataset is None:
        raise FerError(
            "No data set was found: set FER_DATA to fer2013.csv (or put it into data/), give --data PATH, "
            "or use --data drawn, the drawn faces that need no download."
        )
    return dataset


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Writes a table, with cells that begin like a formula as text. Raises OSError, which `cli.main` says."""
    path.write_text(csv_text(table), encoding="utf-8", newline="")


def say_progress(words: str, last: bool = False) -> None:
    """One line on stderr that the next one replaces, where somebody watches; `last` lets it stand."""
    if sys.stderr.isatty():
        print(f"\r{words}\033[K", end="\n" if last else "", file=sys.stderr, flush=True)
