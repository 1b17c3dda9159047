"""Thousands of points on a canvas that pans and zooms smoothly, with lasso and box.

A canvas of our own, because a browser without a graphics card needs a tenth of a second for a frame of Plotly's WebGL,
even for five points (benchmarks/map_pan.py); as SVG it needs a quarter of that time, and no setting of Plotly's helps.
"""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core.figures.on_canvas import CanvasPoints, on_canvas
from pages.ui import downloads

_ASSETS = Path(__file__).parent / "assets"

_component = st.components.v2.component(
    "fer_lab_points",
    html='<div class="points"></div>',
    css=(_ASSETS / "point_map.css").read_text(encoding="utf-8"),
    js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("point_map_hands.js", "point_map.js")),
)


def point_map(figure: Any, name: str, key: str, on_lasso: Callable[[], None] | None = None) -> None:
    """Draws a figure of `fer_core.figures.embedding.scatter`, with buttons that download it and its numbers.

    Args:
        name: of the files. key: Streamlit key; `lassoed(key)` reads the chosen places in `on_lasso`; without it points
            can't be chosen.
    """
    _component(
        key=key,
        data={
            **sent(on_canvas(figure)),
            "title": downloads.alternative(figure, name),
            "file": downloads.file_name(name),
            "choose": on_lasso is not None,
        },
        on_lasso_change=on_lasso or _nothing,
    )
    downloads.takings(figure, name, key)


def lassoed(key: str, count: int) -> np.ndarray:
    """The places i64 (K,) just chosen, ascending, of 0 to count - 1; inside `on_lasso`."""
    value = st.session_state.get(key)
    found = value.get("lasso") if value is not None else None
    whole = [int(one) for one in found or [] if isinstance(one, int | float) and 0 <= one < count]
    return np.unique(np.array(whole, np.int64))


def sent(drawn: CanvasPoints) -> dict[str, Any]:
    """The points as JSON: arrays as base64 of their bytes, little end first."""
    return {
        "places": _bytes(drawn.places, "<i4"),
        "x": _bytes(drawn.xy[:, 0], "<f4"),
        "y": _bytes(drawn.xy[:, 1], "<f4"),
        "words": drawn.words,
        "series": _bytes(drawn.series, "<u2"),
        "look": _bytes(drawn.look, "<u2"),
        "names": drawn.names,
        "colours": drawn.colours,
        "chosen": None if drawn.chosen is None else _bytes(drawn.chosen, "<u1"),
        "rings": [
            {"name": name, "at": where.tolist(), "colour": colour} for name, (where, colour) in drawn.rings.items()
        ],
        "scale": drawn.scale and dict(zip(("title", "low", "high", "colours"), drawn.scale, strict=True)),
    }


def _bytes(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, kind).tobytes()).decode("ascii")


def _nothing() -> None:
    """Streamlit wants a callback for every event."""
