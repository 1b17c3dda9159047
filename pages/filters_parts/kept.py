"""The pictures kept beside a run: shown at once, believed only where they were grown for these very weights."""

import contextlib
from collections.abc import Sequence

import numpy as np
import streamlit as st

from fer_core.features import ClassLogit, FilterMean, LayerInfo, Objective, gallery
from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import captioned, sheet
from fer_core.runs import Run
from pages.ui import downloads, links, loaders, tiles
from pages.ui.plain import plain
from pages.ui.states import FILTERS, same_picture


def of(run: Run) -> gallery.Gallery | None:
    """The run's gallery, or None where there is none for its weights."""
    return _read(str(run.folder), (*loaders.network_stamp(run), _stamp(run)), run)[0]


def show(run: Run, info: LayerInfo) -> None:
    """The layer's pictures and the expressions', as far as they are kept."""
    found, stale = _read(str(run.folder), (*loaders.network_stamp(run), _stamp(run)), run)
    if found is None:
        words = (
            "The pictures kept beside this run were grown for other weights and are not shown."
            if stale
            else "No pictures are kept beside this run."
        )
        st.caption(f"{words} `python -m fer_core features --run {run.name} --gallery` makes them.")
        return
    if info.name in found:
        _tiles(run, info, found[info.name])
    else:
        layers = ", ".join(name for name in found if name != gallery.CLASS_LAYER)
        st.caption(f"No pictures of {plain(info.name)} are kept; there are some of {plain(layers)}.")
    if gallery.CLASS_LAYER in found:
        _classes(run, found[gallery.CLASS_LAYER])
    st.caption(f"All of them {gallery.says()}")


def start_of(run: Run, info: LayerInfo, objectives: Sequence[Objective]) -> np.ndarray | None:
    """The kept pictures of these objectives, u8 (K, 48, 48); None where one of them has none."""
    found = of(run)
    if found is None:
        return None
    pictures = []
    for one in objectives:
        layer = gallery.CLASS_LAYER if isinstance(one, ClassLogit) else info.name
        number = one.index if isinstance(one, ClassLogit) else one.filter if isinstance(one, FilterMean) else -1
        place = found[layer].place_of(number) if layer in found else None
        if place is None:
            return None
        pictures.append(found[layer].pictures[place])
    return np.stack(pictures) if pictures else None


def _tiles(run: Run, info: LayerInfo, kept: gallery.Pictures) -> None:
    words = [f"{n}  {score:.2f} | {noise:.2f}" for n, score, noise in _rows(kept)]
    pictures = captioned(kept.pictures, [w + ("" if a else " asleep") for w, a in zip(words, kept.awake, strict=True)])
    key = f"kept_{info.name}"

    def choose() -> None:
        tile = tiles.pressed(key, len(kept.filters))
        if tile is not None:
            FILTERS.put_all(filter=int(kept.filters[tile]), view="One filter")

    more = f"the first {len(kept.filters)} of {info.filters}" if len(kept.filters) < info.filters else "all of them"
    tiles.tiles(
        pictures, [int(n) for n in kept.filters],
        [f"Filter {n}: score {score:.3f}, noise has {noise:.3f}" for n, score, noise in _rows(kept)],
        f"What the filters of {info.name} would like best", key=key, on_tile=choose,
        hint=f"Filters of {info.name}, {more}: number, score of exactly this picture | of noise. Press one to open it.",
    )  # fmt: skip
    downloads.button(
        "Sheet as PNG", lambda: encode_png(sheet(pictures, 8)), f"{run.name}_{info.name}_gallery.png", type="tertiary"
    )


def _rows(kept: gallery.Pictures) -> list[tuple[int, float, float]]:
    return [
        (int(n), float(s), float(z)) for n, s, z in zip(kept.filters, kept.scores, kept.noise, strict=True)
    ]  # fmt: skip


def _classes(run: Run, kept: gallery.Pictures) -> None:
    st.markdown("**The seven expressions**: the logit of each, score of exactly this picture | of noise")
    words = [f"{CLASSES[n]} {score:.1f} | {noise:.1f}" for n, score, noise in _rows(kept)]
    downloads.picture(sheet(captioned(kept.pictures, words, 2), 7, gap=2, background=24), f"{run.name}_expressions")
    st.caption("Where the network looks for each, on the picture in view:")
    with st.container(horizontal=True):
        for name in CLASSES:
            links.link(
                "explain", name, icon=None, run=run.name, view="Methods", why=name, **same_picture(FILTERS)
            )  # fmt: skip


def _stamp(run: Run) -> float:
    with contextlib.suppress(OSError):
        return (run.folder / gallery.NAME).stat().st_mtime
    return 0.0


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(folder: str, stamp: tuple[float, ...], _run: Run) -> tuple[gallery.Gallery | None, bool]:
    """(gallery, whether there is one for other weights)."""
    found = gallery.read(_run.folder)
    if found is None:
        return None, False
    same = found[1] == gallery.fingerprint(loaders.model(_run))
    return (found[0] if same else None), not same
