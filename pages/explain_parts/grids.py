"""All methods side by side, all classes side by side, and one class held against another."""

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.errors import FerError
from fer_core.figures.sheet import captioned, sheet
from fer_core.labels import CLASSES
from pages.explain_parts.asked import Asked
from pages.ui import downloads, explain
from pages.ui.explain import Card


def methods(asked: Asked) -> None:
    """Every method on the same picture and target, drawn as they come, the quick ones first."""
    words = explain.target_words(asked.target)
    st.markdown(f"What the methods answer to the same question: why **{words}**? Each map has its own scale; the raw "
                "range stands below.")  # fmt: skip
    slow = sum(cost(name) > _QUICK for name in saliency.names())
    all_of_them = st.toggle(f"Also the {slow} slow ones (some seconds)", value=True, key="slow", bind="query-params")
    cards: dict[str, Card] = {}
    place = st.empty()
    for name in sorted(saliency.names(), key=cost):
        if cost(name) > _QUICK and not all_of_them:
            continue
        cards[name] = _card(asked, name)
        if cost(name) > _QUICK:  # worth showing what is there already
            _draw(place, cards)
    _draw(place, cards)
    _sheet(list(cards.values()), f"{asked.run.name}_methods")
    with st.expander("What each method does"):
        for name in cards:
            st.markdown(f"**{saliency.get(name).label}.** {saliency.get(name).text()}")


_QUICK = 3  # passes: shown at once


def cost(name: str) -> int:
    """Passes for one picture with the default settings, a backward one counted twice."""
    forward, backward = saliency.get(name)().passes()
    return forward + 2 * backward


def _draw(place, cards: dict[str, Card]) -> None:
    with place.container():
        explain.grid([cards[name] for name in saliency.names() if name in cards])


def _card(asked: Asked, name: str) -> Card:
    method = saliency.get(name)
    settings = asked.settings if name == asked.method else {}
    try:
        raw = explain.raw_maps(asked.run, asked.picture.pixels, name, [asked.target], settings)
    except FerError as error:  # say guided on a network without activations
        return Card(np.full((48, 48, 3), 128, np.uint8), method.label, str(error))
    return Card(asked.laid(raw, method.signed)[0], method.label, explain.raw_range(raw))


def classes(asked: Asked) -> None:
    """One method, all seven classes, one scale for all."""
    raw = explain.raw_maps(asked.run, asked.picture.pixels, asked.method, list(range(len(CLASSES))), asked.settings)
    shared = st.segmented_control(
        "Scale", ("one for all classes", "each its own"), default="one for all classes", required=True,
        key="scale", bind="query-params",
    )  # fmt: skip
    mode = "shared" if shared == "one for all classes" else "each"
    pictures = asked.laid(raw, asked.kind.signed, mode)
    cards = [
        Card(picture, f"{name} {asked.odds[i]:.0%}", explain.raw_range(raw[i]))
        for i, (name, picture) in enumerate(zip(CLASSES, pictures, strict=True))
    ]
    explain.grid(cards)
    st.caption(
        f"{asked.kind.how_to_read()} On one scale a pale map means that little depends on any pixel for that class; "
        "with each its own scale every class looks equally sure."
    )
    _sheet(cards, f"{asked.run.name}_{asked.method}_classes")


def versus(asked: Asked) -> None:
    """Why this and not that: both classes' maps and the map of their difference, on one scale."""
    order = [int(i) for i in np.argsort(-asked.odds)]
    target = asked.target
    if not isinstance(target, saliency.Difference):
        rest = [i for i in order if i != target]
        target = saliency.Difference(int(target), rest[0])
        st.caption(f"Held against the likeliest other class, {CLASSES[rest[0]]}; choose another under “and not”.")
    this, that = CLASSES[target.towards], CLASSES[target.against]
    ask = [target.towards, target.against, target]
    raw = np.concatenate([
        explain.raw_maps(asked.run, asked.picture.pixels, asked.method, ask[:2], asked.settings),
        explain.raw_maps(asked.run, asked.picture.pixels, asked.method, ask[2:], asked.settings),
    ])  # fmt: skip
    pictures = asked.laid(raw, asked.kind.signed, "shared")
    titles = [f"why {this}", f"why {that}", f"why {this} and not {that}"]
    cards = [Card(p, t, explain.raw_range(r)) for p, t, r in zip(pictures, titles, raw, strict=True)]
    explain.grid(cards, least=150, most="44rem")
    st.caption(
        f"{asked.kind.how_to_read()} The third map is of the difference of the two logits: what both classes share "
        "falls away, and what tells them apart is left. All three on one scale."
    )
    _sheet(cards, f"{asked.run.name}_{asked.method}_{this}_not_{that}")


def _sheet(cards: list[Card], name: str) -> None:
    pictures = np.stack([card.picture for card in cards])
    st.download_button(
        "Grid as PNG",
        lambda: downloads.png(sheet(captioned(pictures, [card.title for card in cards], 3), 4)),
        file_name=f"{name}.png",
        mime="image/png",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"{name}_png",
    )
