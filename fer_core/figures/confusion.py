"""Plotly figures around the confusion matrix. Backgrounds are transparent, so that they suit light and dark."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from fer_core.evaluation.abstention import Answered, Coverage
from fer_core.evaluation.confusion import Selection, normalise, sentence
from fer_core.evaluation.per_class import Curve
from fer_core.labels import CLASSES, COLOURS

_CLEAR = "rgba(0,0,0,0)"
_GREY = "#8a8f98"


def _figure(height: int, title: str = "", **layout: Any) -> go.Figure:
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


def heatmap(counts: np.ndarray, by: str, order: np.ndarray, title: str = "") -> go.Figure:
    """The matrix as a figure to keep: counts i64 (7, 7) coloured and labelled by their shares."""
    shares = normalise(counts, by)[np.ix_(order, order)]
    shown = np.asarray(counts)[np.ix_(order, order)]
    names = [CLASSES[c] for c in order]
    if by == "none":
        text = [[f"{n:,}" for n in row] for row in shown]
    else:
        text = [
            ["–" if np.isnan(s) else f"{s:.1%}<br>{n:,}" for s, n in zip(*pair, strict=True)]
            for pair in zip(shares, shown, strict=True)
        ]
    said = [[sentence(counts, Selection(int(t), int(p)), by) for p in order] for t in order]
    figure = _figure(560, title, margin={"l": 10, "r": 10, "t": 90 if title else 60, "b": 10})
    top = float(np.asarray(counts).sum(axis=1).max()) if by == "none" else 1.0
    figure.add_heatmap(
        z=shares,
        x=names,
        y=names,
        text=text,
        texttemplate="%{text}",
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
        colorscale="Blues",
        zmin=0,
        zmax=max(top, 1e-9),
        xgap=2,
        ygap=2,
    )
    figure.update_xaxes(title="taken for", side="top")
    figure.update_yaxes(title="labelled", autorange="reversed")
    return figure


def difference_heatmap(difference: np.ndarray, by: str, order: np.ndarray, top: float, title: str) -> go.Figure:
    """Share of A minus share of B, f64 (7, 7), on a two-sided scale from -top to top."""
    shown = difference[np.ix_(order, order)]
    names = [CLASSES[c] for c in order]
    pattern = "%{z:+,.0f}" if by == "none" else "%{z:+.1%}"
    figure = _figure(560, title, margin={"l": 10, "r": 10, "t": 90, "b": 10})
    figure.add_heatmap(
        z=shown, x=names, y=names, texttemplate=pattern, colorscale="RdBu", zmin=-top, zmax=top, xgap=2, ygap=2
    )
    figure.update_xaxes(title="taken for", side="top")
    figure.update_yaxes(title="labelled", autorange="reversed")
    return figure


def cell_curves(counts: np.ndarray, epochs: np.ndarray, order: np.ndarray, chosen: int | None = None) -> go.Figure:
    """Small multiples: each cell's share of its true class over the epochs, in the place it has in the matrix.

    One set of axes holds all 49 curves, which a browser draws at once where 49 subplots take it seconds.

    Args:
        counts: i64 (E, 7, 7). epochs: i64 (E,), 1-based, as shown. order: of the classes.
        chosen: index of the epoch that is marked.
    """
    shares = normalise(counts, "true")
    across = (epochs - epochs[0]) / max(1, epochs[-1] - epochs[0])
    figure = _figure(620, showlegend=False, margin={"l": 10, "r": 10, "t": 40, "b": 10})
    for i, t in enumerate(order):
        x, y, said = [], [], []
        for j, p in enumerate(order):
            share = shares[:, t, p]
            x += [*(j + 0.06 + 0.88 * across), None]
            y += [*(6 - i + 0.06 + 0.86 * share), None]
            what = Selection(int(t), int(p)).title()
            said += [f"{what}<br>epoch {e}: {s:.1%}" for e, s in zip(epochs, share, strict=True)] + [""]
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": COLOURS[CLASSES[t]], "width": 1.8},
            text=said,
            hovertemplate="%{text}<extra></extra>",
        )
    for k in range(8):
        figure.add_shape(type="line", x0=k, x1=k, y0=0, y1=7, line={"color": _GREY, "width": 0.5})
        figure.add_shape(type="line", x0=0, x1=7, y0=k, y1=k, line={"color": _GREY, "width": 0.5})
    if chosen is not None:
        for k in range(7):
            place = k + 0.06 + 0.88 * across[chosen]
            figure.add_shape(
                type="line", x0=place, x1=place, y0=0, y1=7, line={"color": _GREY, "width": 1, "dash": "dot"}
            )
    names = [CLASSES[c] for c in order]
    middle = [k + 0.5 for k in range(7)]
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "range": [0, 7]}
    figure.update_xaxes(tickvals=middle, ticktext=names, side="top", **plain)
    figure.update_yaxes(tickvals=middle, ticktext=names[::-1], **plain)
    return figure


def class_intervals(table: pd.DataFrame, order: np.ndarray) -> go.Figure:
    """Precision, recall and F1 of each class with their intervals; `table` as `per_class.table` gives it."""
    figure = _figure(380, hovermode="closest")
    rows = table.iloc[np.asarray(order)[::-1]]
    middle = np.arange(len(rows), dtype=float)
    looks = (
        ("recall", "#1769c2", "circle", 0.2),
        ("precision", "#c2570c", "diamond", 0.0),
        ("f1", _GREY, "square", -0.2),
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


def class_curves(curves: dict[str, Curve], kind: str, chosen: str | None = None) -> go.Figure:
    """ROC ("roc") or precision-recall ("pr") curves of the classes, the chosen one strong and the others pale."""
    titles = {"roc": ("False positive rate", "True positive rate"), "pr": ("Recall", "Precision")}[kind]
    figure = _figure(400, "One class against the rest: " + ("ROC" if kind == "roc" else "precision and recall"))
    if kind == "roc":
        figure.add_scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": _GREY, "dash": "dot", "width": 1},
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
    figure.update_layout(legend={"y": -0.22})
    return figure


def coverage(curve: Coverage, here: Answered, threshold: float) -> go.Figure:
    """Accuracy of what is answered against the share answered, with the chosen threshold marked."""
    step = max(1, len(curve.coverage) // 600)
    picked = np.unique(np.append(np.arange(0, len(curve.coverage), step), len(curve.coverage) - 1))
    figure = _figure(380, showlegend=False)
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


def accuracy_bins(frame: pd.DataFrame, measure: str, overall: float) -> go.Figure:
    """Accuracy in each bin of a measure with its interval; `frame` as `slices.accuracy_by_bin` gives it."""
    names = [f"{_short(low)} to {_short(high)}" for low, high in zip(frame["low"], frame["high"], strict=True)]
    return _accuracies(names, frame, measure, overall)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def accuracy_parts(frame: pd.DataFrame, overall: float) -> go.Figure:
    """Accuracy of named parts with its interval; `frame` as `slices.accuracy_of` gives it."""
    return _accuracies(frame["part"].tolist(), frame, "", overall)


def _accuracies(names: list[str], frame: pd.DataFrame, title: str, overall: float) -> go.Figure:
    figure = _figure(280, title, showlegend=False)
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
    figure.add_hline(y=overall, line={"color": _GREY, "dash": "dot", "width": 1})
    figure.update_yaxes(tickformat=".0%", title="accuracy")
    figure.update_xaxes(type="category")
    return figure


def probability_bars(probabilities: np.ndarray, label: int, votes: np.ndarray | None = None) -> go.Figure:
    """The seven probabilities of a picture f32 (7,), beside its FER+ votes u8 (7,) as shares where there are any."""
    order = list(range(len(CLASSES)))[::-1]
    names = [CLASSES[k] + (" (label)" if k == label else "") for k in order]
    figure = _figure(250 if votes is None else 310, barmode="group", bargap=0.25)
    figure.add_bar(
        y=names,
        x=probabilities[order],
        orientation="h",
        name="network",
        marker={"color": [COLOURS[CLASSES[k]] for k in order]},
        text=[f"{probabilities[k]:.1%}" for k in order],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2%}<extra>network</extra>",
    )
    if votes is not None:
        share = votes[order] / max(1, int(votes.sum()))
        figure.add_bar(
            y=names,
            x=share,
            orientation="h",
            name="FER+ votes",
            marker={"color": _GREY, "pattern": {"shape": "/"}},
            text=[f"{n} {'vote' if n == 1 else 'votes'}" if n else "" for n in votes[order]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra>FER+</extra>",
        )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=[0, 1.3], tickformat=".0%", tickvals=[0, 0.5, 1])
    return figure
