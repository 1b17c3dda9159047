"""All methods side by side, all classes side by side, and one class held against another."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import captioned, sheet
from fer_core.saliency.regions import NAMES, areas, shares
from pages.explain_parts import trust_button
from pages.explain_parts.request import ExplainRequest
from pages.ui import downloads, explain, layout
from pages.ui.explain import Card
from pages.ui.states import EXPLAIN

TILE = 136
"""Width of a map in a grid, in pixels."""

_QUICK = 6  # passes: shown at once
_FIRST = ("gradient", "grad_cam", "integrated_gradients")
"""Shown where not all are asked for: the simplest, the best known, and one that adds up; the chosen one before them."""


def show_methods(request: ExplainRequest) -> None:
    """Three methods on the same picture and target, or every one, drawn as they come, the quick ones first."""
    words = explain.target_words(request.target)
    part_headline(request)
    st.markdown(f"What the methods answer to the same question: why **{words}**?")
    names, shared = _asked_methods(request)
    places = _places((name, name, {"method": name}) for name in names)
    found: dict[str, np.ndarray | str] = {}
    cards: dict[str, Card] = {}
    in_order = sorted(names, key=cost)
    first_slow = next((name for name in in_order if cost(name) > _QUICK), None)
    for name in in_order:
        if shared and name == first_slow:  # the quick ones do not wait for the slow ones
            _draw_on_shared_scales(request, found, cards, places)
        found[name] = _raw(request, name)
        cards[name] = _card(request, name, found[name])
        if not shared or cost(name) > _QUICK:  # worth showing what is there already
            _draw(places[name], cards[name])
    if shared:
        _draw_on_shared_scales(request, found, cards, places)
    st.caption(
        "Below each map its raw range and unit. Maps of one unit share a scale here: a paler one moves the score less."
        if shared
        else "Below each map its raw range and unit. Each map has its own scale: colours can't be compared."
    )
    take_along([cards[name] for name in names], f"{request.run.name}_methods")
    with st.expander("What each method does"):
        for name in names:
            st.markdown(f"**{saliency.get(name).label}.** {saliency.get(name).text()}")


def _asked_methods(request: ExplainRequest) -> tuple[list[str], bool]:
    """Which methods are shown, in the order of the list, and whether maps of one unit share a scale."""
    every = saliency.names()
    slow = sum(cost(name) > _QUICK for name in every)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shared = _scale("one for each unit", "method_scale")
        everything = st.toggle(f"All {len(every)} methods", **EXPLAIN.widget("all_methods"))
        slow_ones = everything and st.toggle(f"Also the {slow} slow ones (some seconds)", **EXPLAIN.widget("slow"))
    few = list(dict.fromkeys((request.method, *_FIRST)))[: len(_FIRST)]
    wanted = [name for name in every if slow_ones or cost(name) <= _QUICK] if everything else few
    return [name for name in every if name in wanted], shared


def part_headline(request: ExplainRequest) -> None:
    """Where the chosen method's map is densest, in a sentence."""
    regions = {name: request.picture.regions[name] for name in NAMES}
    words = explain.target_words(request.target)
    found = headlines.map_part(request.kind.label, shares(request.importance(), regions), areas(regions), words)
    layout.headline(found, "saliency map", "gradient", "logit", "trust")


def cost(name: str) -> int:
    """Passes for one picture with the default settings, a backward one counted twice."""
    forward, backward = saliency.get(name)().passes()
    return forward + 2 * backward


def _raw(request: ExplainRequest, name: str) -> np.ndarray | str:
    """The method's raw map f32 (1, 48, 48), or why there is none."""
    settings = request.settings if name == request.method else {}
    try:
        return explain.raw_maps(request.run, request.picture.pixels, name, [request.target], settings)
    except FerError as error:  # say guided on a network without activations
        return str(error)


def _card(request: ExplainRequest, name: str, raw: np.ndarray | str) -> Card:
    method = saliency.get(name)
    if isinstance(raw, str):
        return Card(np.full((48, 48, 3), 128, np.uint8), method.label, raw)
    return Card(request.laid(raw, method.signed)[0], method.label, _range(request, method, raw))


def _range(request: ExplainRequest, method: type[saliency.Method], raw: np.ndarray) -> str:
    settings = request.settings if method.name == request.method else {}
    lacks = explain.gap(request.run, request.picture.pixels, method.name, request.target, settings, raw)
    return f"{explain.raw_range(raw)} {method.unit}".rstrip() + (f"; {lacks}" if lacks else "")


def _draw_on_shared_scales(
    request: ExplainRequest, found: dict[str, np.ndarray | str], cards: dict[str, Card], places: dict[str, Any]
) -> None:
    for name, card in _on_shared_scales(request, found).items():
        cards[name] = card
        _draw(places[name], card)


