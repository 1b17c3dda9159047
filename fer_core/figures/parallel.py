"""Many runs, many settings: parallel coordinates, and a scatter of any two columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.figures.palette import MUTED, dress, look_of, looks

_SCALE = [[0.0, "#0B6FC4"], [0.5, "#9AA3AB"], [1.0, "#E0861F"]]
"""Low to high; no end of it fades into a light or a dark page."""

SPREAD = 30.0
"""A positive column whose largest value is so many times the smallest is better read on a logarithmic axis."""


def parallel_figure(table: pd.DataFrame, columns: Sequence[str], score: str) -> Any:
    """One line a run across the columns, coloured by a score. table: runs by columns, as from `runs_table`.

    Words become ticks, ordered; numbers that span more than 30 times are drawn by their logarithm. Runs that lack
    a number in any of the columns can't be drawn and are left out. Raises FerError where none is left.
    """
    import plotly.graph_objects as go

    columns = list(dict.fromkeys([*columns, score]))
    frame = table[columns]
    numbers = [c for c in columns if pd.api.types.is_numeric_dtype(frame[c])]
    frame = frame.dropna(subset=numbers)
    if not len(frame):
        raise FerError(f"No run has all of {', '.join(numbers)}; choose fewer columns.")
    figure = go.Figure(
        go.Parcoords(
            dimensions=[_dimension(frame[column], column) for column in columns],
            line={
                "color": frame[score].to_numpy(float),
                "colorscale": _SCALE,
                "showscale": True,
                "colorbar": {"title": {"text": score}, "thickness": 12},
            },
            labelangle=-20,
            labelside="top",
            customdata=frame.astype(object).to_numpy(),
        )
    )
    dress(figure, 440)
    figure.update_layout(margin={"l": 110, "r": 30, "t": 90, "b": 20})
    return figure


def _dimension(column: pd.Series, name: str) -> dict[str, Any]:
    if not pd.api.types.is_numeric_dtype(column):
        words = column.fillna("none").astype(str)
        order = sorted(words.unique())
        codes = words.map({word: i for i, word in enumerate(order)}).to_numpy(float)
        texts = [word if len(word) <= 18 else word[:17] + "…" for word in order]
        return {"label": name, "values": codes, "tickvals": list(range(len(order))), "ticktext": texts}
    values = column.to_numpy(float)
    if is_wide(values):
        ticks = _apart(np.unique(values))
        texts = [_short(t) for t in ticks]
        return {"label": name, "values": np.log10(values), "tickvals": np.log10(ticks), "ticktext": texts}
    whole = np.unique(values[np.isfinite(values)])
    if len(whole) <= 8:  # seeds, batch sizes: a tick at each
        return {"label": name, "values": values, "tickvals": whole, "ticktext": [_short(v) for v in whole]}
    return {"label": name, "values": values}


def _apart(values: np.ndarray, most: int = 6) -> np.ndarray:
    """Some of the ascending positive values, at places of a logarithmic axis where their words do not meet."""
    least = np.log10(values[-1] / values[0]) / most
    kept = [values[0]]
    for value in values[1:]:
        if np.log10(value / kept[-1]) >= least:
            kept.append(value)
    return np.array(kept)


def _short(value: float) -> str:
    """A number in few letters: 0.003, 64, 314.5 k, 1.25 M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):.4g} {letter}"
    return f"{value:g}"


def is_wide(values: np.ndarray) -> bool:
    """Whether positive values span so much that a logarithmic axis serves them better."""
    values = values[np.isfinite(values)]
    return bool(values.size and values.min() > 0 and values.max() / values.min() > SPREAD)


def scatter_figure(
    table: pd.DataFrame, x: str, y: str, colour: str | None = None, quoted: Sequence[tuple[str, float]] = ()
) -> Any:
    """A dot a run: any column against any score, coloured by a third. quoted: horizontal lines from the report."""
    import plotly.graph_objects as go

    frame = table.dropna(subset=[c for c in (x, y) if pd.api.types.is_numeric_dtype(table[c])])
    if not len(frame):
        raise FerError(f"No run has both {x} and {y}; choose other columns.")
    figure = go.Figure()
    by = frame[colour].fillna("none").astype(str) if colour else pd.Series("", index=frame.index)
    palette = looks(sorted(by.unique()))
    for value in sorted(by.unique()):
        one, look = frame[by == value], palette[value] if colour else look_of(0)
        figure.add_trace(
            go.Scatter(
                x=one[x], y=one[y], mode="markers", name=f"{colour}: {value}" if colour else "runs", text=one.index,
                marker={"size": 11, "color": look.colour, "symbol": look.symbol, "opacity": 0.85},
                hovertemplate=f"%{{text}}<br>{x}: %{{x}}<br>{y}: %{{y:.4f}}<extra></extra>", showlegend=bool(colour),
            )
        )  # fmt: skip
    for name, value in quoted:
        text = f"report: {name} (quoted)"
        figure.add_hline(y=value, line={"color": MUTED, "dash": "dot"}, annotation_text=text, annotation_font_size=11)
    dress(figure, 420, hovermode="closest")
    wide = pd.api.types.is_numeric_dtype(frame[x]) and is_wide(frame[x].to_numpy(float))
    figure.update_xaxes(title=x, type="log" if wide else None)
    figure.update_yaxes(title=y)
    return figure
