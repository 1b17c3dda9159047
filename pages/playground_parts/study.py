"""What each action unit does: the pixels it moves, what the prediction loses without it, and a sweep of one unit."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.data.drawn.dataset import ACTION_UNITS
from fer_core.data.drawn.study import DrawnScene, sweep, without_each
from fer_core.figures.drawn import moved_overlay, sweep_figure
from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import sheet
from fer_core.reading.inference import Predictor
from pages.playground_parts.predictor_choice import ask
from pages.playground_parts.show import image
from pages.ui import downloads
from pages.ui.language import mark, say, words
from pages.ui.states import PLAYGROUND

STEPS = np.linspace(0.0, 1.0, 21)
_SHOWN = (0, 4, 8, 12, 16, 20)
_TILE = 144


def unit_name(number: int) -> str:
    """ "AU12 Lip Corner Puller"."""
    return f"AU{number} {say(ACTION_UNITS[number])}"


VIEWS = PLAYGROUND.options("look")


def studies(
    scene: DrawnScene, units: dict[int, float], predictor: Predictor | None, probabilities: np.ndarray | None
) -> None:
    """One of three closer looks; those that ask the network wait until there is one."""
    st.divider()
    view = st.segmented_control(
        say("A closer look"), VIEWS, format_func=say, required=True, **PLAYGROUND.widget("look")
    )
    if view == VIEWS[0]:
        moved(scene, units)
    elif predictor is None or probabilities is None:
        st.info(
            say("This asks the network: it comes as soon as one is there and ready."), icon=":material/network_node:"
        )
    elif view == VIEWS[1]:
        contributions(scene, units, predictor, probabilities)
    else:
        sweeps(scene, units, predictor)


def moved(scene: DrawnScene, units: dict[int, float]) -> None:
    """A tile for each active unit with the pixels that it moves."""
    st.subheader(say("Which pixels each action unit moves"), anchor=False)
    every = st.toggle(
        say("All units, each at its maximum on a face at rest"),
        **PLAYGROUND.widget("atlas"),
        help=say("Otherwise the units that are active now, each taken away from the face as it is."),
    )
    tiles, captions = _atlas(scene) if every else _active(scene, units)
    if not tiles:
        st.info(say("The face is at rest: no unit moves anything. Choose an expression or pull a slider."))
        return
    figures = (
        f"<figure>{image(tile, caption, crisp=False)}<figcaption>{caption}</figcaption></figure>"
        for tile, caption in zip(tiles, captions, strict=True)
    )
    st.html(f'<div class="pg-tiles">{"".join(figures)}</div>')
    st.caption(
        say(
            "Orange: pixels that change by more than 6 gray levels when the unit is taken away. Known exactly, as the "
            "face is drawn; no photograph tells this. Saliency maps are tested against these masks."
        )
    )
    downloads.button(
        say("Masks as PNG"),
        lambda: encode_png(sheet(np.stack(tiles), 5, gap=4, captions=captions, background=255)),
        "moved_pixels.png",
        key="get_moved",
        type="tertiary",
    )


def _active(scene: DrawnScene, units: dict[int, float]) -> tuple[list[np.ndarray], list[str]]:
    face = scene.draw(units, _TILE)
    masks = scene.moved(units, _TILE)
    tiles = [moved_overlay(face, mask) for mask in masks.values()]
    return tiles, [
        say("{unit}, {share:.0%} of the picture", unit=unit_name(unit), share=mask.mean())
        for unit, mask in masks.items()
    ]


def _atlas(scene: DrawnScene) -> tuple[list[np.ndarray], list[str]]:
    tiles = []
    for unit in ACTION_UNITS:
        alone = {unit: 1.0}
        tiles.append(moved_overlay(scene.draw(alone, _TILE), scene.moved(alone, _TILE)[unit]))
    return tiles, [unit_name(unit) for unit in ACTION_UNITS]


def contributions(scene: DrawnScene, units: dict[int, float], predictor: Predictor, p: np.ndarray) -> None:
    """A table: how the probability of a class changes when one unit is taken away."""
    st.subheader(say("What the prediction owes to each unit"), anchor=False)
    active, faces = without_each(scene, units)
    if not active:
        st.info(say("The face is at rest: there is no unit to take away."))
        return
    likeliest = CLASSES[int(np.argmax(p))]
    chosen = st.selectbox(
        say("Probability of"),
        CLASSES,
        format_func=say,
        **PLAYGROUND.widget("owed", default=likeliest, options=CLASSES),
    )
    k = CLASSES.index(chosen)
    without = ask(predictor, faces)
    if without is None:
        return
    masks = scene.moved(units)
    frame = pd.DataFrame(
        {
            "unit": [f"AU{unit}" for unit in active],
            "name": [say(ACTION_UNITS[unit]) for unit in active],
            "intensity": [units[unit] for unit in active],
            f"{chosen} with it": [float(p[k])] * len(active),
            f"{chosen} without it": without[:, k].astype(float),
            "it gives": (p[k] - without[:, k]).astype(float),
            "then it looks": [say(CLASSES[j]) for j in without.argmax(axis=1)],
            "pixels moved": [int(masks[unit].sum()) for unit in active],
        }
    )
    heads = {
        f"{chosen} with it": say("{expression} with it", expression=say(chosen)),
        f"{chosen} without it": say("{expression} without it", expression=say(chosen)),
        "it gives": say("it gives"),
    }
    configured: dict[str, Any] = {
        name: st.column_config.NumberColumn(head, format="percent") for name, head in heads.items()
    }
    plain_heads = (mark("unit"), mark("name"), mark("intensity"), mark("then it looks"), mark("pixels moved"))
    configured |= {name: say(name) for name in plain_heads}
    downloads.table(frame, "action_units", column_config=configured)


def sweeps(scene: DrawnScene, units: dict[int, float], predictor: Predictor) -> None:
    """Probabilities as one unit goes from 0 to 1, with faces along the way."""
    st.subheader(say("One unit from rest to its maximum"), anchor=False)
    strongest = max(units, key=units.__getitem__, default=12)
    unit = st.selectbox(
        say("Action unit"),
        list(ACTION_UNITS),
        format_func=unit_name,
        **PLAYGROUND.widget("sweep", default=strongest, options=list(ACTION_UNITS)),
    )
    faces = sweep(scene, units, unit, STEPS)
    probabilities = ask(predictor, faces)
    if probabilities is None:
        return
    strip = sheet(faces[list(_SHOWN)], len(_SHOWN), gap=0, scale=3)
    st.image(strip, width="stretch", alt=say("One face six times, {unit} from none to full.", unit=unit_name(unit)))
    st.caption(say("The face at 0, 0.2, 0.4, 0.6, 0.8 and 1. A to E: intensities as FACS scores them."))
    downloads.figure(
        sweep_figure(STEPS, probabilities, unit_name(unit), units.get(unit, 0.0), words()),
        f"sweep_au{unit}",
        tabled=True,
        title=say("Probabilities while {unit} goes up", unit=unit_name(unit)),
    )
    frame = pd.DataFrame(probabilities.astype(float), columns=list(CLASSES))
    frame.insert(0, "intensity", STEPS.round(2))
    with st.expander(say("As a table")):
        heads = {name: say(name) for name in frame}
        downloads.table(frame, f"sweep_au{unit}", key=f"sweep_table_{unit}", column_config=heads)
