"""What single factors change in the answers of one network or of several."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fer_core.figures.palette import dress, look_of
from fer_core.languages import ENGLISH, Catalogue, Sentence

MEASURES = {
    "changed": Sentence("Answers that change, percent of the pairs"),
    "moved": Sentence("Probability that moves, percent (mean over the pairs)"),
}
"""A measure of an audit -> the title of its axis."""


def factors_figure(frames: Mapping[str, pd.DataFrame], measure: str = "changed", words: Catalogue = ENGLISH) -> Any:
    """Each factor's effect with its 95% interval, one colour a run.

    frames: run -> its table, as `fer_core.evaluation.fairness.table` gives it; factors stand in the order of the first.
    measure: one of MEASURES. words: the language of its texts.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    order = list(dict.fromkeys(name for frame in frames.values() for name in frame["factor"]))[::-1]
    step = 0.28
    for slot, (run, frame) in enumerate(frames.items()):
        look, value = look_of(slot), 100 * frame[measure]
        aside = step * ((len(frames) - 1) / 2 - slot)
        figure.add_trace(
            go.Scatter(
                x=value, y=[order.index(name) + aside for name in frame["factor"]], mode="markers", name=run,
                marker={"size": 10, "color": look.colour, "symbol": ("circle", "diamond", "square")[slot % 3]},
                error_x={"type": "data", "symmetric": False, "array": 100 * frame[f"{measure}_high"] - value,
                         "arrayminus": value - 100 * frame[f"{measure}_low"], "thickness": 2, "width": 5,
                         "color": look.colour},
                customdata=frame[["factor", "low", "high"]].map(words.say).to_numpy(),
                hovertemplate="%{customdata[0]}: %{customdata[1]} / %{customdata[2]}<br>%{x:.1f}%<extra></extra>",
            )
        )  # fmt: skip
    dress(figure, height=150 + 38 * len(order), hovermode="closest", showlegend=len(frames) > 1)
    figure.update_xaxes(title=words.say(MEASURES[measure]), rangemode="tozero")
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(order))), ticktext=[words.say(name) for name in order], zeroline=False
    )
    return figure
