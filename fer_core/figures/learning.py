"""What the class watches while a small network learns: its accuracy by epoch, and the filters of its first layer."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from fer_core.figures.palette import MUTED, RUN_COLOURS, TRAIN_DASH
from fer_core.figures.plain import plain
from fer_core.labels import CLASSES
from fer_core.languages import ENGLISH, Catalogue
from fer_core.pictures.sheet import sheet
from fer_core.training.classroom import Epoch
from fer_core.types import Bytes


def accuracy_curves(
    film: Sequence[Epoch],
    epochs: int,
    shown: int,
    before: Sequence[Epoch] = (),
    height: int = 340,
    words: Catalogue = ENGLISH,
) -> go.Figure:
    """Accuracy on training and on test faces by epoch.

    epochs: how many were asked for, the end of the axis. shown: number of the epoch in view, marked. before: the
    training before this one, its test accuracy drawn grey. words: the language of its texts.
    """
    figure = plain(height, margin={"l": 10, "r": 10, "t": 12, "b": 40})
    if before:
        figure.add_scatter(
            x=[one.number for one in before], y=[one.test_accuracy for one in before], mode="lines",
            name=words.say("the training before, new faces"), line={"color": MUTED, "width": 2},
            hovertemplate="%{y:.1%}",
        )  # fmt: skip
    numbers = [one.number for one in film]
    for name, values, dash in (
        (words.say("faces it trains on"), [one.accuracy for one in film], TRAIN_DASH),
        (words.say("new faces"), [one.test_accuracy for one in film], "solid"),
    ):
        figure.add_scatter(
            x=numbers, y=values, mode="lines+markers", name=name, hovertemplate="%{y:.1%}", marker={"size": 5},
            line={"color": RUN_COLOURS[0], "width": 2.5, "dash": dash},
        )  # fmt: skip
    figure.add_hline(1 / len(CLASSES), line={"color": MUTED, "dash": "dash", "width": 1})
    figure.add_annotation(
        x=1, xref="paper", y=1 / len(CLASSES), text=words.say("guessing by lot"),
        showarrow=False, yshift=9, xanchor="right",
        font={"size": 11},
    )  # fmt: skip
    figure.add_vline(shown, line={"color": MUTED, "width": 1})
    figure.update_layout(hovermode="x unified", legend={"orientation": "h", "y": -0.25, "x": 0})
    figure.update_xaxes(title=words.say("epoch"), range=[-0.3, epochs + 0.3], dtick=max(1, epochs // 5))
    figure.update_yaxes(title=words.say("right answers"), range=[0, 1.02], tickformat=".0%")
    return figure


def filters_picture(film: Sequence[Epoch], shown: int, scale: int = 8) -> Bytes:
    """The first layer's filters at the start (first row) and at the epoch in view (second row), u8 (H, W, 3).

    Each is drawn by its own greatest weight: white counts for, black against, middle gray not at all.
    """
    rows = [film[0].filters, next(one for one in film if one.number == shown).filters]
    both = np.concatenate(rows)
    reach = np.maximum(np.abs(both).max(axis=(1, 2), keepdims=True), 1e-9)
    picture: Bytes = sheet((both / reach + 1) / 2, len(rows[0]), gap=6, scale=scale, background=255)
    return picture
