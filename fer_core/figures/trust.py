"""Figures of the trust report: curves against random orders, the shuffled network, shares on the face's parts."""

from collections.abc import Mapping, Sequence
from typing import Any

from fer_core.figures.palette import MUTED, dress, faint
from fer_core.languages import ENGLISH, Catalogue, Sentence

OWN, OTHER = "#0F766E", "#B4632A"
SHARES = {"deletion": Sentence("% of the pixels hidden"), "insertion": Sentence("% of the pixels shown")}


def curve_figure(curve: Any, title: str, words: Catalogue = ENGLISH) -> Any:
    """One deletion or insertion curve (fer_core.saliency.trust.Curve) beside its random orders and their range."""
    import plotly.graph_objects as go

    x = curve.shares * 100
    figure = go.Figure()
    if len(curve.random):
        low, high = curve.random.min(axis=0), curve.random.max(axis=0)
        band = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        figure.add_trace(go.Scatter(x=x, y=low, **band))
        figure.add_trace(go.Scatter(x=x, y=high, fill="tonexty", fillcolor=faint(MUTED, 0.25), **band))
        figure.add_trace(
            go.Scatter(
                x=x, y=curve.random.mean(axis=0), mode="lines",
                name=words.say("random, area {area:.2f}", area=curve.random_area),
                line={"color": MUTED, "dash": "dot"}, hovertemplate="%{y:.2f}",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=x, y=curve.values, name=words.say("this map, area {area:.2f}", area=curve.area), mode="lines",
            line={"color": OWN, "width": 3}, hovertemplate="%{y:.2f}",
        )
    )  # fmt: skip
    return dress(
        figure, 300, title=title, hovermode="x unified",
        xaxis={"title": words.say(SHARES[curve.kind])},
        yaxis={"title": words.say("probability of the class"), "range": [0, 1.02]},
    )  # fmt: skip


def cascade_figure(
    steps: Sequence[Any], reference: Sequence[Any] = (), label: str = "this map", words: Catalogue = ENGLISH
) -> Any:
    """Rank correlation with the original map as layers are shuffled from the top (trust.Step), and the gradient's."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, shown, colour, dash in (
        (words.say("plain gradient"), reference, OTHER, "dot"),
        (label, steps, OWN, "solid"),
    ):
        if shown:
            figure.add_trace(
                go.Scatter(
                    x=[step.layer for step in shown], y=[step.correlation for step in shown], name=name,
                    mode="lines+markers", line={"color": colour, "width": 3 if dash == "solid" else 2, "dash": dash},
                    hovertemplate="%{y:.2f}",
                )
            )  # fmt: skip
    figure.add_hline(0, line={"color": MUTED, "width": 1})
    return dress(
        figure, 300, title=words.say("Shuffled from the last layer down to ..."), hovermode="x unified",
        xaxis={"title": None, "type": "category"},
        yaxis={"title": words.say("rank correlation with the map"), "range": [-1.02, 1.02]},
    )  # fmt: skip


def shares_figure(found: Mapping[str, float], areas: Mapping[str, float]) -> Any:
    """Share of a map on each part of the face (0 to 1) beside the part's share of the picture."""
    import plotly.graph_objects as go

    names = list(found)
    figure = go.Figure()
    for name, values, colour in (("of the map", found, OWN), ("of the picture", areas, MUTED)):
        figure.add_trace(
            go.Bar(
                x=names, y=[100 * values[n] for n in names], name=name, marker={"color": colour},
                texttemplate="%{y:.0f}%", textangle=0, textposition="outside", cliponaxis=False,
                hovertemplate="%{y:.1f}%",
            )
        )  # fmt: skip
    return dress(figure, 300, barmode="group", xaxis={"title": None}, yaxis={"title": "%", "rangemode": "tozero"})
