"""How much of the map lies on brows, eyes, nose and mouth."""

import numpy as np
import pandas as pd
import streamlit as st

from fer_core import saliency
from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.figures import trust as figures
from fer_core.saliency.regions import NAMES, areas, shares
from pages.explain_parts.grids import cost
from pages.explain_parts.request import ExplainRequest
from pages.ui import downloads, explain, layout
from pages.ui.explain import Card

TINTS = {"brows": (230, 159, 0), "eyes": (86, 180, 233), "nose": (0, 158, 115), "mouth": (213, 94, 0)}
QUICK = 3


def show(request: ExplainRequest) -> None:
    """Shares of the chosen method's map, where the parts lie, and a table over the quick methods."""
    regions = {name: request.picture.regions[name] for name in NAMES}
    found, area = shares(request.importance(), regions), areas(regions)
    words = explain.target_words(request.target)
    layout.headline(headlines.map_part(request.kind.label, found, area, words), "saliency map", "gradient")
    left, right = st.columns([1, 3])
    with left:
        tinted = np.repeat(request.picture.pixels[..., None], 3, axis=2)
        for name, tint in TINTS.items():
            tinted[regions[name]] = (0.55 * tinted[regions[name]] + 0.45 * np.array(tint)).astype(np.uint8)
        explain.grid(
            [
                Card(tinted, "Brows, eyes, nose, mouth", request.picture.regions_from),
                Card(request.laid(request.raw()[None], request.kind.signed)[0], request.kind.label),
            ],
            most="12rem",
        )
    with right:
        downloads.figure(figures.shares_figure(found, area), "shares", key="shares")
    times = {name: found[name] / area[name] for name in NAMES[:4]}
    most = max(times, key=times.__getitem__)
    st.markdown(
        f"{sum(found[name] for name in NAMES[:4]):.0%} of this map lies on the four parts, which cover "
        f"{1 - area['rest']:.0%} of the picture; most densely on the **{most}** ({times[most]:.1f} times an even map)."
    )
    st.caption("Measured on this picture. " + _note(request.kind))
    downloads.table(_table(request, regions), "shares_by_method", key="shares_table")


def _note(kind: type[saliency.Method]) -> str:
    if kind.is_slope:
        return "Magnitudes are counted: a slope's sign is a direction of brightness."
    return "Only what speaks for the class is counted." if kind.signed else "The whole map is counted."


def _table(request: ExplainRequest, regions: dict[str, np.ndarray]) -> pd.DataFrame:
    rows = [{"method": "(share of the picture)", **_percent(areas(regions))}]
    for name in saliency.names():
        if cost(name) > QUICK and name != request.method:
            continue
        settings = request.settings if name == request.method else {}
        try:
            raw = explain.raw_maps(request.run, request.picture.pixels, name, [request.target], settings)[0]
        except FerError:  # guided where there is no activation
            continue
        method = saliency.get(name)
        rows.append({"method": method.label, **_percent(shares(method.importance(raw), regions))})
    return pd.DataFrame(rows)


def _percent(values: dict[str, float]) -> dict[str, float]:
    return {f"{name} %": round(100 * values[name], 1) for name in NAMES}
