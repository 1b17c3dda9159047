"""Figures about drawn faces: which pixels an action unit moves, and how probabilities follow it."""

import numpy as np
import plotly.graph_objects as go

from fer_core.figures.palette import MUTED, dress
from fer_core.labels import CLASSES, COLOURS
from fer_core.languages import ENGLISH, Catalogue

_TINT = np.array((255, 122, 26), np.float32)


def moved_overlay(face: np.ndarray, mask: np.ndarray, opacity: float = 0.72) -> np.ndarray:
    """The gray face u8 (h, w) with the masked pixels (bool (h, w)) tinted orange: u8 (h, w, 3)."""
    colour = np.repeat(face[..., None], 3, axis=2).astype(np.float32)
    colour[mask] = (1.0 - opacity) * colour[mask] + opacity * _TINT
    return (colour + 0.5).astype(np.uint8)


def sweep_figure(
    values: np.ndarray, probabilities: np.ndarray, unit_name: str, now: float, words: Catalogue = ENGLISH
) -> go.Figure:
    """Probability of each class, f32 (K, 7), as one unit's intensity goes through `values` (K,); a line marks where
    the face is now. words: the language of its axes and lines."""
    figure = go.Figure()
    for index, name in enumerate(CLASSES):
        figure.add_scatter(
            x=values,
            y=probabilities[:, index],
            name=words.say(name),
            mode="lines",
            line={"color": COLOURS[name], "width": 2.5},
            hovertemplate="%{y:.1%}<extra>" + words.say(name) + "</extra>",
        )
    figure.add_vline(x=now, line={"color": MUTED, "dash": "dot", "width": 1.5})
    dress(figure, 360, hovermode="x unified")
    title = words.say("Intensity of {unit}", unit=unit_name)
    figure.update_xaxes(title=title, range=[0, 1], tickvals=[0, 0.15, 0.35, 0.55, 0.8, 1.0],
                        ticktext=["0", "A", "B", "C", "D", "E"])  # fmt: skip
    figure.update_yaxes(title=words.say("Probability"), range=[0, 1.02], tickformat=".0%")
    return figure
