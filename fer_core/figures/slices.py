"""Plotly figures of the accuracy in part of the pictures at a time."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

from fer_core.figures.plain import GREY, plain


def accuracy_bins(
    frame: pd.DataFrame, measure: str, overall: float, reach: tuple[float, float] | None = None
) -> go.Figure:
    """Accuracy in each bin of a measure with its interval; `frame` as `slices.accuracy_by_bin` gives it.

    reach: ends of the accuracy axis, so that several figures compare by eye; see `common_reach`.
    """
    names = [f"{_short(low)}<br>to {_short(high)}" for low, high in zip(frame["low"], frame["high"], strict=True)]
    figure = _accuracies(names, frame, measure, overall)
    figure.update_xaxes(tickangle=0 if len(names) <= _UPRIGHT else None)
    if reach is not None:
        figure.update_yaxes(range=reach)
    return figure


def common_reach(frames: Iterable[pd.DataFrame]) -> tuple[float, float]:
    """Ends of an accuracy axis, 0 to 1, between which all intervals of the frames lie."""
    ends = pd.concat([frame[["accuracy_low", "accuracy_high"]] for frame in frames])
    low, high = ends["accuracy_low"].min(), ends["accuracy_high"].max()
    return (max(0.0, low - 0.02), min(1.0, high + 0.02)) if low < high else (0.0, 1.0)


_UPRIGHT = 5  # labels that fit side by side


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def accuracy_parts(frame: pd.DataFrame, overall: float) -> go.Figure:
    """Accuracy of named parts with its interval; `frame` as `slices.accuracy_of` gives it."""
    return _accuracies(frame["part"].tolist(), frame, "", overall)


def _accuracies(names: list[str], frame: pd.DataFrame, title: str, overall: float) -> go.Figure:
    figure = plain(280, title, showlegend=False)
    value = frame["accuracy"].to_numpy(float)
    figure.add_scatter(
        x=names,
        y=value,
        mode="markers",
        marker={"size": 11, "color": "#1769c2"},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": frame["accuracy_high"].to_numpy(float) - value,
            "arrayminus": value - frame["accuracy_low"].to_numpy(float),
        },
        customdata=frame["pictures"],
        hovertemplate="%{x}: %{y:.1%} of %{customdata} pictures<extra></extra>",
    )
    figure.add_hline(y=overall, line={"color": GREY, "dash": "dot", "width": 1})
    figure.update_yaxes(tickformat=".0%", title="accuracy")
    figure.update_xaxes(type="category")
    return figure
