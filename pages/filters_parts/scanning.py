"""Top pictures of a filter and the classes that wake it, found while one looks on."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.features import LayerInfo, Scan, gallery
from fer_core.labels import CLASSES, COLOURS
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import TileBox, sheet
from fer_core.runs import Run
from pages.filters_parts import kept
from pages.ui import downloads, layout, links, loaders, queue, tiles
from pages.ui.plain import plain
from pages.ui.states import DATA, FILTERS, same_picture

AMOUNTS = (350, 1400, 7000)
KEPT = 9
_MARK = (255, 176, 0)
_SECONDS = 0.8
_OPENED = "top_picture_opened"
_MOST_SCANS = 4  # kept in a session


def show(run: Run, info: LayerInfo, filter: int) -> None:
    """Chooses how many pictures, looks through them, and shows what was found."""
    there = loaders.dataset_for(run) or layout.safe_dataset()
    drawn = there is None or there.name == "drawn"
    there = loaders.drawn() if there is None else there
    st.subheader("What activates it most", anchor=False)
    if drawn:
        layout.badge("drawn")
    amounts = [count for count in AMOUNTS if count < len(there)]
    choices = [f"{count:,}" for count in amounts] + [f"all {len(there):,}"]
    chosen = st.segmented_control(
        f"Pictures of {plain(there.name)} looked through",
        choices,
        required=True,
        **FILTERS.widget("amount", default=choices[0], options=choices),
    )
    count = (*amounts, len(there))[choices.index(chosen)]
    looking, positions = _scan(run, info, there, count)
    st.fragment(_watch, run_every=None if looking.finished else 0.05)(looking, positions, there, filter, run)


def sample(dataset: Dataset, count: int) -> np.ndarray:
    """Positions of `count` pictures spread evenly over the set, i64; the same each time."""
    return np.unique(np.linspace(0, len(dataset) - 1, count).round().astype(np.int64))


def _scan(run: Run, info: LayerInfo, dataset: Dataset, count: int) -> tuple[Scan, np.ndarray]:
    scans: dict[Any, Any] = st.session_state.setdefault("scans", {})
    key = (str(run.folder), loaders.network_stamp(run), info.name, dataset.fingerprint, count)
    if key not in scans:
        positions = sample(dataset, count)
        part = dataset.take(positions)
        scans[key] = (Scan(loaders.model(run), info.name, part.pixels, part.labels, KEPT), positions)
        while len(scans) > _MOST_SCANS:
            scans.pop(next(iter(scans)))
    return scans[key]


def _watch(looking: Scan, positions: np.ndarray, dataset: Dataset, filter: int, run: Run) -> None:
    """One look: some more pictures, then what has been found so far."""
    import time

    if st.session_state.pop(_OPENED, False):
        st.rerun(scope="app")  # the picture stands outside this fragment
    until, was = time.monotonic() + _SECONDS, looking.finished
    if not was:
        with queue.look(id(looking)) as mine:
            while mine and not looking.finished and time.monotonic() < until:
                looking.step()
        if looking.finished:
            queue.leave(id(looking))
    if not looking.finished:
        st.progress(looking.done / looking.total, text=f"{looking.done:,} of {looking.total:,} pictures")
    left, right = st.columns([3, 2])
    with left:
        _pictures(looking, positions, dataset, filter, run)
    with right:
        _classes(looking, filter, run)
    if looking.finished and not was:
        st.rerun(scope="app")


def _pictures(looking: Scan, positions: np.ndarray, dataset: Dataset, filter: int, run: Run) -> None:
    top = looking.top(filter)
    where = positions[top.positions]
    names = [CLASSES[label] if label >= 0 else "?" for label in dataset.labels[where]]
    captions = [f"{value:.2f} {name}" for value, name in zip(top.values, names, strict=True)]
    frames = {i: (TileBox(b[1], b[0], b[3], b[2]), _MARK) for i, b in enumerate(top.boxes.tolist())}
    marked = np.stack([sheet(dataset.pixels[p][None], 1, 0, scale=2) for p in where])
    scaled = {i: (TileBox(*(2 * v for v in place)), colour) for i, (place, colour) in frames.items()}
    st.markdown("**Top pictures**, strongest first, with the place framed")
    places = scaled if looking.info.field else {}
    shown = np.stack(
        [_framed(one, caption, places.get(i)) for i, (one, caption) in enumerate(zip(marked, captions, strict=True))]
    )
    rows = dataset.rows[where].tolist()
    tiles.tiles(
        shown, rows, [f"Row {row}: {words}" for row, words in zip(rows, captions, strict=True)],
        f"Pictures that activate filter {filter} of {looking.info.name} most", key="top_tiles",
        on_tile=lambda: _open(rows), columns=5, hint="Press one to see above what the filter makes of it.",
    )  # fmt: skip
    stem = f"{run.name}_{looking.info.name}_{filter}"
    downloads.button(
        "Sheet as PNG",
        lambda: encode_png(sheet(shown, 5)),
        f"{stem}_top_pictures.png",
        key="top_pictures",
        type="tertiary",
    )
    if looking.info.field is not None and min(looking.info.field.size) < 48:
        st.markdown(f"The same **cut to what the filter sees**, {looking.info.sees()}")
        enlarged = max(1, 96 // max(top.patches.shape[1:]))
        patches = sheet(top.patches, 5, background=24, scale=enlarged)
        downloads.picture(patches, f"{stem}_top_patches", key="top_patches")
    with st.expander("Rows"):
        frame = pd.DataFrame({"row": dataset.rows[where], "label": names, "output": top.values})
        downloads.table(frame, f"{stem}_top", key="top_rows")


def _framed(picture: np.ndarray, caption: str, place: Any) -> np.ndarray:
    """A tile with its words below, and its place framed where there is one."""
    places = {} if place is None else {0: place}
    return sheet(picture[None], 1, 0, captions=[caption], places=places, background=24)


def _open(rows: list[int]) -> None:
    """Makes the pressed picture the page's."""
    tile = tiles.pressed("top_tiles", len(rows))
    if tile is not None:
        FILTERS.put_all(picture=DATA, row=rows[tile], split=None, labelled=None)
        st.session_state[_OPENED] = True


