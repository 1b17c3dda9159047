"""A few pictures in a row with words below, which wraps on a narrow screen."""

from collections.abc import Callable, Sequence
from html import escape

import numpy as np
import streamlit as st

from fer_core.pictures import data_url, encode_png
from pages.ui import downloads

_STYLE = """<style>
.fer-row {display: grid; gap: 0.6rem; grid-template-columns: repeat(auto-fit, minmax(var(--side), 1fr));
  margin-bottom: 0.3rem;}
.fer-row figure {margin: 0;}
.fer-row img {width: 100%; display: block; image-rendering: pixelated; border-radius: 0.3rem;}
.fer-row figcaption {font-size: 0.82rem; line-height: 1.25; padding-top: 0.2rem; opacity: 0.85;}
</style>"""


def image_row(
    pictures: Sequence[np.ndarray], captions: Sequence[str], side: str = "6.2rem", widest: str = "none"
) -> None:
    """Shows u8 pictures (H, W) or (H, W, 3) with a caption each, "" for none.

    `side` is the least width of one picture, `widest` the greatest width of all together; both are CSS lengths.
    """
    figures = "".join(
        f'<figure><img src="{data_url(picture)}" '
        f'alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
        for picture, caption in zip(pictures, captions, strict=True)
    )
    st.html(f'{_STYLE}<div class="fer-row" style="--side: {side}; max-width: {widest}">{figures}</div>')


def stretched(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values (..., H, W) from low to high as gray u8 of the same shape."""
    span = high - low if high > low else 1.0
    return (np.clip((values - low) / span, 0, 1) * 255 + 0.5).astype(np.uint8)


def picture_button(make: Callable[[], np.ndarray], name: str, key: str) -> None:
    """A button that downloads the picture that `make` makes, u8 (H, W) or (H, W, 3), as PNG."""
    downloads.button(
        "Picture as PNG",
        lambda: encode_png(make()),
        f"{name}.png",
        key=f"{key}_png",
        type="tertiary",
    )
