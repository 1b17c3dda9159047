"""A confusion matrix whose cells are buttons, with an optional player through epochs.

A grid of our own, because no chart of Streamlit's reports a click on a heat map's cell reliably. Presses come
back as triggers, not as state: pressing a cell again after the select boxes chose another one must count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st

from fer_core.evaluation.confusion import TEMPLATES, Selection
from fer_core.labels import CLASSES

_ASSETS = Path(__file__).parent / "assets"

_component = st.components.v2.component(
    "fer_lab_matrix",
    html='<div class="matrix"></div>',
    css=(_ASSETS / "matrix.css").read_text(encoding="utf-8"),
    js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("reveal.js", "matrix.js")),
)

DIMMED_TOP = 0.4
"""Where the colour scale ends when the diagonal is dimmed: no confusion of a working network is stronger."""

HINT = "Press a cell to see its pictures; the names select a whole row or column."


@dataclass(frozen=True)
class MatrixStyle:
    """How a matrix is drawn.

    by: a normalisation; top: the value (share, or count where by is "none") at which the colour scale ends.
    """

    by: str
    top: float
    order: np.ndarray = field(default_factory=lambda: np.arange(len(CLASSES)))
    dim: bool = False
    axes: tuple[str, str] = ("labelled", "taken for")
    legend: str = ""


def words(by: str) -> dict[str, str]:
    """What the cells and heads of an ordinary confusion matrix say."""
    return {
        "cell": TEMPLATES[by],
        "row": "{count} {pictures} {is} labelled {true}.",
        "column": "{count} {pictures} {is} taken for {predicted}.",
        "hint": HINT,
    }


def matrix(
    frames: np.ndarray,
    selected: Selection,
    look: MatrixStyle,
    key: str,
    on_cell: Callable[[], None],
    *,
    says: dict[str, str] | None = None,
    other: np.ndarray | None = None,
    frame: int = 0,
    when: Sequence[str] | None = None,
    on_frame: Callable[[], None] | None = None,
    gallery: str | None = None,
    names: Sequence[str] = CLASSES,
) -> None:
    """Draws the matrix.

    Args:
        frames: counts int (C, C), or (E, C, C) to be played through.
        selected: the cell, row or column that is framed.
        look: normalisation, scale, order.
        key: Streamlit key; `pressed(key)` reads the cell in `on_cell`, `shown_frame(key)` the frame in `on_frame`.
        says: templates for cell, row, column and hint; `words(look.by)` by default.
        other: counts (C, C) subtracted from frames[0]: cells then show the difference on a two-sided scale.
        frame, when: the frame shown first, and a label for each.
        gallery: key of the container with the selection's pictures; a phone, where they lie far below, gets a
            button that leads there.
        names: of the C classes, or of groups of them.
    """
    frames = np.asarray(frames).reshape(-1, len(names) ** 2)
    _component(
        key=key,
        data={
            "frames": frames.tolist(),
            "other": None if other is None else np.asarray(other).ravel().tolist(),
            "names": list(names),
            "order": [int(c) for c in look.order],
            "by": look.by,
            "top": float(look.top),
            "dim": look.dim,
            "axes": list(look.axes),
            "legend": look.legend,
            "selected": [selected.true, selected.predicted],
            "words": says or words(look.by),
            "frame": int(frame),
            "when": list(when) if when is not None else None,
            "gallery": gallery,
        },
        on_cell_change=on_cell,
        on_frame_change=on_frame or _nothing,
    )


def pressed(key: str, size: int = len(CLASSES)) -> Selection | None:
    """The cell just pressed, inside `on_cell`, of a matrix of so many classes."""
    cell = _sent(key, "cell")
    if not (isinstance(cell, list) and len(cell) == 2):
        return None
    true, predicted = (c if isinstance(c, int) and 0 <= c < size else None for c in cell)
    return Selection(true, predicted)


def shown_frame(key: str) -> int | None:
    """The frame that the player stopped at, inside `on_frame`."""
    frame = _sent(key, "frame")
    return int(frame) if isinstance(frame, int | float) else None


def _sent(key: str, event: str) -> object:
    value = st.session_state.get(key)
    return value.get(event) if value is not None else None


def _nothing() -> None:
    """Streamlit wants a callback for every event."""
