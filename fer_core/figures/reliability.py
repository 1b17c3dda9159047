"""Reliability diagrams: accuracy by confidence, over how many pictures each point stands for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fer_core.evaluation.calibration import Reliability
from fer_core.figures.palette import MUTED, LineStyle, dress, faint, looks


def reliability_figure(
    diagrams: Mapping[str, Reliability], height: int = 520, palette: Mapping[str, LineStyle] | None = None
) -> Any:
    """Above, accuracy against mean confidence by bin, with the diagonal of perfect calibration; below, counts.

    diagrams: run -> its bins. Empty bins are left out; a point's size does not carry its count, the bars do.
    palette: run -> look.
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.72, 0.28], vertical_spacing=0.06)
    figure.add_trace(
        go.Scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": MUTED, "dash": "dash"}, name="perfect", hoverinfo="skip"
        ),
        row=1,
        col=1,
    )
    palette = palette or looks(diagrams)
    for name, diagram in diagrams.items():
        look = palette[name]
        filled = diagram.counts > 0
        centres = (diagram.edges[:-1] + diagram.edges[1:]) / 2
        figure.add_trace(
            go.Scatter(
                x=diagram.confidence[filled], y=diagram.accuracy[filled], mode="lines+markers", legendgroup=name,
                name=f"{name}, ECE {diagram.ece:.3f}", marker={"size": 8, "symbol": look.symbol},
                line={"color": look.colour, "width": 2, "dash": look.dash},
                customdata=diagram.counts[filled],
                hovertemplate="confidence %{x:.3f}, accuracy %{y:.3f}, %{customdata:,} pictures",
            ),
            row=1, col=1,
        )  # fmt: skip
        figure.add_trace(
            go.Bar(
                x=centres, y=diagram.counts, width=np.diff(diagram.edges) * 0.92 / len(diagrams),
                offset=None if len(diagrams) == 1 else _offset(diagram, list(diagrams).index(name), len(diagrams)),
                marker={"color": faint(look.colour, 0.75), "pattern": {"shape": look.pattern}},
                legendgroup=name, showlegend=False, name=name,
                hovertemplate="%{y:,} pictures",
            ),
            row=2, col=1,
        )  # fmt: skip
    dress(figure, height, hovermode="closest", barmode="group")
    figure.update_xaxes(range=[0, 1])
    figure.update_xaxes(title="Confidence: probability of the predicted class", row=2, col=1)
    figure.update_yaxes(title="Accuracy", range=[0, 1], row=1, col=1)
    figure.update_yaxes(title="Pictures", row=2, col=1)
    return figure


def _offset(diagram: Reliability, place: int, count: int) -> np.ndarray:
    width = np.diff(diagram.edges)
    return width * (place / count - 0.5)
