"""What is asked of which network about which picture: the settings that all views share."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.figures.overlay import overlay
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.ui import explain
from pages.ui.source import Picture
from pages.ui.states import EXPLAIN

NOTHING = "nothing"


@dataclass(frozen=True)
class ExplainRequest:
    """The question: run, picture, its class probabilities f32 (7,), method with settings, target, and the look."""

    run: Run
    picture: Picture
    probabilities: np.ndarray
    method: str
    settings: dict[str, Any] = field(hash=False)
    target: Any
    opacity: float
    blur: float

    @property
    def kind(self) -> type[saliency.Method]:
        return saliency.get(self.method)

    def raw(self) -> np.ndarray:
        """The raw map f32 (48, 48)."""
        return explain.raw_maps(self.run, self.picture.pixels, self.method, [self.target], self.settings)[0]

    def range_of(self, raw: np.ndarray) -> str:
        """The raw map's range, and what it lacks of the sum that its method promises, if anything."""
        lacks = explain.gap(self.run, self.picture.pixels, self.method, self.target, self.settings, raw)
        return f"{explain.raw_range(raw)}; {lacks}" if lacks else explain.raw_range(raw)

    def importance(self) -> np.ndarray:
        """The raw map's importance f32 (48, 48): what hiding and shares go by."""
        return self.kind.importance(self.raw())

    def laid(self, raw: np.ndarray, signed: bool, mode: str = "each") -> list[np.ndarray]:
        """Raw maps (N, 48, 48) over the picture: N of u8 (48, 48, 3)."""
        values = saliency.normalise(saliency.smooth(raw, self.blur), mode, signed=signed, percentile=99.5)
        return [overlay(self.picture.pixels, one, signed, self.opacity) for one in values]


def target_controls(probabilities: np.ndarray) -> Any:
    """A class, by default the likeliest, and optionally the class it is held against."""
    order = [int(i) for i in np.argsort(-probabilities)]
    options = ["predicted", *CLASSES]
    label = {"predicted": f"predicted: {CLASSES[order[0]]}"}
    label |= {name: f"{name} ({probabilities[i]:.0%})" for i, name in enumerate(CLASSES)}
    this = st.selectbox("Why", options, format_func=label.__getitem__, **EXPLAIN.widget("why"))
    index = order[0] if this == "predicted" else CLASSES.index(this)
    others = [NOTHING, *(CLASSES[i] for i in order if i != index)]
    that = st.selectbox(
        "and not",
        others,
        format_func=lambda name: label.get(name, "(just the class)"),
        **EXPLAIN.widget("why_not", options=others),
    )
    return index if that == NOTHING else saliency.Difference(index, CLASSES.index(that))


def look_controls() -> tuple[float, float]:
    """(opacity, blur in pixels): they change the look, never the numbers."""
    with st.popover("Look", icon=":material/visibility:", width="stretch"):
        opacity = st.slider("Opacity", step=0.05, format="percent", **EXPLAIN.widget("opacity"))
        blur = st.slider("Smoothing in pixels (0 is the raw map)", step=0.5, format="%.1f px", **EXPLAIN.widget("blur"))
    return opacity, blur
