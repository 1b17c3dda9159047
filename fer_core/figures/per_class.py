"""Plotly figures of each class against the rest, and of what abstaining buys."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from fer_core.evaluation.abstention import Answered, Coverage
from fer_core.evaluation.per_class import ThresholdCurve
from fer_core.figures.plain import GREY, plain
from fer_core.labels import COLOURS


def class_intervals(table: pd.DataFrame, order: np.ndarray) -> go.Figure:
    """Precision, recall and F1 of each class with their intervals; `table` as `per_class.table` gives it."""
    figure = plain(380, hovermode="closest")
    rows = table.iloc[np.asarray(order)[::-1]]
    middle = np.arange(len(rows), dtype=float)
    looks = (
        ("recall", "#1769c2", "circle", 0.2),
        ("precision", "#c2570c", "diamond", 0.0),
        ("f1", GREY, "square", -0.2),
    )
    for score, colour, symbol, shift in looks:
        value = rows[score].to_numpy(float)
        low, high = rows[f"{score}_low"].to_numpy(float), rows[f"{score}_high"].to_numpy(float)
        figure.add_scatter(
            x=value,
            y=middle + shift,
            mode="markers",
            name={"f1": "F1"}.get(score, score),
            marker={"color": colour, "symbol": symbol, "size": 9},
            error_x={"type": "data", "symmetric": False, "array": high - value, "arrayminus": value - low, "width": 3},
            customdata=np.stack([rows["class"], low, high, rows["support"]], axis=1),
            hovertemplate="%{customdata[0]}: %{x:.3f} (%{customdata[1]:.3f} to %{customdata[2]:.3f}), "
            "%{customdata[3]} pictures<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(range=[0, 1], title="with 95% intervals", title_standoff=4)
    figure.update_yaxes(tickvals=middle, ticktext=rows["class"].tolist(), zeroline=False)
    return figure


def class_curves(
    curves: dict[str, ThresholdCurve], kind: str, chosen: str | None = None, chance: float | None = None
) -> go.Figure:
    """ROC ("roc") or precision-recall ("pr") curves of the classes, the chosen one strong and the others pale.

    chance: share of the chosen class among the pictures, which is the precision of guessing; ROC needs none.
    """
    titles = {"roc": ("False positive rate", "True positive rate"), "pr": ("Recall", "Precision")}[kind]
    figure = plain(430, {"roc": "ROC", "pr": "Precision and recall"}[kind], hovermode="closest")
    if kind == "roc" or chance is not None:
        figure.add_scatter(
            x=[0, 1],
            y=[0, 1] if kind == "roc" else [chance, chance],
            mode="lines",
            line={"color": GREY, "dash": "dot", "width": 1},
            name="chance",
            hoverinfo="skip",
        )
    for name, curve in curves.items():
        strong = chosen is None or name == chosen
        figure.add_scatter(
            x=curve.x,
            y=curve.y,
            mode="lines",
            name=f"{name} {curve.area:.3f}",
            opacity=1 if strong else 0.35,
            line={"color": COLOURS[name], "width": 3 if name == chosen else 1.6},
            customdata=curve.thresholds,
            hovertemplate=f"{name}<br>{titles[0]} %{{x:.3f}}<br>{titles[1]} %{{y:.3f}}"
            "<br>at probability %{customdata:.3f}<extra></extra>",
        )
    figure.update_xaxes(title=titles[0], range=[-0.01, 1.01], title_standoff=4)
    figure.update_yaxes(title=titles[1], range=[-0.01, 1.02])
    # The corner that such curves leave free.
    corner = {"x": 0.99, "xanchor": "right"} if kind == "roc" else {"x": 0.02, "xanchor": "left"}
    figure.update_layout(legend={"orientation": "v", "y": 0.02, "yanchor": "bottom", **corner})
    return figure


def coverage(curve: Coverage, here: Answered, threshold: float) -> go.Figure:
    """Accuracy of what is answered against the share answered, with the chosen threshold marked."""
    step = max(1, len(curve.coverage) // 600)
    picked = np.unique(np.append(np.arange(0, len(curve.coverage), step), len(curve.coverage) - 1))
    figure = plain(380, showlegend=False)
    figure.add_scatter(
        x=curve.coverage[picked],
        y=curve.accuracy[picked],
        mode="lines",
        line={"color": "#1769c2", "width": 2.5},
        customdata=curve.thresholds[picked],
        hovertemplate="answers %{x:.1%}, right %{y:.1%}<br>threshold %{customdata:.3f}<extra></extra>",
    )
    if here.answered:
        low, high = here.interval
        figure.add_scatter(
            x=[here.coverage],
            y=[here.accuracy],
            mode="markers",
            marker={"size": 13, "color": "#c2570c"},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - here.accuracy],
                "arrayminus": [here.accuracy - low],
            },
            hovertemplate=f"threshold {threshold:.2f}: answers %{{x:.1%}}, right %{{y:.1%}}<extra></extra>",
        )
    floor = float(np.floor(curve.accuracy[picked].min() * 20) / 20)
    figure.update_xaxes(title="Share of the pictures answered", tickformat=".0%", range=[0, 1.01], title_standoff=4)
    figure.update_yaxes(title="Accuracy among those", tickformat=".0%", range=[max(0, floor - 0.02), 1.01])
    return figure
