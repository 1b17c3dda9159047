"""Training curves of many runs in one figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fer_core.comparison.curves import AXES, smooth
from fer_core.figures.palette import MUTED, TRAIN_DASH, LineStyle, dress, faint, looks

POINTS = 24_000
"""At most so many points are drawn; beyond, each line is thinned, keeping the extremes of each stretch."""

MANY_POINTS = 12_000
"""The same where there are so many runs that no single line can be followed."""

SINGLE_LINES = 24
"""With more runs than this each colour is drawn as one layer: the browser stays quick, hover reads groups only."""

_MARKS = 8
"""So many points of a line carry its mark, where runs share their colour."""


def curves_figure(
    table: pd.DataFrame,
    metric: str,
    axis: str = "epoch",
    parts: Sequence[str] = ("validation", "train"),
    smoothing: float = 0.0,
    log: bool = False,
    groups: Mapping[str, str] | None = None,
    bands: pd.DataFrame | None = None,
    best: Mapping[str, int] | None = None,
    quoted: Sequence[tuple[str, float]] = (),
    quoted_colours: Mapping[str, str] | None = None,
    palette: Mapping[str, LineStyle] | None = None,
    reference: str | None = None,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    height: int = 380,
    title: str | None = None,
    join: bool = False,
) -> Any:
    """A plotly figure of one metric.

    table: as from `fer_core.comparison.curves.long_table`. smoothing: weight of the moving average, 0 to 1; the raw
    curve stays faint behind. groups: run -> group; a group has one colour. bands: as from `seed_bands`; drawn as mean
    and one standard deviation, their single runs faint behind. best: run -> 1-based epoch to mark. quoted: lines
    (name, value) from the report, grey where quoted_colours names no other. palette: run or group -> look.
    reference: stays a line of its own, and named, where there are more than SINGLE_LINES runs. x_range, y_range: fixed
    ranges, in data units. join: draw lines across epochs without a value; otherwise a value with none beside it is a
    dot.
    """
    import plotly.graph_objects as go

    frame = table[(table["metric"] == metric) & table["part"].isin(list(parts))]
    groups = dict(groups or {})
    palette = dict(palette or looks(dict.fromkeys(groups.get(run, run) for run in table["run"].unique())))
    if bands is not None:
        bands = bands[(bands["metric"] == metric) & bands["part"].isin(list(parts))]
    # Traces are plain dicts, made into a figure at once: adding them one by one takes plotly ten times as long.
    banded = set() if bands is None else set(bands["group"])
    if join:
        frame = frame.dropna(subset=["value"])
    lines, named = _lines(frame, axis, smoothing, groups, palette, banded, reference)
    means = [] if bands is None else _bands(bands, palette, smoothing)
    named.update({mean["legendgroup"]: palette[mean["legendgroup"]] for mean in means})
    traces = [*lines, *means, *_legend(named), *_quoted(quoted, frame[axis].to_numpy(float), quoted_colours or {})]
    if best:
        traces += _stars(frame, axis, best, groups, palette, smoothing)
    figure = go.Figure(traces)
    # Runs of different speed have no time in common: a wider reach lets the pointer still read all of them.
    reach = 20 if axis == "epoch" else 60
    dress(
        figure,
        height,
        hovermode="x unified",
        hoverdistance=reach,
        title={"text": title or metric, "font": {"size": 14}},
    )
    figure.update_xaxes(title=AXES[axis], range=list(x_range) if x_range else None)
    if y_range and log:
        y_range = (np.log10(max(y_range[0], 1e-6)), np.log10(max(y_range[1], 1e-6)))
    figure.update_yaxes(type="log" if log else "linear", range=list(y_range) if y_range else None)
    return figure


def _lines(
    frame: pd.DataFrame, axis: str, smoothing: float, groups: Mapping[str, str], palette: Mapping[str, LineStyle],
    banded: set[str], reference: str | None = None,
) -> tuple[list[dict[str, Any]], dict[str, LineStyle]]:  # fmt: skip
    """Traces of single runs, and the legend's entries with their looks."""
    xs, ys = frame[axis].to_numpy(float), frame["value"].to_numpy(float)
    places = frame.groupby(["run", "part"], sort=False).indices
    merged = len({run for run, _ in places}) > SINGLE_LINES
    points = MANY_POINTS if merged else POINTS
    room = max(16, points // max(1, len(places) * (2 if smoothing else 1)))
    layers: dict[tuple[LineStyle, str, bool, str], list[tuple[np.ndarray, np.ndarray]]] = {}
    single: list[dict[str, Any]] = []
    named: dict[str, LineStyle] = {}
    for (run, part), at in places.items():
        name = groups.get(run, run)
        # Many single runs share a layer with all of their colour; a group keeps one of its own, for its legend entry.
        layer = name if groups or not merged else ""
        drawn = palette[name] if layer else LineStyle(palette[name].colour)
        x, y = xs[at], ys[at]
        smoothed = smooth(y, smoothing) if smoothing else y
        if smoothing and name not in banded:
            layers.setdefault((drawn, part, True, layer), []).append(thin(x, y, room))
        if (merged and run != reference) or name in banded:
            layers.setdefault((drawn, part, name in banded, layer), []).append(thin(x, smoothed, room))
            named |= {layer: palette[name]} if layer else {}
            continue
        label = run if name == run else f"{run} ({name})"
        named[label] = palette[name]
        px, py = thin(x, smoothed, room)
        single.append(_single(px, py, palette[name], label, part))
    middle = _medians(frame, axis, smoothing) if merged and not groups else []
    return [*[_layer(*key, pieces) for key, pieces in layers.items()], *middle, *single], named


def _single(x: np.ndarray, y: np.ndarray, look: LineStyle, label: str, part: str) -> dict[str, Any]:
    """The line of one run. Values with none beside them are dots; a run that shares its colour carries marks."""
    marked = isolated(y)
    if look.turn:
        marked[:: max(1, len(y) // _MARKS)] = True
        marked &= np.isfinite(y)
    return {
        "type": "scatter", "x": x, "y": y, "mode": "lines+markers" if marked.any() else "lines",
        "marker": {"size": np.where(marked, 7, 0), "color": look.colour, "symbol": look.symbol},
        "name": f"{label}, {part}", "legendgroup": label, "showlegend": False,
        "line": {"color": look.colour, "width": 2, "dash": _dash(look, part)}, "hovertemplate": "%{y:.4f}",
    }  # fmt: skip


def _dash(look: LineStyle, part: str) -> str:
    return TRAIN_DASH if part == "train" else look.dash


def _medians(frame: pd.DataFrame, axis: str, smoothing: float) -> list[dict[str, Any]]:
    """What the pointer reads where the lines are too many to be read one by one: median and range by epoch."""
    traces = []
    for part, one in frame.dropna(subset=["value", axis]).groupby("part", sort=False):
        runs = one["run"].nunique()
        by_epoch = one.groupby("epoch", sort=True)
        x, values = by_epoch[axis].median().to_numpy(float), by_epoch["value"]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "name": f"median of {runs} runs, {part}", "legendgroup": "median",
                "x": x, "y": smooth(values.median().to_numpy(float), smoothing), "showlegend": part == "validation",
                "line": {"color": MUTED, "width": 2.4, "dash": _dash(LineStyle(MUTED), part)},
                "customdata": np.stack([values.min().to_numpy(float), values.max().to_numpy(float)], axis=1),
                "hovertemplate": "%{y:.4f}, from %{customdata[0]:.4f} to %{customdata[1]:.4f}",
            }
        )  # fmt: skip
    return traces


def _layer(
    look: LineStyle, part: str, behind: bool, name: str, pieces: list[tuple[np.ndarray, np.ndarray]]
) -> dict[str, Any]:
    """Many lines of one colour as one trace, parted by gaps; no hover."""
    gap = np.array([np.nan])
    line = {
        "color": faint(look.colour, 0.3 if behind else 0.6),
        "width": 1 if behind else 1.4,
        "dash": _dash(look, part),
    }
    return {
        "type": "scatter", "mode": "lines", "name": name, "legendgroup": name, "showlegend": False, "hoverinfo": "skip",
        "x": np.concatenate([piece for x, _ in pieces for piece in (x, gap)]),
        "y": np.concatenate([piece for _, y in pieces for piece in (y, gap)]),
        "line": line,
    }  # fmt: skip


def _bands(bands: pd.DataFrame, palette: Mapping[str, LineStyle], smoothing: float) -> list[dict[str, Any]]:
    traces = []
    for (group, part), one in bands.groupby(["group", "part"], sort=False):
        one = one.sort_values("x")
        mean = smooth(one["mean"].to_numpy(float), smoothing)
        sd, x = one["sd"].to_numpy(float), one["x"].to_numpy(float)
        shared = {"type": "scatter", "mode": "lines", "legendgroup": group, "showlegend": False}
        area = {
            "x": np.concatenate([x, x[::-1]]), "y": np.concatenate([mean + sd, (mean - sd)[::-1]]), "fill": "toself",
            "fillcolor": faint(palette[group].colour, 0.18 if part == "validation" else 0.1), "line": {"width": 0},
            "hoverinfo": "skip",
        }  # fmt: skip
        centre = {
            "x": x, "y": mean, "name": f"{group}, {part}, mean of {int(one['n'].iloc[0])}", "customdata": sd,
            "line": {"color": palette[group].colour, "width": 2.4, "dash": _dash(palette[group], part)},
            "hovertemplate": "%{y:.4f} ± %{customdata:.4f}",
        }  # fmt: skip
        traces += [{**shared, **area}, {**shared, **centre}]
    return traces


def _legend(named: Mapping[str, LineStyle]) -> list[dict[str, Any]]:
    """One entry a run or group; which part a line is, its dash says."""
    return [
        {
            "type": "scatter", "x": [None], "y": [None], "mode": "lines+markers" if look.turn else "lines",
            "name": label, "legendgroup": label, "line": {"color": look.colour, "width": 3, "dash": look.dash},
            "marker": {"size": 7, "color": look.colour, "symbol": look.symbol}, "hoverinfo": "skip",
        }
        for label, look in named.items()
    ]  # fmt: skip


def _stars(
    frame: pd.DataFrame, axis: str, best: Mapping[str, int], groups: Mapping[str, str],
    palette: Mapping[str, LineStyle], smoothing: float,
) -> list[dict[str, Any]]:  # fmt: skip
    """Where the kept epoch lies on the validation curve (or the train one where there is no other)."""
    places = frame.groupby(["run", "part"], sort=False).indices
    xs, epochs, values = (frame[c].to_numpy(float) for c in (axis, "epoch", "value"))
    found = []
    for run, epoch in best.items():
        at = places.get((run, "validation"), places.get((run, "train"), np.array([], dtype=int)))
        hit = np.flatnonzero(epochs[at] == epoch)
        if hit.size:
            y = smooth(values[at], smoothing)[hit[0]] if smoothing else values[at[hit[0]]]
            found.append((xs[at[hit[0]]], y, palette[groups.get(run, run)].colour))
    if not found:
        return []
    x, y, shades = zip(*found, strict=True)
    marker = {"symbol": "star", "size": 13, "color": shades, "line": {"width": 1, "color": "white"}}
    star = {"x": x, "y": y, "mode": "markers", "name": "best epoch", "marker": marker}
    return [{"type": "scatter", "showlegend": False, "hoverinfo": "skip", **star}]


def _quoted(quoted: Sequence[tuple[str, float]], x: np.ndarray, shades: Mapping[str, str]) -> list[dict[str, Any]]:
    x = x[np.isfinite(x)]
    if not x.size:
        return []
    dashes = ("dash", "dashdot", "longdash", "dot", "longdashdot", "solid")
    return [
        {
            "type": "scatter", "x": [x.min(), x.max()], "y": [value, value], "mode": "lines", "hoverinfo": "skip",
            "name": f"report: {name}, {value:g} (quoted)",
            "line": {"color": shades.get(name, MUTED), "width": 1.5, "dash": dashes[i % len(dashes)]},
        }
        for i, (name, value) in enumerate(quoted)
    ]  # fmt: skip


def isolated(y: np.ndarray) -> np.ndarray:
    """Bool (E,): values without a value before or behind them, which no line would show."""
    there = np.isfinite(y)
    before, behind = np.r_[False, there[:-1]], np.r_[there[1:], False]
    result: np.ndarray = there & ~before & ~behind
    return result


def thin(x: np.ndarray, y: np.ndarray, room: int) -> tuple[np.ndarray, np.ndarray]:
    """At most about `room` points of a line: its ends, and the lowest and highest of each stretch."""
    n = len(x)
    if n <= room:
        return x, y
    stretches = max(2, room // 2)
    size = -(-n // stretches)
    low = np.full(stretches * size, np.inf)
    high = np.full(stretches * size, -np.inf)
    finite = np.isfinite(y)
    low[:n][finite] = y[finite]
    high[:n][finite] = y[finite]
    starts = np.arange(stretches) * size
    lowest = starts + low.reshape(stretches, size).argmin(axis=1)
    highest = starts + high.reshape(stretches, size).argmax(axis=1)
    places = np.unique(np.concatenate([[0, n - 1], lowest, highest]))
    places = places[places < n]
    return x[places], y[places]


def ranges(
    table: pd.DataFrame, metric: str, axis: str, parts: Sequence[str], log: bool
) -> dict[str, tuple[float, float] | None]:
    """x_range and y_range that hold all curves of a metric, for panels that share their axes."""
    frame = table[(table["metric"] == metric) & table["part"].isin(list(parts))]
    found: dict[str, tuple[float, float] | None] = {}
    for key, column in (("x_range", axis), ("y_range", "value")):
        values = frame[column].to_numpy(float)
        values = values[np.isfinite(values) & ((values > 0) if key == "y_range" and log else True)]
        if not values.size:
            found[key] = None
            continue
        low, high = float(values.min()), float(values.max())
        margin = (high - low or abs(high) or 1.0) * 0.05
        found[key] = (low / 1.1, high * 1.1) if key == "y_range" and log else (low - margin, high + margin)
    return found
