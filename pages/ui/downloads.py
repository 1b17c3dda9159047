"""Every table, figure and picture can be taken along."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.figures.standalone import standalone
from fer_core.spreadsheet import csv_text


def table(frame: pd.DataFrame, name: str, key: str | None = None, **options: Any) -> Any:
    """A table with a button that downloads it as csv; `options` go to st.dataframe, whose value is returned."""
    shown = st.dataframe(frame, key=key and f"{key}_table", **{"hide_index": True, "width": "stretch", **options})
    st.download_button(
        "Table as csv",
        lambda: csv_text(frame).encode("utf-8"),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"{key or name}_csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
    return shown


def figure(fig: Any, name: str, key: str | None = None, **options: Any) -> Any:
    """A Plotly figure; its own bar saves a PNG, a button below an HTML page that stands alone."""
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": name, "scale": 2},
        "responsive": True,
    }
    shown = st.plotly_chart(fig, key=key or name, config=config, **{"width": "stretch", **options})
    st.download_button(
        "Figure as HTML",
        lambda: standalone(fig, name.replace("-", " ").replace("_", " ")).encode("utf-8"),
        file_name=f"{name}.html",
        mime="text/html",
        key=f"{key or name}_html",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
    return shown


def picture(array: np.ndarray, name: str, key: str | None = None, caption: str | None = None, **options: Any) -> None:
    """A u8 picture (H, W) or (H, W, 3) RGB with a button that downloads it as PNG; `options` go to st.image."""
    st.image(array, caption=caption, **{"width": "content", **options})
    png_button(array, name, key)


def png_button(array: np.ndarray, name: str, key: str | None = None) -> None:
    """The button that downloads a u8 picture (H, W) or (H, W, 3) RGB as PNG."""
    st.download_button(
        "Picture as PNG",
        lambda: png(array),
        file_name=f"{name}.png",
        mime="image/png",
        key=f"{key or name}_png",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def png(array: np.ndarray) -> bytes:
    """PNG bytes of a u8 picture (H, W) or (H, W, 3) RGB."""
    import cv2

    bgr = array if array.ndim == 2 else cv2.cvtColor(array, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", bgr)[1].tobytes()
