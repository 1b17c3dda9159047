"""Differences and accuracies with their intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fer_core.figures.palette import MUTED, RUN_COLOURS, dress

METRICS = {"accuracy": "accuracy", "macro_f1": "macro F1"}


TESTS = {"accuracy": "McNemar's exact test", "macro_f1": "paired permutation test"}
"""What decides of each metric."""


def against(pairs: pd.DataFrame, reference: str, metric: str = "accuracy") -> pd.DataFrame:
    """The rows of a pairs table that involve the reference, turned so that each is "run less reference".

    pairs: as `fer_core.evaluation.paired.Pairs.table`. Columns: run, n, difference and its *_low, *_high for accuracy
    and macro_f1, only_run, only_reference; p and p_holm, those of the metric's own test.
    """
    records = []
    for row in pairs.to_dict("records"):
        if reference not in (row["a"], row["b"]):
            continue
        turned = row["a"] == reference
        record: dict[str, Any] = {"run": row["b"] if turned else row["a"], "n": row["n"]}
        record |= {"p": row[f"p_{metric}"], "p_holm": row[f"holm_{metric}"]}
        counts = row["only_a"], row["only_b"]
        record["only_run"], record["only_reference"] = counts[::-1] if turned else counts
        for name in METRICS:
            value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
            record[name], record[f"{name}_low"], record[f"{name}_high"] = (
                (-value, -high, -low) if turned else (value, low, high)
            )
        records.append(record)
    return pd.DataFrame.from_records(records)


def forest_figure(differences: pd.DataFrame, reference: str, metric: str = "accuracy") -> Any:
    """Each run's difference from the reference in percentage points, with its interval.

    differences: as from `against`. Filled where Holm's p is below 0.05.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    frame = differences.iloc[::-1]  # plotly counts upwards; the table reads downwards
    figure.add_vline(x=0, line={"color": MUTED, "dash": "dash", "width": 1.5})
    sure = frame["p_holm"] < 0.05
    value = 100 * frame[metric]
    figure.add_trace(
        go.Scatter(
            x=value, y=frame["run"], mode="markers", showlegend=False,
            error_x={"type": "data", "symmetric": False, "array": 100 * frame[f"{metric}_high"] - value,
                     "arrayminus": value - 100 * frame[f"{metric}_low"], "thickness": 2, "width": 5,
                     "color": RUN_COLOURS[0]},
            marker={"size": 11, "symbol": ["square" if s else "square-open" for s in sure], "color": RUN_COLOURS[0],
                    "line": {"width": 2, "color": RUN_COLOURS[0]}},
            customdata=frame[["p", "p_holm", "only_run", "only_reference"]].to_numpy(),
            hovertemplate="%{y}: %{x:+.2f} points<br>p %{customdata[0]:.3g}, Holm %{customdata[1]:.3g}<br>"
            "only it right %{customdata[2]}, only the reference %{customdata[3]}<extra></extra>",
        )
    )  # fmt: skip
    dress(figure, height=110 + 34 * len(frame), hovermode="closest")
    figure.update_xaxes(title=f"{METRICS[metric]} less that of {_cut(reference, 28)}, percentage points")
    figure.update_yaxes(**_names(frame["run"]))
    return figure


def accuracy_figure(
    alone: pd.DataFrame, quoted: Sequence[tuple[str, float, float, float]] = (), split: str = ""
) -> Any:
    """Each run's accuracy in percent with Wilson's interval. alone: as from `statistics.accuracies`.

    quoted: (name, accuracy, low, high) of the report's networks, shown as diamonds.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    quoted_frame = pd.DataFrame(list(quoted), columns=["run", "accuracy", "low", "high"])
    quoted_frame["run"] = "report: " + quoted_frame["run"].astype(str)
    parts = [(quoted_frame.iloc[::-1], MUTED, "diamond-open", "quoted from the report"),
             (alone.iloc[::-1], RUN_COLOURS[0], "circle", "measured")]  # fmt: skip
    for frame, colour, symbol, label in parts:
        if not len(frame):
            continue
        value = 100 * frame["accuracy"]
        figure.add_trace(
            go.Scatter(
                x=value, y=frame["run"], mode="markers", name=label, showlegend=len(quoted_frame) > 0,
                marker={"size": 10, "color": colour, "symbol": symbol},
                error_x={"type": "data", "symmetric": False, "array": 100 * frame["high"] - value,
                         "arrayminus": value - 100 * frame["low"], "thickness": 1.6, "width": 4, "color": colour},
                hovertemplate="%{y}: %{x:.2f}%<extra></extra>",
            )
        )  # fmt: skip
    rows = [*quoted_frame["run"][::-1], *alone["run"][::-1]]
    dress(figure, height=130 + 30 * len(rows), hovermode="closest")
    figure.update_xaxes(title=f"Accuracy on {split or 'the split'}, percent, with Wilson's 95% interval")
    figure.update_yaxes(**_names(pd.Series(rows)))
    return figure


def _names(names: pd.Series) -> Mapping[str, Any]:
    """Category axis whose long names are cut, so that a phone still shows the plot."""
    return {
        "type": "category", "categoryorder": "array", "categoryarray": list(names), "tickmode": "array",
        "tickvals": list(names), "ticktext": [_cut(name, 24) for name in names],
    }  # fmt: skip


def _cut(text: str, length: int) -> str:
    """The text within so many characters: its middle goes, for runs' names differ at their ends."""
    half = (length - 1) // 2
    return text if len(text) <= length else f"{text[:half]}…{text[-half:]}"
