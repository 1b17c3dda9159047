"""Plotly figure of how many pictures flip when their pixels may change by so many gray levels."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from fer_core.figures.palette import RUN_COLOURS
from fer_core.figures.plain import plain


def flips_figure(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """A line a run, with Wilson's 95% intervals; tables as `fer_core.inside.attacks.Flips.table` gives them."""
    figure = plain(280, "", showlegend=len(tables) > 1)
    for i, (name, table) in enumerate(tables.items()):
        colour = RUN_COLOURS[i % len(RUN_COLOURS)]
        figure.add_scatter(
            x=table["epsilon"].astype(str), y=table["share"], name=name, mode="lines+markers",
            line={"color": colour}, customdata=table[["flipped", "n"]],
            error_y={"array": table["high"] - table["share"], "arrayminus": table["share"] - table["low"]},
            hovertemplate=f"{name}, %{{x}} gray levels: %{{customdata[0]}} of %{{customdata[1]}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="gray levels of 255 that a pixel may change by", type="category")
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title="pictures that flip", automargin=True)
    figure.update_layout(legend={"orientation": "h", "y": 1.15})
    return figure
