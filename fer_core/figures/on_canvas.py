"""A figure of many points as what a canvas needs to draw them: Plotly's WebGL is slow without a graphics card."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from plotly.colors import sample_colorscale

from fer_core.types import Floats

LEVELS = 64
"""Steps of a scale of colours: more can't be told apart on points."""


@dataclass(frozen=True)
class CanvasPoints:
    """N points in the order in which they are drawn.

    Attributes:
        places: i64 (N,), each point's place among the pictures. xy: f32 (N, 2). words: what each says.
        series: i64 (N,), in which of `names` it is. look: i64 (N,), which of `colours` it has.
        names: of the series, in the legend's order. colours: CSS colours, those of the series first, in their order.
        chosen: bool (N,), the points that stand out; None where none is dimmed.
        rings: name -> f32 (K, 2), where rings are drawn around points, and their colour.
        scale: title, low and high of the scale of colours, and its colours from low to high; None without one.
    """

    places: np.ndarray
    xy: Floats
    words: list[str]
    series: np.ndarray
    look: np.ndarray
    names: list[str]
    colours: list[str]
    chosen: np.ndarray | None
    rings: dict[str, tuple[Floats, str]]
    scale: tuple[str, float, float, list[str]] | None


def on_canvas(figure: Any) -> CanvasPoints:
    """What `fer_core.figures.embedding.scatter` drew, from its own traces: those with customdata are points, the others
    rings."""
    points = [trace for trace in figure.data if trace.customdata is not None]
    colours = [trace.marker.color if isinstance(trace.marker.color, str) else "" for trace in points]
    look, scale = [], None
    for at, trace in enumerate(points):
        if colours[at]:
            look.append(np.full(len(trace.x), at))
            continue
        values = np.asarray(trace.marker.color, np.float64)
        levels, scale = _scaled(values, trace.name)
        colours[at] = scale[3][LEVELS // 2]
        look.append(len(points) + levels)
    if scale is not None:
        colours += scale[3]
    every = [np.empty(0, np.int64)]
    told = [trace.selectedpoints is not None for trace in points]
    return CanvasPoints(
        places=np.concatenate([np.asarray(trace.customdata, np.int64) for trace in points] or every),
        xy=np.concatenate([_xy(trace) for trace in points] or [np.empty((0, 2), np.float32)]),
        words=[str(one) for trace in points for one in trace.text],
        series=np.concatenate([np.full(len(trace.x), at) for at, trace in enumerate(points)] or every),
        look=np.concatenate(look or every),
        names=[trace.name for trace in points],
        colours=colours,
        chosen=np.concatenate([_chosen(trace) for trace in points]) if any(told) else None,
        rings={one.name: (_xy(one), one.marker.line.color) for one in figure.data if one.customdata is None},
        scale=scale,
    )


def _scaled(values: np.ndarray, title: str) -> tuple[np.ndarray, tuple[str, float, float, list[str]]]:
    """The step of each value on the scale, i64 (N,), and the scale."""
    low, high = float(values.min()), float(values.max())
    share = (values - low) / (high - low) if high > low else np.zeros(len(values))
    shades = sample_colorscale("Viridis", np.linspace(0, 1, LEVELS).tolist())
    return np.minimum((share * LEVELS).astype(np.int64), LEVELS - 1), (title, low, high, shades)


def _xy(trace: Any) -> Floats:
    return np.column_stack([np.asarray(trace.x, np.float32), np.asarray(trace.y, np.float32)])


def _chosen(trace: Any) -> np.ndarray:
    inside = np.zeros(len(trace.x), bool)
    if trace.selectedpoints is not None:
        inside[np.asarray(trace.selectedpoints, np.int64)] = True
    return inside
