"""Plotly figure of pictures on a plane, which can be lassoed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from fer_core.errors import FerError
from fer_core.figures.palette import MUTED, RUN_COLOURS, dress
from fer_core.labels import CLASSES, COLOURS

MEASURES = {
    "brightness": "mean grey level, 0 to 255",
    "contrast": "standard deviation of the grey levels",
    "sharpness": "logarithm (base 10) of 1 + the variance of the Laplacian",
}
SLICES = (*MEASURES, "twin in training", "selection")
PAINTS = ("class", "prediction", "error", "doubt", *SLICES)
"""What points may be coloured by: what is said of a picture, or the slice that it is in."""

_SIZE = 6
_UNKNOWN = "none"
_NO_NAME = "in no selection"
_ERROR = {"right": RUN_COLOURS[0], "wrong": RUN_COLOURS[-1], _UNKNOWN: MUTED}


def painted(by: str, labels: np.ndarray, predicted: np.ndarray, doubt: np.ndarray) -> dict[str, Any]:
    """`groups` and `colours`, or `values` and `title`, for `scatter`.

    Args:
        by: of PAINTS. labels, predicted: int (N,), -1 where there is none. doubt: f (N,), 1 less the probability of the
            label, NaN where there is none.

    Raises FerError for another word.
    """
    if by not in PAINTS:
        raise FerError(f"A map is coloured by {', '.join(PAINTS)}, not by {by!r}.")
    if by == "doubt":
        return {"values": np.asarray(doubt, np.float32), "title": "doubt: 1 less the label's probability"}
    if by == "error":
        known = (labels >= 0) & (predicted >= 0)
        said = np.where(known, np.where(labels == predicted, "right", "wrong"), _UNKNOWN)
        return {"groups": said.tolist(), "colours": _ERROR}
    names = np.array([*CLASSES, _UNKNOWN])
    groups = names[np.asarray(labels if by == "class" else predicted)]
    return {"groups": groups.tolist(), "colours": {**COLOURS, _UNKNOWN: MUTED}}


def painted_by_slice(
    by: str,
    measure: np.ndarray | None = None,
    twin: np.ndarray | None = None,
    selections: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Any]:
    """As `painted`, of a word of SLICES.

    Args:
        measure: f (N,), of a word of MEASURES. twin: bool (N,). selections: name -> bool (N,); a picture that bears
            several names has the colour of the first.

    Raises FerError for another word.
    """
    if by in MEASURES and measure is not None:
        values = np.log10(1 + np.asarray(measure, np.float64)) if by == "sharpness" else np.asarray(measure)
        return {"values": values.astype(np.float32), "title": f"{by}: {MEASURES[by]}"}
    if by == "twin in training" and twin is not None:
        return {"groups": np.where(twin, by, "no twin").tolist(), "colours": {by: RUN_COLOURS[-1], "no twin": MUTED}}
    if by == "selection" and selections is not None:
        count = len(next(iter(selections.values()), ()))
        groups = np.full(count, _NO_NAME, object)
        for name, inside in reversed(list(selections.items())):
            groups[inside] = name
        colours = {name: RUN_COLOURS[at % len(RUN_COLOURS)] for at, name in enumerate(selections)}
        return {"groups": groups.tolist(), "colours": {_NO_NAME: MUTED, **colours}}
    raise FerError(f"A map is coloured by {', '.join(PAINTS)}, not by {by!r}.")


def scatter(
    points: np.ndarray,
    words: Sequence[str],
    groups: Sequence[str] | None = None,
    colours: Mapping[str, str] | None = None,
    values: np.ndarray | None = None,
    title: str = "",
    marked: Mapping[str, np.ndarray] | None = None,
    chosen: np.ndarray | None = None,
) -> go.Figure:
    """Every picture a point; its place among the pictures is the point's customdata.

    Args:
        points: f32 (N, 2). words: what each point says, N of them.
        groups: the group of each point, coloured by `colours` (group -> hex, in the legend's order); or
        values: f32 (N,), coloured from low to high, NaN for none; `title` names their scale.
        marked: name -> places i64 of points with a ring around them.
        chosen: places i64 of what was lassoed elsewhere; all others are dimmed.
    """
    figure = go.Figure()
    said = np.asarray(words, object)
    if groups is not None:
        names = np.asarray(groups, object)
        for name, colour in (colours or {}).items():
            _points(figure, points, said, np.flatnonzero(names == name), name, chosen, color=colour)
    elif values is not None:
        scale = {"color": values, "colorscale": "Viridis", "showscale": True, "colorbar": _bar(title)}
        there = np.isfinite(values)
        _points(figure, points, said, np.flatnonzero(~there), "none", chosen, color=MUTED)
        scale["color"] = values[there]
        _points(figure, points, said, np.flatnonzero(there), title, chosen, **scale)
    for name, places in (marked or {}).items():
        figure.add_scattergl(
            x=points[places, 0], y=points[places, 1], name=name, mode="markers", hoverinfo="skip",
            marker={"size": 15, "color": "rgba(0,0,0,0)", "line": {"width": 2.5, "color": RUN_COLOURS[-1]}},
        )  # fmt: skip
    dress(figure, 560, dragmode="lasso", hovermode="closest")
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure


def _bar(title: str) -> dict[str, Any]:
    """A scale whose title runs along it: above it, it would take the points' room."""
    return {"title": {"text": title, "side": "right"}, "len": 0.9, "thickness": 16}


def _points(
    figure: go.Figure,
    points: np.ndarray,
    words: np.ndarray,
    here: np.ndarray,
    name: str,
    chosen: np.ndarray | None,
    **marker: Any,
) -> None:
    if not len(here):
        return
    own = {} if chosen is None else {"selectedpoints": np.flatnonzero(np.isin(here, chosen))}
    figure.add_scattergl(
        x=points[here, 0], y=points[here, 1], name=name, mode="markers", customdata=here, text=words[here],
        hovertemplate="%{text}<extra></extra>", marker={"size": _SIZE, "opacity": 0.75, **marker},
        unselected={"marker": {"opacity": 0.12}}, **own,
    )  # fmt: skip
