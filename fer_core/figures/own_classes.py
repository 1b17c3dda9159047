"""What a last layer of one's own confuses, as a figure."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from fer_core.evaluation.confusion import normalise
from fer_core.figures.plain import plain


def own_heatmap(counts: np.ndarray, names: Sequence[str]) -> go.Figure:
    """Confusion matrix i64 (C, C) of classes of any names: share of each row, and the count."""
    shares = normalise(counts, "true")
    text = [
        ["–" if np.isnan(share) else f"{share:.0%}<br>{count}" for share, count in zip(*row, strict=True)]
        for row in zip(shares, counts, strict=True)
    ]
    figure = plain(120 + 60 * len(names), margin={"l": 10, "r": 10, "t": 50, "b": 10})
    figure.add_heatmap(
        z=shares, x=list(names), y=list(names), text=text, texttemplate="%{text}", colorscale="Blues", zmin=0, zmax=1,
        xgap=2, ygap=2, showscale=False, hovertemplate="%{y} taken for %{x}: %{text}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="taken for", side="top", type="category")
    figure.update_yaxes(title="it is", autorange="reversed", type="category")
    return figure
