"""Plotly figures about a data set. Backgrounds are transparent, so that they suit light and dark."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

SPLIT_COLOURS = {"train": "#2C9C8D", "public": "#D08E1B", "private": "#9069D6", "test": "#3C7194"}
_CLEAR = "rgba(0,0,0,0)"
_GRID = "rgba(128,128,128,0.25)"


def _figure(height: int, **layout: Any) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        dragmode=False,
    )
    figure.update_xaxes(gridcolor=_GRID, zerolinecolor=_GRID)
    figure.update_yaxes(gridcolor=_GRID, zerolinecolor=_GRID)
    figure.update_layout(**layout)
    return figure


def class_shares(counts: dict[str, dict[str, int]]) -> go.Figure:
    """Bars of each class's share within each split, from `quality.counts_table`."""
    figure = _figure(320, barmode="group", yaxis_title="share of the split", yaxis_tickformat=".0%")
    for split, row in counts.items():
        total = sum(row.values())
        figure.add_bar(
            name=f"{split} ({total:,})",
            x=list(row),
            y=[count / total for count in row.values()],
            customdata=list(row.values()),
            hovertemplate="%{x}, " + split + ": %{customdata:,} pictures, %{y:.1%}<extra></extra>",
            marker_color=SPLIT_COLOURS[split],
        )
    return figure


def spread(values: np.ndarray, split: np.ndarray, names: tuple[str, ...], title: str) -> go.Figure:
    """Histograms of one measure, f32 (N,), by split, u8 (N,): each as shares of its split over 40 common bins,
    the outermost half per cent left out."""
    figure = _figure(260, barmode="overlay", xaxis_title=title, yaxis_title="share", yaxis_tickformat=".0%")
    low, high = np.quantile(values, (0.002, 0.995))
    edges = np.linspace(low, high if high > low else low + 1, 41)
    for i, name in enumerate(names):
        own = values[split == i]
        if not len(own):
            continue
        heights = np.histogram(own, edges)[0] / len(own)
        figure.add_scatter(
            name=name,
            x=(edges[:-1] + edges[1:]) / 2,
            y=heights,
            mode="lines",
            line={"color": SPLIT_COLOURS[name], "width": 2},
            hovertemplate=f"{name}: " + "%{y:.1%} around %{x:,.0f}<extra></extra>",
        )
    return figure


def votes_bars(votes: np.ndarray, names: tuple[str, ...]) -> go.Figure:
    """One picture's FER+ votes, u8 (10,), as horizontal bars, all columns named."""
    figure = _figure(250, xaxis_title="votes", xaxis_dtick=2)
    figure.add_bar(
        x=votes.tolist(),
        y=list(names),
        orientation="h",
        marker_color=SPLIT_COLOURS["train"],
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed")
    return figure


def value_histograms(inputs: dict[str, np.ndarray]) -> go.Figure:
    """How the values of one picture lie after each normalisation: f32 (48, 48) by name, 50 bins each."""
    figure = _figure(260, xaxis_title="value that the network sees", yaxis_title="share of pixels")
    figure.update_yaxes(tickformat=".0%")
    for name, values in inputs.items():
        low, high = float(values.min()), float(values.max())
        edges = np.linspace(low, high if high > low else low + 1, 51)
        heights = np.histogram(values, edges)[0] / values.size
        figure.add_scatter(name=name, x=(edges[:-1] + edges[1:]) / 2, y=heights, mode="lines")
    return figure