def _on_shared_scales(request: ExplainRequest, found: dict[str, np.ndarray | str]) -> dict[str, Card]:
    """Cards of the maps whose unit others have too, all of one unit on one scale."""
    raws = {name: raw for name, raw in found.items() if not isinstance(raw, str)}
    groups: dict[str, list[str]] = {}
    for name in raws:
        groups.setdefault(saliency.get(name).unit or name, []).append(name)
    cards = {}
    for names in groups.values():
        signed = saliency.get(names[0]).signed
        pictures = request.laid(np.concatenate([raws[name] for name in names]), signed, "shared")
        for name, picture in zip(names, pictures, strict=True):
            method = saliency.get(name)
            cards[name] = Card(picture, method.label, _range(request, method, raws[name]))
    return cards


def show_classes(request: ExplainRequest) -> None:
    """One method, all seven classes, one scale for all."""
    raw = explain.raw_maps(
        request.run, request.picture.pixels, request.method, list(range(len(CLASSES))), request.settings
    )
    layout.headline(headlines.answer([float(p) for p in request.probabilities]), "class", "saliency map", "softmax")
    mode = "shared" if _scale("one for all classes", "scale") else "each"
    pictures = request.laid(raw, request.kind.signed, mode)
    cards = [
        Card(picture, f"{name} {request.probabilities[i]:.0%}", explain.raw_range(raw[i]))
        for i, (name, picture) in enumerate(zip(CLASSES, pictures, strict=True))
    ]
    places = _places((i, name, {"target": i}) for i, name in enumerate(CLASSES))
    for i, card in enumerate(cards):
        _draw(places[i], card)
    st.caption(
        f"{request.kind.how_to_read()} On one scale a pale map means that little depends on any pixel for that class; "
        "with each its own scale every class looks equally sure."
    )
    take_along(cards, f"{request.run.name}_{request.method}_classes")


def show_versus(request: ExplainRequest) -> None:
    """Why this and not that: both classes' maps and the map of their difference, on one scale."""
    order = [int(i) for i in np.argsort(-request.probabilities)]
    target = request.target
    if not isinstance(target, saliency.Difference):
        rest = [i for i in order if i != target]
        target = saliency.Difference(int(target), rest[0])
        st.caption(f"Held against the likeliest other class, {CLASSES[rest[0]]}; choose another under “and not”.")
    part_headline(replace(request, target=target))
    this, that = CLASSES[target.towards], CLASSES[target.against]
    ask = [target.towards, target.against, target]
    raw = np.concatenate([
        explain.raw_maps(request.run, request.picture.pixels, request.method, ask[:2], request.settings),
        explain.raw_maps(request.run, request.picture.pixels, request.method, ask[2:], request.settings),
    ])  # fmt: skip
    pictures = request.laid(raw, request.kind.signed, "shared")
    titles = [f"why {this}", f"why {that}", f"why {this} and not {that}"]
    cards = [Card(p, t, explain.raw_range(r)) for p, t, r in zip(pictures, titles, raw, strict=True)]
    places = _places(((i, f"versus_{i}", {"target": one}) for i, one in enumerate(ask)), 200)
    for i, card in enumerate(cards):
        _draw(places[i], card)
    st.caption(
        f"{request.kind.how_to_read()} The third map is of the difference of the two logits: what both classes share "
        "falls away, and what tells them apart is left. All three on one scale."
    )
    take_along(cards, f"{request.run.name}_{request.method}_{this}_not_{that}")


def _scale(shared: str, key: str) -> bool:
    """The control; whether maps share a scale."""
    chosen = st.segmented_control("Scale", (shared, "each its own"), required=True, **EXPLAIN.widget(key))
    return chosen == shared


def _places(wanted: Iterable[tuple[Any, str, dict[str, Any]]], width: int = TILE) -> dict[Any, Any]:
    """A place for each map (name, key, what `trust_button.button` asks about), with the button below it."""
    places = {}
    with st.container(horizontal=True, gap="small"):
        for name, key, about in wanted:
            with st.container(width=width, gap=None):
                places[name] = st.empty()
                trust_button.button(key, **about)
    return places


def _draw(place: Any, card: Card) -> None:
    with place:
        explain.grid([card], least=100)


def take_along(cards: list[Card], name: str) -> None:
    """A button that downloads the maps as one picture."""
    pictures = np.stack([card.picture for card in cards])
    downloads.button(
        "Grid as PNG",
        lambda: encode_png(sheet(captioned(pictures, [card.title for card in cards], 3), 4)),
        f"{name}.png",
        type="tertiary",
        key=f"{name}_png",
    )
