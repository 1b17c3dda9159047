"""What the figures around the confusion matrix start from: a transparent ground, so that they suit light and dark."""

from typing import Any

import plotly.graph_objects as go

GREY = "#8a8f98"
SELECTED = "#1a9c8c"
"""The frame of what is selected: between the primary colours of the light and the dark theme."""

_CLEAR = "rgba(0,0,0,0)"


def plain(height: int, title: str = "", **layout: Any) -> go.Figure:
    """An empty figure, `height` pixels high; `layout` goes to Plotly's update_layout."""
    figure = go.Figure()
    figure.update_layout(
        height=height,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        margin={"l": 10, "r": 10, "t": 36 if title else 12, "b": 10},
        title={"text": title, "font": {"size": 14}} if title else None,
        legend={"orientation": "h", "yanchor": "top", "y": -0.18, "x": 0},
    )
    figure.update_layout(**layout)
    return figure
