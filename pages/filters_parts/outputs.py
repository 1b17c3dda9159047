"""The activations of every filter of a layer for one picture, as one sheet."""

import numpy as np
import streamlit as st

from fer_core.features import LayerInfo, activations
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import captioned, sheet, stretch
from fer_core.runs import Run
from pages.ui import downloads, loaders, tiles
from pages.ui.plain import plain
from pages.ui.source import Picture
from pages.ui.states import FILTERS

MOST = 128
"""Filters shown at once; a dense layer of 512 is paged."""

TILE = 96


def show(run: Run, info: LayerInfo, picture: Picture) -> None:
    """The sheet with its controls; pressing a filter opens its card."""
    if len(info.shape) == 1:
        _show_units(run, info, picture)
        return
    left, right = st.columns(2)
    order = left.segmented_control("Order", FILTERS.options("order"), required=True, **FILTERS.widget("order"))
    scale = right.segmented_control(
        "Gray scale",
        FILTERS.options("scale"),
        required=True,
        **FILTERS.widget("scale"),
        help="Black is the smallest and white the greatest value: of each filter's own output, or of all together.",
    )
    maps = outputs(run, info.name, picture.pixels)
    strength = maps.mean(axis=(0, 1))
    filters = np.argsort(-strength, kind="stable") if order == "by strength" else np.arange(info.filters)
    filters = _page(filters, info)
    shown = np.moveaxis(maps, -1, 0)[filters]
    enlarged = max(1, TILE // max(info.shape[:2]))
    pictures = captioned(
        stretch(shown, shared=scale == "one for all"), [f"{f}  {strength[f]:+.2f}" for f in filters], enlarged
    )
    says = [
        f"Filter {f}: mean {strength[f]:.3f}, from {maps[..., f].min():.3f} to {maps[..., f].max():.3f}"
        for f in filters
    ]
    tiles.tiles(
        pictures,
        [int(f) for f in filters],
        says,
        f"Outputs of {info.name} on {picture.words}",
        key=f"outputs_{info.name}",
        on_tile=lambda: _open(filters, f"outputs_{info.name}"),
        hint="Below each output: the filter's number and its mean. Press one to open its card.",
    )
    downloads.button(
        "Sheet as PNG",
        lambda: encode_png(sheet(pictures, 8)),
        f"{run.name}_{info.name}_outputs.png",
        type="tertiary",
    )


def outputs(run: Run, layer: str, pixels: np.ndarray) -> np.ndarray:
    """The layer's outputs on one picture u8 (48, 48): f32 (h, w, filters)."""
    return _outputs(str(run.folder), loaders.network_stamp(run), layer, pixels.tobytes(), run)


@st.cache_data(show_spinner=False, max_entries=32)
def _outputs(folder: str, stamp: tuple[float, ...], layer: str, pixels: bytes, _run: Run) -> np.ndarray:
    picture = np.frombuffer(pixels, np.uint8).reshape(1, 48, 48)
    return activations(loaders.model(_run), layer, picture)[0]


def _page(filters: np.ndarray, info: LayerInfo) -> np.ndarray:
    if len(filters) <= MOST:
        return filters
    pages = -(-len(filters) // MOST)
    page = st.number_input(f"Part of {pages}", **FILTERS.widget("part", high=pages))
    return filters[(page - 1) * MOST : page * MOST]


def _open(filters: np.ndarray, key: str) -> None:
    tile = tiles.pressed(key, len(filters))
    if tile is not None:
        FILTERS.put_all(filter=int(filters[tile]), view="One filter")


def _show_units(run: Run, info: LayerInfo, picture: Picture) -> None:
    """A dense layer's outputs: one number each, so bars say more than pictures."""
    import plotly.graph_objects as go

    values = outputs(run, info.name, picture.pixels)[0, 0]
    order = np.argsort(-values, kind="stable")[:40]
    names = [_unit(info, int(u)) for u in order]
    bars = go.Figure(go.Bar(x=names, y=values[order]))
    bars.update_layout(height=320, margin={"l": 0, "r": 0, "t": 24, "b": 0}, xaxis_type="category")
    bars.update_layout(paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)")
    st.caption(f"{plain(info.name)} has one number per unit, no picture. Its {len(order)} strongest of {info.filters}:")
    downloads.figure(bars, f"{run.name}_{info.name}_outputs")


def _unit(info: LayerInfo, unit: int) -> str:
    from fer_core.labels import CLASSES

    return CLASSES[unit] if info.filters == len(CLASSES) else f"unit {unit}"
