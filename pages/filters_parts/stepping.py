"""View "Step by step": every number behind one output of a layer, from the patch that it reads to its activation."""

import numpy as np
import streamlit as st

from fer_core.features import LayerInfo
from fer_core.inside import Block, block_of
from fer_core.inside.flow import opened
from fer_core.runs import Run
from pages.ui import loaders, stepper
from pages.ui.plain import plain
from pages.ui.source import Picture

HINT = (
    "Move over the output, or step with the arrow keys; a press holds the place. Whatever a value passes through from "
    "the layer's sum to its activation stands beside it."
)


def show(run: Run, info: LayerInfo, filter: int, picture: Picture) -> None:
    """The chosen layer's block on the picture."""
    stamp = loaders.network_stamp(run)
    pixels = picture.pixels.tobytes()
    block = _block(str(run.folder), stamp, info.name, filter, pixels, run)
    feeds = opened(loaders.model(run)).nodes[block.operation.name].feeds
    depth = _depth(run, feeds)
    what = "unit" if len(info.shape) == 1 else "filter"
    st.markdown(f"**{plain(info.name)}, {what} {filter}**, on {picture.words}")
    st.caption(HINT)
    identity = f"{run.folder} {stamp} {info.name} {filter} {hash(pixels)}"
    stepper.show(block, info.name, filter, list(feeds), depth, identity, "stepper")


def _depth(run: Run, feeds: tuple[str, ...]) -> int:
    """Channels of what the operation reads."""
    if not feeds:
        return 1
    return int(opened(loaders.model(run)).nodes[feeds[0]].shape[-1] or 1)


@st.cache_resource(show_spinner=False, max_entries=32)
def _block(folder: str, stamp: tuple[float, ...], layer: str, filter: int, pixels: bytes, _run: Run) -> Block:
    return block_of(loaders.model(_run), layer, np.frombuffer(pixels, np.uint8).reshape(48, 48), filter)
