"""Everything about one filter on one card: weights, feature visualisation, activation, top pictures, classes."""

import numpy as np
import streamlit as st

from fer_core.features import LayerInfo
from fer_core.features.layers import kernel_of
from fer_core.pictures.sheet import TileBox, sheet, stretch
from fer_core.runs import Run
from pages.filters_parts import filter_visualization, outputs, scanning
from pages.ui import links, loaders
from pages.ui.plain import plain
from pages.ui.source import Picture
from pages.ui.states import FILTERS, same_picture

MARK = (255, 176, 0)
_SIDE = 192


def show(run: Run, info: LayerInfo, filter: int, picture: Picture | None) -> None:
    """The card."""
    st.subheader(f"Filter {filter} of {plain(info.name)}", anchor=False)
    st.caption(f"{run.name}: {info.kind}, each output sees {info.sees()}.")
    show_parts(run, info, filter, picture, key="card")
    links.link(
        "explain", "What this layer makes of the face, and the map at it", icon=":material/center_focus_strong:",
        run=run.name, view="Network", layer=info.name, **same_picture(FILTERS),
    )  # fmt: skip
    scanning.show(run, info, filter)


def show_parts(run: Run, info: LayerInfo, filter: int, picture: Picture | None, key: str, columns: int = 4) -> None:
    """Weights, feature visualisation and the activation for the picture, side by side as far as there is room."""
    tiles = [lambda: filter_visualization.show(run, info, filter, key)]
    if picture is not None:
        tiles += [lambda: _seen(run, info, filter, picture), lambda: _activation(run, info, filter, picture)]
    kernel = kernel_of(loaders.model(run), info.name)
    if kernel is not None:
        tiles.append(lambda: _weights(kernel[..., filter]))
    places = st.columns(columns)
    for i, draw in enumerate(tiles):
        with places[i % columns]:
            draw()


def _activation(run: Run, info: LayerInfo, filter: int, picture: Picture) -> None:
    out = outputs.outputs(run, info.name, picture.pixels)[..., filter]
    st.markdown("**Its activation**")
    if out.size == 1:
        st.metric("Output", f"{float(out.squeeze()):.3f}", label_visibility="collapsed")
        return
    st.image(_enlarged(stretch(out[None])), width=_SIDE, alt=f"Activation of filter {filter} as a picture.")
    st.caption(f"from {out.min():.3f} (black) to {out.max():.3f} (white), mean {out.mean():.3f}")


def _seen(run: Run, info: LayerInfo, filter: int, picture: Picture) -> None:
    """The picture with the place of the greatest activation."""
    st.markdown("**The picture**")
    out = outputs.outputs(run, info.name, picture.pixels)[..., filter]
    places = {}
    if info.field is not None:
        row, column = np.unravel_index(out.argmax(), out.shape)
        top, left, bottom, right = info.field.box(int(row), int(column))
        places = {0: (TileBox(left, top, right, bottom), MARK)}
    st.image(
        sheet(picture.pixels[None], 1, 0, scale=4, places=places),
        width=_SIDE,
        alt="The picture, framed where it answers most.",
    )
    where = ", the receptive field of the greatest activation framed" if places else ""
    st.caption(("drawn: " if picture.drawn else "") + picture.words + where)


def _weights(kernel: np.ndarray) -> None:
    """A first layer's kernel f32 (kh, kw): zero is middle gray."""
    st.markdown("**Its weights**")
    span = max(float(np.abs(kernel).max()), 1e-12)
    st.image(_enlarged((0.5 + kernel / (2 * span))[None]), width=_SIDE, alt="The kernel as gray squares.")
    rows = "; ".join(" ".join(f"{value:+.2f}" for value in row) for row in kernel) if kernel.size <= 9 else ""
    st.caption(f"gray is 0, white {span:.2f}, black {-span:.2f}. {rows}")


def _enlarged(tile: np.ndarray) -> np.ndarray:
    return sheet(tile, 1, 0, scale=max(1, _SIDE // max(tile.shape[1:])))