def _classes(looking: Scan, filter: int, run: Run) -> None:
    """Mean activation by class, as bars."""
    import plotly.graph_objects as go

    means, counts = looking.class_means()
    if not counts.any():
        st.caption("The pictures have no labels, so classes can't be told apart.")
        return
    st.markdown("**Which classes activate it**: its mean activation")
    bars = go.Figure(
        go.Bar(
            x=means[:, filter],
            y=list(CLASSES),
            orientation="h",
            marker_color=[COLOURS[name] for name in CLASSES],
            customdata=counts,
            hovertemplate="%{y}: %{x:.4f} over %{customdata} pictures<extra></extra>",
        )
    )
    bars.update_layout(height=300, margin={"l": 0, "r": 0, "t": 10, "b": 0}, yaxis_autorange="reversed")
    bars.update_layout(paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)")
    downloads.figure(bars, f"{run.name}_{looking.info.name}_{filter}_classes", key="classes")
    spread = np.nanstd(means[:, filter]) / (np.nanmean(np.abs(means[:, filter])) + 1e-12)
    if spread < 0.05:
        st.caption("The classes hardly differ: this filter does not tell expressions apart by itself.")
    _strongest_class(run, int(np.nanargmax(means[:, filter])))


def _strongest_class(run: Run, index: int) -> None:
    """From the filter to the class that activates it most: its picture, and where the network looks for it."""
    name, found = CLASSES[index], kept.of(run)
    pictures = None if found is None else found.get(gallery.CLASS_LAYER)
    place = None if pictures is None else pictures.place_of(index)
    left, right = st.columns([1, 2], vertical_alignment="center")
    if pictures is not None and place is not None:
        left.image(
            sheet(pictures.pictures[place][None], 1, 0, scale=2),
            width=96,
            caption=f"what {name} would like best",
            alt=f"The picture grown for {name}.",
        )
    with right:
        links.link(
            "explain", f"Where it looks for {name}", icon=":material/center_focus_strong:", run=run.name,
            view="Methods", why=name, **same_picture(FILTERS),
        )  # fmt: skip
        links.link(
            "filters", "All expressions", icon=":material/blur_on:", run=run.name,
            view="Feature visualisation",
        )  # fmt: skip
