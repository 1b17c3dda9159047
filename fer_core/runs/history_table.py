"""A history from a table: a CSVLogger file, any other table with a row an epoch, or `history.history` as json.

How the text is written is found by `fer_core.table_text`; whatever is unusual is taken where one reading is clear, and
said: `frame.attrs["taken"]` holds a clause each. A `Reading` takes something else than what was found.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.parsed import parse_json
from fer_core.runs.metric_names import canonical_names
from fer_core.table_text import decode, encoding_of, is_number, table_of

MOST_BYTES = 1 << 26
MOST_COLUMNS = 2_000
MOST_ROWS = 300_000
MISSING = ("", "NA", "N/A", "None", "none", "null", "nan", "NaN", "inf", "-inf", "Infinity", "-Infinity", "-")
"""Cells of what was not measured, or has no value any more."""
_NO_METRICS = ("epoch", "step", "time", "seconds", "learning_rate")


@dataclass(frozen=True)
class TableReading:
    """What to take instead of what is found; None where the file decides.

    separator: a key of `table_text.SEPARATORS`. decimal: "." or ",". percent: whether accuracies stand in percent.
    first: the number that the file gives its first epoch, 0 or 1.
    """

    separator: str | None = None
    decimal: str | None = None
    percent: bool | None = None
    first: int | None = None


def read_csv_history(data: bytes, name: str, reading: TableReading = TableReading()) -> pd.DataFrame:
    """A history from a CSVLogger file, or any table with a header and a row an epoch.

    Returns epoch (0-based) and one float column a metric. Where the file's epochs do not rise (several fits
    appended to one file) they are counted on. Raises FerError, naming the file, row and value, where it is none.
    """
    if len(data) > MOST_BYTES:
        raise FerError(f"{name} has more than {MOST_BYTES >> 20} MB; a history has a line an epoch.")
    if (rows := data.count(b"\n")) > MOST_ROWS:
        raise FerError(f"{name} has {rows:,} lines; a history has a line an epoch, at most {MOST_ROWS:,}.")
    encoding = encoding_of(data)
    if encoding is None:
        raise FerError(f"{name} is not a text file; choose the csv that keras.callbacks.CSVLogger wrote.")
    if not data.strip() or not (text := decode(data, encoding)).strip():
        raise FerError(f"{name} is empty; choose the csv that keras.callbacks.CSVLogger wrote.")
    taken: list[str] = []
    frame = _json_table(text, name) if text.lstrip()[0] in "{[" else _text_table(data, name, reading, taken)
    if len(frame.columns) > MOST_COLUMNS:
        raise FerError(f"{name} has {len(frame.columns):,} columns; a history has one a metric.")
    names = canonical_names(frame.columns)
    numbers = {names[c]: _numeric(frame[c], c, name, reading.decimal, taken) for c in frame.columns}
    table = _percent(_one_row_an_epoch(pd.DataFrame(numbers), taken), reading.percent, taken)
    table = with_epochs(table, name, reading.first, taken)
    table.attrs["taken"] = taken
    return table


def _text_table(data: bytes, name: str, reading: TableReading, taken: list[str]) -> pd.DataFrame:
    """The cells as text; repeated headers and columns without a name left out."""
    rows, form = table_of(data, name, reading.separator)
    taken += form.taken()
    header, *rows = rows
    header = [cell.strip() for cell in header]
    if any(is_number(cell) for cell in header):
        raise FerError(f"{name} begins with {header[0]!r}; its first line must name the columns, as CSVLogger's does.")
    kept = [row for row in rows if [cell.strip() for cell in row[: len(header)]] != header]
    if again := len(rows) - len(kept):
        headers = "repeated header was" if again == 1 else "repeated headers were"
        taken.append(f"{again} {headers} left out; what follows is another fit")
    if not kept:
        raise FerError(f"{name} has a header but no epoch.")
    wrong = next((i for i, row in enumerate(kept) if any(cell.strip() for cell in row[len(header) :])), None)
    if wrong is not None:
        raise FerError(
            f"{name} can't be read as a table: row {wrong + 1} has {len(kept[wrong])} values where the header names "
            f"{len(header)} columns."
        )
    cells = [(row + [""] * len(header))[: len(header)] for row in kept]
    frame = pd.DataFrame(cells, columns=_told_apart(header), dtype=object)
    if "" in header and any(header):  # the index that DataFrame.to_csv() writes
        frame = frame.loc[:, [bool(cell) for cell in header]]
        taken.append("the column without a name was left out")
    return frame


def _told_apart(header: Sequence[str]) -> list[str]:
    """The names, a number behind those that were given before."""
    seen: dict[str, int] = {}
    found = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}.{seen[name] - 1}")
    return found


def _json_table(text: str, name: str) -> pd.DataFrame:
    """`history.history` as json: a list for each metric, alone or under "history"; or a record for each epoch, in a
    list, a line each, or under "log_history"."""
    try:
        record = _parsed(text)
        for key in ("history", "log_history"):
            if isinstance(record, dict) and isinstance(record.get(key), dict | list) and record[key]:
                record = record[key]
        if isinstance(record, list):
            lists = _columns_of(record)
        else:
            found = {key: list(v.values()) if isinstance(v, dict) else v for key, v in record.items()}
            lists = {key: value for key, value in found.items() if isinstance(value, list)}
        if not lists or len({len(value) for value in lists.values()}) != 1:
            raise ValueError
        return pd.DataFrame({str(k): [None if v is None else str(v) for v in cells] for k, cells in lists.items()})
    except (ValueError, AttributeError):
        raise FerError(
            f"{name} is no history as json: one list for each metric, all of one length, or one record for each epoch."
        ) from None


def _parsed(text: str) -> Any:
    try:
        return parse_json(text)
    except json.JSONDecodeError:
        return [parse_json(line) for line in text.splitlines() if line.strip()]


def _columns_of(records: list[Any]) -> dict[str, list[Any]]:
    """Records as lists, None where a record lacks a metric; what is no number is left out."""
    if not records or not all(isinstance(one, dict) for one in records):
        raise ValueError
    numeric = (int, float, type(None))
    keys = dict.fromkeys(key for one in records for key in one)
    lists = {key: [one.get(key) for one in records] for key in keys}
    return {key: cells for key, cells in lists.items() if all(isinstance(cell, numeric) for cell in cells)}


def _one_row_an_epoch(frame: pd.DataFrame, taken: list[str]) -> pd.DataFrame:
    """Rows of one epoch that fill each other's gaps become one (Lightning logs training and validation in rows of their
    own); rows that contradict each other stay."""
    if "epoch" not in frame or frame["epoch"].isna().any() or not frame["epoch"].duplicated().any():
        return frame
    metrics = [column for column in frame.columns if column not in ("epoch", "step", "time")]
    if (frame.groupby("epoch")[metrics].count() > 1).to_numpy().any():
        return frame
    taken.append("rows of one epoch that fill each other's gaps were joined")
    return frame.groupby("epoch", sort=False, as_index=False).max()


def _percent(frame: pd.DataFrame, percent: bool | None, taken: list[str]) -> pd.DataFrame:
    """Accuracies in percent become shares, as all others are."""
    for column in frame.columns:
        top = frame[column].max()
        if "accuracy" not in column or percent is False:
            continue
        if percent or (1.5 < top <= 100 and frame[column].min() >= 0):
            frame[column] = frame[column] / 100
            taken.append(f"{column} was in percent")
    return frame


def _numeric(column: pd.Series, title: str, name: str, decimal: str | None, taken: list[str]) -> np.ndarray:
    """f64 (E,); "NA" and empty cells, which CSVLogger writes for what was not measured, become NaN."""
    cells = column.fillna("").astype(str).str.strip()
    commas = cells.str.fullmatch(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*%?")
    if commas.any() and decimal != ".":
        cells = cells.str.replace(",", ".", regex=False).where(commas, cells)
        taken.append(f"{title} has decimal commas")
    if decimal == ".":  # what is left of commas stands between thousands
        cells = cells.str.replace(",", "", regex=False)
    signs = cells.str.fullmatch(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?\s*%")
    if signs.any():
        cells = cells.str.rstrip("% ").where(signs, cells)
        taken.append(f"{title} has percent signs")
    missing = cells.isin(MISSING)
    values = pd.to_numeric(cells.where(~missing), errors="coerce").to_numpy(float) / np.where(signs, 100, 1)
    wrong = np.flatnonzero(np.isnan(values) & ~missing.to_numpy())
    if wrong.size:
        cell = str(column.iloc[wrong[0]])
        cell = cell if len(cell) <= 30 else cell[:27] + "..."
        raise FerError(f"{name}, row {wrong[0] + 1}: {title} is {cell!r}, which is not a number.")
    result: np.ndarray = values
    return result


def with_epochs(
    frame: pd.DataFrame, name: str, first: int | None = None, taken: list[str] | None = None
) -> pd.DataFrame:
    """The table with epochs from 0, rising: the file's own, or counted where those do not rise."""
    metrics = [column for column in frame.columns if column not in _NO_METRICS]
    if not metrics:
        raise FerError(
            f"{name} has the columns {', '.join(frame.columns)} and no metric; a history needs a loss or accuracy."
        )
    n = len(frame)
    epochs = frame["epoch"].to_numpy(float) if "epoch" in frame else np.arange(n, dtype=float)
    if not np.isfinite(epochs).all() or (np.diff(epochs) <= 0).any() or np.abs(epochs).max() > 1e9:
        epochs = np.arange(n, dtype=float)
        if "epoch" in frame and taken is not None:
            taken.append("the file's epochs do not rise, so they were counted")
    elif (epochs[0] if first is None else first) == 1:  # counted from one elsewhere; here from zero
        epochs = epochs - 1
        if taken is not None:
            taken.append("epochs are counted from 1 in the file")
    return pd.concat(
        [pd.Series(epochs.astype(int), name="epoch"), frame.drop(columns="epoch", errors="ignore")], axis=1
    )
