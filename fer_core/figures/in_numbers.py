"""A figure as a table: the numbers that its traces carry, for those who'd rather read them or take them along."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from fer_core.figures.in_words import plain_label, shown_traces

SERIES = "series"


def in_numbers(figure: Any) -> pd.DataFrame:
    """What a Plotly figure draws. A grid (the last heatmap) keeps its rows and columns; lines over the same places go
    side by side; of all else each row is a point, with the ends of its interval as `low` and `high`. Empty where the
    figure carries no numbers."""
    traces = shown_traces(figure)
    for trace in reversed(traces):
        if trace.type == "heatmap":
            return _grid(trace, figure)
        if trace.type == "parcoords":
            return _parallel(trace)
    found = [table for table in (_points(trace, figure) for trace in traces) if len(table)]
    if not found:
        return pd.DataFrame()
    return _side_by_side(pd.concat(found, ignore_index=True))


def all_in_numbers(figures: Mapping[str, Any]) -> pd.DataFrame:
    """Several figures in one table, the first column says of which a row is."""
    parts = {name: in_numbers(figure) for name, figure in figures.items()}
    for name, part in parts.items():
        part.insert(0, "figure", name)
    return pd.concat(list(parts.values()), ignore_index=True) if parts else pd.DataFrame()


def _grid(trace: Any, figure: Any) -> pd.DataFrame:
    values = np.asarray(trace.z, dtype=object)
    columns = _labels(trace.x, values.shape[1])
    frame = pd.DataFrame(values, columns=pd.Index(columns)).infer_objects()
    name = _title(figure, "y", trace.yaxis) or "row"
    frame.insert(0, name if name not in columns else f"{name} (row)", _labels(trace.y, values.shape[0]))
    return frame


def _labels(labels: Any, count: int) -> list[str]:
    return [plain_label(one) for one in (range(count) if labels is None else labels)]


def _parallel(trace: Any) -> pd.DataFrame:
    if trace.customdata is not None:  # the numbers themselves, where an axis shows their logarithms
        return pd.DataFrame(
            np.asarray(trace.customdata, object), columns=[plain_label(one.label) for one in trace.dimensions]
        )
    columns = {}
    for one in trace.dimensions:
        told = dict(zip(one.tickvals, one.ticktext, strict=True)) if one.ticktext is not None else {}
        columns[plain_label(one.label)] = [told.get(value, value) for value in one["values"]]
    return pd.DataFrame(columns)


def _points(trace: Any, figure: Any) -> pd.DataFrame:
    """One trace, a row a point; empty where it has no points of its own."""
    if getattr(trace, "y", None) is None and getattr(trace, "x", None) is None:
        return pd.DataFrame()
    y = _ticks(figure, "y", trace.yaxis, trace.y)
    x = list(range(len(y))) if trace.x is None else _ticks(figure, "x", trace.xaxis, trace.x)
    y = list(range(len(x))) if trace.y is None else y
    across, up = _title(figure, "x", trace.xaxis) or "x", _title(figure, "y", trace.yaxis) or "y"
    named = any(isinstance(one, str) for one in y)
    up = "name" if named and up == "y" else up if up != across else f"{up} (up)"
    series = plain_label(trace.name)
    if trace.type != "bar" and trace.fill == "toself":
        return _band(series or plain_label(trace.legendgroup), across, x, y)
    columns: dict[str, Any] = {SERIES: [series] * len(x)}
    if isinstance(trace.text, (list, tuple, np.ndarray)) and len(trace.text) == len(x):
        columns["what"] = [plain_label(one) for one in trace.text]
    both = {across: x, up: y}
    columns |= dict(reversed(list(both.items()))) if named else both
    columns |= _ends(trace.error_x, x) or _ends(trace.error_y, y)
    frame = pd.DataFrame(columns)
    return frame.dropna(subset=[across, up])


def _band(series: str, across: str, x: list[Any], y: list[Any]) -> pd.DataFrame:
    """A filled outline that runs forth above and back below: the places, and its two ends at each."""
    half = len(x) // 2
    if list(x[:half]) != list(reversed(x[half:])):
        return pd.DataFrame()
    ends = {"low": list(reversed(y[half:])), "high": y[:half]}
    return pd.DataFrame({SERIES: [f"{series} (band)".strip()] * half, across: x[:half], **ends})


def _ends(error: Any, values: list[Any]) -> dict[str, Any]:
    if error is None or error.array is None:
        return {}
    middle, above = np.asarray(values, float), np.asarray(error.array, float)
    below = above if error.arrayminus is None else np.asarray(error.arrayminus, float)
    return {"low": middle - below, "high": middle + above}


def _axis(figure: Any, letter: str, named: str | None) -> Any:
    return figure.layout[f"{letter}axis{(named or letter)[1:]}"]


def _title(figure: Any, letter: str, named: str | None) -> str:
    """The axis's title; where it has none, that of the one it is tied to, or that is tied to it."""
    axis = _axis(figure, letter, named)
    if title := plain_label(axis.title.text):
        return title
    tied = _axis(figure, letter, axis.matches) if axis.matches else None
    return plain_label(tied.title.text) if tied is not None else ""


def _ticks(figure: Any, letter: str, named: str | None, values: Any) -> list[Any]:
    """An axis's values; where words stand at its ticks, those of the nearest tick."""
    axis = _axis(figure, letter, named)
    found: list[Any] = [] if values is None else list(values)
    if axis.tickvals is None or axis.ticktext is None or not found or isinstance(found[0], str):
        return found
    places = np.asarray(axis.tickvals, float)
    return [plain_label(axis.ticktext[int(np.abs(places - float(one)).argmin())]) for one in found]


def _side_by_side(frame: pd.DataFrame) -> pd.DataFrame:
    """Lines over the same places as columns; the column of names goes where it would say nothing."""
    names = list(dict.fromkeys(frame[SERIES]))
    if len(names) == 1:
        return frame.drop(columns=SERIES)
    rest = [name for name in frame.columns if name != SERIES]
    if len(rest) != 2 or "" in names or frame.duplicated([SERIES, rest[0]]).any():
        return frame
    places = list(dict.fromkeys(frame[rest[0]]))
    if len(frame) < len(names) * len(places) * 0.5 or set(names) & set(rest):
        return frame
    wide = frame.pivot(index=rest[0], columns=SERIES, values=rest[1]).reindex(index=places, columns=names)
    return wide.rename_axis(columns=None).reset_index()
