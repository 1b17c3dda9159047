"""The network as a drawn graph whose layers can be pressed, with small live pictures of what flows through."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core.inside import Flowing, MapLayout, flow, lay_out
from fer_core.inside.flow import TILE, opened
from fer_core.pictures import data_url
from fer_core.pictures.sheet import sheet
from fer_core.runs import Run
from pages.ui import loaders

_ASSETS = Path(__file__).parent / "assets"
_COLUMNS = 16

_component = st.components.v2.component(
    "fer_lab_network",
    html='<div class="network"><div class="strip" role="group" tabindex="-1"><div class="ground"></div></div>'
    '<p class="words" aria-live="polite"></p></div>',
    css=(_ASSETS / "network_map.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "network_map.js").read_text(encoding="utf-8"),
)


def show(
    run: Run,
    pixels: np.ndarray | None,
    picked: str | None,
    can_open: Collection[str],
    key: str,
    on_layer: Callable[[], None],
) -> None:
    """Draws the run's network.

    Args:
        pixels: the picture that flows through, u8 (48, 48), or None for the bare graph.
        picked: name of the layer that is framed. can_open: names of the layers that can be pressed.
        key: Streamlit key; `pressed(key)` reads the layer in `on_layer`.
    """
    stamp = loaders.network_stamp(run)
    drawing = _drawing(str(run.folder), stamp, run)
    shown = {} if pixels is None else _flowing(str(run.folder), stamp, pixels.tobytes(), run)
    can_open = set(can_open)
    _component(
        key=key,
        data={
            "drawing": f"{run.folder} {stamp} {sorted(can_open & {box.name for box in drawing.boxes})}",
            "width": drawing.width,
            "height": drawing.height,
            "wires": [wire.points for wire in drawing.wires],
            "boxes": [_box(box, shown.get(box.name), box.name in can_open) for box in drawing.boxes],
            "sheet": _sheet([shown[box.name].picture for box in drawing.boxes]) if shown else None,
            "columns": _COLUMNS,
            "picked": picked,
            "title": f"The network of {run.name}, from the picture to the answer",
            "hint": "Press a layer to choose it.",
        },
        on_layer_change=on_layer,
    )


def pressed(key: str) -> str | None:
    """The layer just pressed, inside `on_layer`."""
    value = st.session_state.get(key)
    name = value.get("layer") if value is not None else None
    return name if isinstance(name, str) else None


def _box(box: Any, flowing: Flowing | None, can_open: bool) -> dict[str, Any]:
    shape = " × ".join("?" if n is None else f"{n:,}" for n in box.shape)
    words = f"{box.name} ({box.kind}), {shape}"
    if flowing is not None and box.rank:
        what = "channel" if len(box.shape) == 3 else "number"
        words += f". Pictured: its strongest {what}, {flowing.channel}, {flowing.mean:.3g}" + (
            " on average" if len(box.shape) == 3 else ""
        )
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {**place, "name": box.name, "shape": shape, "words": words, "open": can_open}


def _sheet(tiles: list[np.ndarray]) -> str:
    return data_url(sheet(np.stack(tiles), _COLUMNS, gap=0)[..., 0])


@st.cache_resource(show_spinner=False, max_entries=16)
def _drawing(folder: str, stamp: tuple[float, ...], _run: Run) -> MapLayout:
    return lay_out(opened(loaders.model(_run)))


@st.cache_data(show_spinner=False, max_entries=64)
def _flowing(folder: str, stamp: tuple[float, ...], pixels: bytes, _run: Run) -> dict[str, Flowing]:
    return flow(loaders.model(_run), np.frombuffer(pixels, np.uint8).reshape(TILE, TILE))
