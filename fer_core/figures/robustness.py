"""Plotly figures of what disturbances cost: accuracy against strength, with intervals."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from fer_core.figures.palette import RUN_COLOURS, faint
from fer_core.figures.plain import plain
from fer_core.robustness import DISTURBANCES, STRENGTHS, Robustness


def curve_figure(runs: Sequence[Robustness], name: str, marked: int | None = None) -> go.Figure:
    """Accuracy of one or two runs against the five strengths of a disturbance, the undisturbed pictures first.

    marked: the strength, 0 to 4, whose points are drawn larger. Each point's customdata is its strength, -1 for none.
    """
    figure = plain(230, name.capitalize(), showlegend=False)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 34, "b": 8})
    for i, run in enumerate(runs):
        _curve(figure, run, name, RUN_COLOURS[i % len(RUN_COLOURS)], marked)
    one = DISTURBANCES[name]
    figure.update_xaxes(
        tickvals=list(range(STRENGTHS + 1)), ticktext=["none", *(one.value(k) for k in range(STRENGTHS))],
        range=[-0.3, STRENGTHS + 0.3], automargin=True,
    )  # fmt: skip
    figure.update_yaxes(range=[0, 1], tickformat=".0%", automargin=True)
    return figure


def all_curves_figure(runs: Sequence[Robustness]) -> go.Figure:
    """All seven in one figure, to be taken along."""
    from plotly.subplots import make_subplots

    names = list(DISTURBANCES)
    figure = make_subplots(rows=4, cols=2, subplot_titles=[name.capitalize() for name in names], shared_yaxes=True)
    for place, name in enumerate(names):
        row, column = place // 2 + 1, place % 2 + 1
        for trace in curve_figure(runs, name).data:
            figure.add_trace(trace.update(showlegend=place == 0 and trace.fill is None), row=row, col=column)
        figure.update_xaxes(
            tickvals=list(range(STRENGTHS + 1)),
            ticktext=["none", *(DISTURBANCES[name].value(k) for k in range(STRENGTHS))], row=row, col=column,
        )  # fmt: skip
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    figure.update_layout(height=1100, legend={"orientation": "h", "y": -0.06})
    return figure


def _curve(figure: go.Figure, run: Robustness, name: str, colour: str, marked: int | None) -> None:
    from fer_core.evaluation.intervals import wilson

    clean, table = run.right(), run.table()
    own = table[table["disturbance"] == name]
    low, high = wilson(int(clean.sum()), len(clean))
    first = pd.DataFrame([{"level": -1, "accuracy": clean.mean(), "low": low, "high": high, "strength": "undisturbed"}])
    rows = first if own.empty else pd.concat([first, own[first.columns]], ignore_index=True)
    x = rows["level"] + 1
    figure.add_scatter(
        x=[*x, *x[::-1]], y=[*rows["high"], *rows["low"][::-1]], fill="toself", fillcolor=faint(colour, 0.18),
        line={"width": 0}, mode="lines", hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    said = [
        f"{line.strength}: {line.accuracy:.1%} ({line.low:.1%} to {line.high:.1%})" for line in rows.itertuples()
    ]  # fmt: skip
    figure.add_scatter(
        x=x, y=rows["accuracy"], mode="lines+markers", name=run.run, line={"color": colour},
        marker={"size": [13 if level == marked else 8 for level in rows["level"]], "color": colour},
        customdata=rows["level"], text=said, hovertemplate="%{text}<extra>" + run.run + "</extra>",
    )  # fmt: skip
