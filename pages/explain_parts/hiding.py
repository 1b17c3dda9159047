"""Hide what the map calls important and see whether the network minds."""

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.data.dataset import SPLITS, Dataset
from fer_core.evaluation import headlines
from fer_core.figures.overlay import enlarged
from fer_core.labels import CLASSES
from fer_core.saliency import Difference
from fer_core.saliency.hiding import FILLS
from fer_core.saliency.trust.hidings import FEWEST, Effect, effect, hidings, range_of
from pages.explain_parts.request import ExplainRequest
from pages.ui import explain, layout, loaders, queue
from pages.ui.explain import Card
from pages.ui.plain import plain
from pages.ui.states import EXPLAIN

RANDOM_PICTURES = 40
RANDOM_EACH = 8
PICTURES = 24
_AT_ONCE = 4
_ASKED = "hiding_asked"


@st.fragment
def show(request: ExplainRequest) -> None:
    """The slider, the pictures and the probabilities; a fragment, so that the slider is quick."""
    first = st.container()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    share = left.slider("Hide the most important part of the picture", format="%d%%", **EXPLAIN.widget("hide")) / 100
    fill = right.selectbox("Hidden pixels become", FILLS, **EXPLAIN.widget("fill"))
    image = request.picture.pixels[..., None].astype(np.float32)
    importance = request.importance()
    pictures = hidings(image, importance, share, fill, RANDOM_PICTURES)
    by_map, by_chance = pictures[0], pictures[1:]
    probabilities = explain.probabilities(request.run, pictures)
    if share:
        with first:
            _headline(request, probabilities)
    columns = st.columns(3)
    said = (
        ("As it is", image, request.probabilities, "all pixels"),
        (f"{share:.0%} hidden by the map", by_map, probabilities[0], request.kind.label),
        (
            f"{share:.0%} hidden by chance",
            by_chance[0],
            probabilities[1:].mean(axis=0),
            f"mean of {RANDOM_PICTURES} pictures",
        ),
    )
    for column, (title, picture, p, words) in zip(columns, said, strict=True):
        with column:
            shown = np.repeat(np.round(picture).astype(np.uint8), 3, axis=2)
            explain.grid([Card(enlarged(shown, 2), title, words)], most="12rem")
            explain.probability_bars(p)
    if share:
        _here(request, share, probabilities)
        _on_many(request, share, fill)


def _index(request: ExplainRequest) -> int:
    return int(request.target.towards if isinstance(request.target, Difference) else request.target)


def _headline(request: ExplainRequest, probabilities: np.ndarray) -> None:
    index = _index(request)
    after, chance = float(probabilities[0, index]), range_of(probabilities[1:, index])
    before = float(request.probabilities[index])
    layout.headline(
        headlines.hiding(request.kind.label, CLASSES[index], before, after, chance), "saliency map", "trust", "interval"
    )


def _here(request: ExplainRequest, share: float, probabilities: np.ndarray) -> None:
    """What happened on this picture: a range, no verdict."""
    index = _index(request)
    before, by_map, chance = request.probabilities[index], probabilities[0, index], probabilities[1:, index]
    low, high = range_of(chance)
    place = "below" if by_map < low else "above" if by_map > high else "within"
    st.info(
        f"On this picture, hiding {share:.0%} by this map takes {CLASSES[index]} from {before:.0%} to {by_map:.0%}: "
        f"{place} what as many random pixels do, {low:.0%} to {high:.0%} in 95% of {RANDOM_PICTURES} random hidings "
        "(half of them single pixels, half the map moved elsewhere). One picture is no verdict.",
        icon=":material/casino:",
    )


def _on_many(request: ExplainRequest, share: float, fill: str) -> None:
    """The same on pictures of the data set, with an interval; on request, as some methods take long."""
    dataset = loaders.dataset_for(request.run) or layout.safe_dataset() or loaders.drawn()
    key = (
        str(request.run.folder), loaders.network_stamp(request.run), dataset.fingerprint, request.method,
        tuple(sorted(request.settings.items())), share, fill,
    )  # fmt: skip
    found = st.session_state.setdefault("hiding_effects", {})
    if key not in found:
        st.button(
            f"On {PICTURES} pictures of {plain(dataset.name)}", icon=":material/grid_view:", key="hide_many",
            help="Each for the class that the network takes it for. A press anywhere stops it.",
            on_click=lambda: st.session_state.update({_ASKED: key}),
        )  # fmt: skip
    if st.session_state.pop(_ASKED, None) == key:  # kept through a rerun, which a press is not
        with queue.turn():
            found[key] = _measured(request, dataset, share, fill)
    if key in found:
        _verdict(found[key], request, share, plain(dataset.name))


def _measured(request: ExplainRequest, dataset: Dataset, share: float, fill: str) -> Effect:
    held = np.flatnonzero(dataset.split != SPLITS.index("train"))
    held = held if len(held) else np.arange(len(dataset))
    chosen = np.unique(np.linspace(0, len(held) - 1, PICTURES).round().astype(int))
    pixels = dataset.pixels[held[chosen]]
    classes = explain.probabilities(request.run, pixels).argmax(axis=1)
    by_map, by_chance = [], []
    bar = st.progress(0.0, "Explaining, hiding and asking again")
    for start in range(0, len(pixels), _AT_ONCE):
        some, own = pixels[start : start + _AT_ONCE], classes[start : start + _AT_ONCE]
        maps = saliency.explain(loaders.model(request.run), some, request.method, own, **request.settings)
        for i, importance in enumerate(request.kind.importance(maps)):
            image = some[i][..., None].astype(np.float32)
            asked = hidings(image, importance, share, fill, RANDOM_EACH, seed=start + i)
            p = explain.probabilities(request.run, asked)[:, own[i]]
            by_map.append(p[0])
            by_chance.append(p[1:])
        bar.progress(min(1.0, (start + len(some)) / len(pixels)), "Explaining, hiding and asking again")
    bar.empty()
    return effect(np.array(by_map), np.array(by_chance))


def _verdict(found: Effect, request: ExplainRequest, share: float, name: str) -> None:
    said = (
        f"On {found.count} pictures of {name}, hiding {share:.0%} by {request.kind.label} takes the class "
        f"{100 * abs(found.mean):.1f} points {'further down' if found.mean >= 0 else 'less far down'} than hiding at "
        f"random (95% interval {100 * found.low:+.1f} to {100 * found.high:+.1f})."
    )
    if found.verdict == "better":
        st.success(f"{said} At this share the method's maps point at what counts for this network.")
    elif found.verdict == "worse":
        st.warning(f"{said} At this share the method's maps point at what counts less than random pixels do.")
    else:
        few = f" A verdict needs {FEWEST} pictures." if found.verdict == "too few" else ""
        st.info(f"{said} No difference is shown.{few}")
