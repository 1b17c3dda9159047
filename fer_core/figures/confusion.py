"""Plotly figures of the confusion matrix, of its cells over epochs, and of one picture in it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from fer_core.evaluation.confusion import Selection, normalise, sentence
from fer_core.figures.plain import GREY, SELECTED, plain
from fer_core.labels import CLASSES, COLOURS


def heatmap(
    counts: np.ndarray,
    by: str,
    order: np.ndarray,
    title: str = "",
    axes: tuple[str, str] = ("labelled", "taken for"),
    classes: Sequence[str] = CLASSES,
) -> go.Figure:
    """The matrix as a figure to keep: counts i64 (C, C) of `classes` coloured and labelled by their shares.

    axes: what rows and columns are; a cell says more where they are those of an ordinary confusion matrix.
    """
    shares = normalise(counts, by)[np.ix_(order, order)]
    shown = np.asarray(counts)[np.ix_(order, order)]
    names = [classes[c] for c in order]
    if by == "none":
        text = [[f"{n:,}" for n in row] for row in shown]
    else:
        text = [
            ["–" if np.isnan(s) else f"{s:.1%}<br>{n:,}" for s, n in zip(*pair, strict=True)]
            for pair in zip(shares, shown, strict=True)
        ]
    usual = axes == ("labelled", "taken for")
    said = [
        [
            sentence(counts, Selection(int(t), int(p)), by, classes)
            if usual
            else f"{axes[0]} {classes[t]}, {axes[1]} {classes[p]}: {counts[t, p]:,}"
            for p in order
        ]
        for t in order
    ]
    figure = plain(560, title, margin={"l": 10, "r": 10, "t": 90 if title else 60, "b": 10})
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
    figure.update_xaxes(title=axes[1], side="top")
    figure.update_yaxes(title=axes[0], autorange="reversed")
    return figure


def difference_heatmap(
    difference: np.ndarray, by: str, order: np.ndarray, top: float, title: str, classes: Sequence[str] = CLASSES
) -> go.Figure:
    """Share of A minus share of B, f64 (C, C) of `classes`, on a two-sided scale from -top to top."""
    shown = difference[np.ix_(order, order)]
    names = [classes[c] for c in order]
    pattern = "%{z:+,.0f}" if by == "none" else "%{z:+.1%}"
    figure = plain(560, title, margin={"l": 10, "r": 10, "t": 90, "b": 10})
    figure.add_heatmap(
        z=shown, x=names, y=names, texttemplate=pattern, colorscale="RdBu", zmin=-top, zmax=top, xgap=2, ygap=2
    )
    figure.update_xaxes(title="taken for", side="top")
    figure.update_yaxes(title="labelled", autorange="reversed")
    return figure


def cell_curves(
    counts: np.ndarray,
    epochs: np.ndarray,
    order: np.ndarray,
    at: int | None = None,
    *,
    cell: Selection | None = None,
    own_ceiling: bool = False,
) -> go.Figure:
    """Small multiples: each cell's share of its true class over the epochs, in the place it has in the matrix.

    One set of axes holds all 49 curves, which a browser draws at once where 49 subplots take it seconds.

    Args:
        counts: i64 (E, 7, 7). epochs: i64 (E,), 1-based, as shown. order: of the classes.
        at: index of the epoch that is marked. cell: the cell, row or column that is framed.
        own_ceiling: each curve's ceiling is its own greatest share, written into its corner, instead of 1.
    """
    shares = normalise(counts, "true")
    greatest = np.nan_to_num(np.nanmax(shares, axis=0, initial=0, where=~np.isnan(shares)))
    ceilings = np.where(greatest > 0, greatest, 1.0) if own_ceiling else np.ones(shares.shape[1:])
    reach = 0.76 if own_ceiling else 0.86  # of a cell's height; a ceiling is written above its curve
    across = (epochs - epochs[0]) / max(1, epochs[-1] - epochs[0])
    figure = plain(620, showlegend=False, margin={"l": 10, "r": 10, "t": 40, "b": 10}, hovermode="closest")
    for i, t in enumerate(order):
        x, y, said = [], [], []
        for j, p in enumerate(order):
            share = shares[:, t, p]
            x += [*(j + 0.06 + 0.88 * across), None]
            y += [*(6 - i + 0.06 + reach * share / ceilings[t, p]), None]
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
    _grid(figure, None if at is None else float(across[at]))
    if own_ceiling:
        _ceilings(figure, greatest, order)
    if cell is not None:
        _frame(figure, cell, order)
    names = [CLASSES[c] for c in order]
    middle = [k + 0.5 for k in range(7)]
    still = {"showgrid": False, "zeroline": False, "fixedrange": True, "range": [-0.02, 7.02]}
    figure.update_xaxes(tickvals=middle, ticktext=names, side="top", **still)
    figure.update_yaxes(tickvals=middle, ticktext=names[::-1], **still)
    return figure


def _grid(figure: go.Figure, marked: float | None) -> None:
    """Lines between the cells, and a dotted one through each column where a share 0 to 1 of its width is marked."""
    places: list[tuple[float, dict[str, Any]]] = [(k, {"width": 0.5}) for k in range(8)]
    if marked is not None:
        places += [(k + 0.06 + 0.88 * marked, {"width": 1, "dash": "dot"}) for k in range(7)]
    for place, line in places:
        figure.add_shape(type="line", x0=place, x1=place, y0=0, y1=7, line={"color": GREY, **line})
    for k in range(8):
        figure.add_shape(type="line", x0=0, x1=7, y0=k, y1=k, line={"color": GREY, "width": 0.5})


def _ceilings(figure: go.Figure, greatest: np.ndarray, order: np.ndarray) -> None:
    i, j = np.indices((7, 7)).reshape(2, -1)
    figure.add_scatter(
        x=j + 0.04,
        y=6 - i + 1.0,
        mode="text",
        text=[f"{share:.0%}" for share in greatest[np.ix_(order, order)].ravel()],
        textposition="bottom right",
        textfont={"size": 9, "color": GREY},
        hoverinfo="skip",
    )


def _frame(figure: go.Figure, cell: Selection, order: np.ndarray) -> None:
    """A frame around a selected cell, row or column; none where nothing is selected."""
    if cell.true is None and cell.predicted is None:
        return
    row, column = (None if c is None else int(np.flatnonzero(order == c)[0]) for c in (cell.true, cell.predicted))
    x0, x1 = (0, 7) if column is None else (column, column + 1)
    y0, y1 = (0, 7) if row is None else (6 - row, 7 - row)
    figure.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": SELECTED, "width": 3})


def probability_bars(probabilities: np.ndarray, label: int, votes: np.ndarray | None = None) -> go.Figure:
    """The seven probabilities of a picture f32 (7,), beside its FER+ votes u8 (7,) as shares where there are any."""
    order = list(range(len(CLASSES)))[::-1]
    names = [CLASSES[k] + (" (label)" if k == label else "") for k in order]
    figure = plain(250 if votes is None else 310, barmode="group", bargap=0.25)
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
            marker={"color": GREY, "pattern": {"shape": "/"}},
            text=[f"{n} {'vote' if n == 1 else 'votes'}" if n else "" for n in votes[order]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra>FER+</extra>",
        )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=[0, 1.3], tickformat=".0%", tickvals=[0, 0.5, 1])
    return figure
