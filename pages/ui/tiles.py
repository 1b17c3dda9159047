"""A gallery as one picture whose tiles can be pressed."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from fer_core.pictures import data_url
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
    whole = sheet(pictures, columns, gap=0)
    one_channel = whole[..., 0] if np.ndim(pictures) == 3 else whole
    _component(
        key=key,
        data={
            "picture": data_url(one_channel, compression=1),  # a press waits for it
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


def pressed(key: str, count: int) -> int | None:
    """Which of `count` tiles was just pressed, inside `on_tile`; None where it is none of them, as after a late
    message about others."""
    value = st.session_state.get(key)
    tile = value.get("tile") if value is not None else None
    return int(tile) if isinstance(tile, int | float) and 0 <= tile < count else None
