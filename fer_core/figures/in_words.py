"""A figure in a sentence, for those who don't see it: what is drawn against what, and each line's ends."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from fer_core.languages import ENGLISH, Catalogue

_MOST = 8
"""Traces told one by one; more of them are counted."""


def in_words(figure: Any, title: str = "", words: Catalogue = ENGLISH) -> str:
    """What a Plotly figure shows, from its own axes, traces and numbers. title: what it is called, "" for its own.
    words: the language."""
    title = title or plain_label(figure.layout.title.text)
    told = [one for one in (_trace(trace, words.say) for trace in shown_traces(figure)) if one]
    rest = words.say("and {count} more", count=len(told) - _MOST) if len(told) > _MOST else ""
    parts = [title, _axes(figure, words.say), "; ".join([*told[:_MOST], *filter(None, [rest])])]
    return ". ".join(part for part in parts if part) + "."


def shown_traces(figure: Any) -> list[Any]:
    """A figure's traces but those that are hidden."""
    return [trace for trace in figure.data if trace.visible is not False and trace.visible != "legendonly"]


def _axes(figure: Any, say: Callable[..., str]) -> str:
    across, up = plain_label(figure.layout.xaxis.title.text), plain_label(figure.layout.yaxis.title.text)
    if across and up:
        return say("{up} against {across}", up=up, across=across)
    return across or up


def _trace(trace: Any, say: Callable[..., str]) -> str:
    """One trace, or "" where it carries no numbers of its own (bands, frames, marks of one point)."""
    if trace.type == "heatmap":
        values = _numbers(np.ravel(np.asarray(trace.z, dtype=object)))
        if not values:
            return ""
        return say(
            "a grid of {count} cells from {low:.4g} to {high:.4g}", count=len(values), low=min(values), high=max(values)
        )
    if trace.type == "parcoords":
        return say("parallel axes: {names}", names=", ".join(plain_label(one.label) for one in trace.dimensions))
    values, labels = _numbers(_list(getattr(trace, "y", None))), _list(getattr(trace, "x", None))
    if trace.type == "bar" and trace.orientation == "h":
        values, labels = _numbers(labels), _list(trace.y)
    if not values and labels and trace.type.startswith("scatter"):  # points along the lines of names
        values, labels = _numbers(labels), _list(trace.y)
    name = plain_label(trace.name)
    if not values or (trace.type == "scatter" and trace.fill in ("toself", "tonexty") and not name):
        return ""
    points = trace.type != "bar" and "lines" not in (trace.mode or "lines")
    if (trace.type == "bar" or (points and isinstance(labels[0], str))) and len(values) == len(labels) <= _MOST + 2:
        bars = ", ".join(f"{plain_label(label)} {value:.4g}" for label, value in zip(labels, values, strict=True))
        return f"{name}: {bars}" if name else bars
    if points:
        return say(
            "{name}: {count} from {low:.4g} to {high:.4g}",
            name=name or say("points"), count=len(values), low=min(values), high=max(values),
        )  # fmt: skip
    return say(
        "{name} from {first:.4g} to {last:.4g}, between {low:.4g} and {high:.4g}",
        name=name or say("a line"), first=values[0], last=values[-1], low=min(values), high=max(values),
    )  # fmt: skip


def _list(values: Any) -> list[Any]:
    return [] if values is None else list(values)


def _numbers(values: Iterable[Any]) -> list[float]:
    """The finite numbers among values of any kind."""
    return [float(v) for v in values if isinstance(v, (int, float, np.number)) and np.isfinite(v)]


def plain_label(text: Any) -> str:
    """A label without Plotly's tags."""
    return str(text or "").replace("<br>", " ").replace("<b>", "").replace("</b>", "").strip()
