"""The report's accuracies and ours, one line a variant."""

from typing import Any

import pandas as pd

from fer_core.figures.palette import MUTED, RUN_COLOURS, dress

_APART = 0.17


def beside_report_figure(table: pd.DataFrame, summary: pd.DataFrame, split: str) -> Any:
    """Diamonds: quoted, with Wilson's interval. Dots: our runs, a dot a seed; a bar at their mean from two up.

    table, summary: as from `runs_beside` and `summary` of `fer_core.comparison.beside_report`.
    """
    import plotly.graph_objects as go

    rows = summary[summary["quoted"].notna() | (summary["seeds"] > 0)].iloc[::-1].reset_index(drop=True)
    places = {name: float(place) for place, name in enumerate(rows["variant"])}
    quoted = rows[rows["quoted"].notna()]
    value = 100 * quoted["quoted"]
    traces = [
        go.Scatter(
            x=value, y=quoted["variant"].map(places) + _APART, mode="markers", name="quoted from the report",
            marker={"size": 11, "symbol": "diamond-open", "color": MUTED, "line": {"width": 2}},
            error_x={"type": "data", "symmetric": False, "array": 100 * quoted["quoted_high"] - value,
                     "arrayminus": value - 100 * quoted["quoted_low"], "thickness": 1.4, "width": 4, "color": MUTED},
            customdata=quoted["variant"], hovertemplate="%{customdata}: %{x:.2f}%, quoted<extra></extra>",
        )
    ]  # fmt: skip
    own = table[table[split].notna() & table["variant"].isin(list(places))]
    if len(own):
        traces.append(
            go.Scatter(
                x=100 * own[split], y=own["variant"].map(places) - _APART, mode="markers",
                name="measured here, a dot a run",
                marker={"size": 11, "color": RUN_COLOURS[1], "opacity": 0.75}, customdata=own["run"],
                hovertemplate="%{customdata}: %{x:.2f}%, measured<extra></extra>",
            )
        )  # fmt: skip
    several = rows[rows["seeds"] > 1]
    if len(several):
        traces.append(
            go.Scatter(
                x=100 * several["mean"], y=several["variant"].map(places) - _APART, mode="markers", name="mean of ours",
                marker={"size": 22, "symbol": "line-ns", "line": {"width": 3, "color": RUN_COLOURS[1]}},
                customdata=several["seeds"], hovertemplate="mean of %{customdata}: %{x:.2f}%<extra></extra>",
            )
        )  # fmt: skip
    figure = go.Figure(traces)
    dress(figure, 130 + 52 * len(rows), hovermode="closest")
    figure.update_xaxes(title=f"Accuracy on {split}, percent")
    figure.update_yaxes(
        tickmode="array", tickvals=list(places.values()), ticktext=list(places), range=[-0.6, len(rows) - 0.4],
        showgrid=False, zeroline=False,
    )  # fmt: skip
    return figure
