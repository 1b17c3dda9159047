"""A gallery as one picture whose tiles can be pressed."""

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from fer_core.pictures.sheet import sheet

_ASSETS = Path(__file__).parent / "assets"

_component = st.components.v2.component(
    "fer_lab_tiles",
    html='<div class="tiles"><div class="sheet" role="group"></div><p class="words" aria-live="polite"></p></div>',
    css=(_ASSETS / "tiles.css").read_text(encoding="utf-8"),
    js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("reveal.js", "tiles.js")),
)

COLUMNS = 8


def tiles(
    pictures: np.ndarray,
    rows: Sequence[int],
    says: Sequence[str],
    title: str,
    key: str,
    on_tile: Callable[[], None],
    *,
    picked: int | None = None,
    columns: int = COLUMNS,
    hint: str = "Press a picture to open it.",
    card: str | None = None,
) -> None:
    """Draws one page of a gallery.

    Args:
        pictures: u8 (K, h, w) or (K, h, w, 3), at least one.
        rows: row number of each picture, to be found again.
        says: what each tile says when pointed at, and to a screen reader.
        picked: index of the tile that is framed.
        card: key of the container in which a pressed tile opens; it is scrolled into view.
        key: Streamlit key; `pressed(key)` reads the tile's index in `on_tile`.
    """
    # Gaps are drawn by the browser, in the colour of its theme.
    png = _png(sheet(pictures, columns, gap=0), gray=np.ndim(pictures) == 3)
    _component(
        key=key,
        data={
            "picture": "data:image/png;base64," + base64.b64encode(png).decode("ascii"),
            "columns": columns,
            "ratio": pictures.shape[2] / pictures.shape[1],
            "rows": [int(row) for row in rows],
            "words": list(says),
            "title": title,
            "picked": picked,
            "hint": hint,
            "card": card,
        },
        on_tile_change=on_tile,
    )


def pressed(key: str) -> int | None:
    """The tile just pressed, inside `on_tile`."""
    value = st.session_state.get(key)
    tile = value.get("tile") if value is not None else None
    return int(tile) if isinstance(tile, int | float) else None


def _png(picture: np.ndarray, gray: bool) -> bytes:
    """PNG of u8 (H, W, 3) RGB, in one channel where all are equal, hardly compressed: a press waits for it."""
    import cv2

    bgr = np.ascontiguousarray(picture[..., 0] if gray else picture[..., ::-1])
    return cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
