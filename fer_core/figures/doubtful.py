"""A figure of how far votes bear a ranking of doubtful labels out."""

import numpy as np
import plotly.graph_objects as go

from fer_core.figures.plain import GREY, plain

_POINTS = 400


def precision_by_rank(precision: np.ndarray, marked: int, base: float) -> go.Figure:
    """The share of labels that is outvoted among the first k, against k, with one k marked.

    precision: f64 (N,), 0 to 1, as `evaluation.doubtful.precision_by_rank` gives it. marked: 1 to N. base: the share
    among all labels.
    """
    count = len(precision)
    # Dense where the list begins: people read it from the top.
    ranks = np.unique(np.geomspace(1, count, _POINTS).round().astype(int))
    figure = plain(300, showlegend=False, hovermode="closest")
    figure.add_scatter(
        x=ranks,
        y=precision[ranks - 1],
        mode="lines",
        line={"color": "#1769c2", "width": 2.5},
        hovertemplate="of the first %{x}: %{y:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=[marked],
        y=[precision[marked - 1]],
        mode="markers",
        marker={"size": 12, "color": "#c2570c"},
        hovertemplate="of the first %{x}: %{y:.1%}<extra></extra>",
    )
    figure.add_hline(y=base, line={"color": GREY, "dash": "dot", "width": 1})
    figure.update_xaxes(type="log", title="First so many of the list", title_standoff=4)
    figure.update_yaxes(title="Outvoted by FER+", tickformat=".0%", range=[0, 1.02])
    return figure
